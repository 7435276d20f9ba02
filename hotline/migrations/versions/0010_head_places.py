"""how many heads of the audit trail were written to which file"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "head_places",
        sa.Column("place", sa.String(500), nullable=False),
        sa.Column("heads", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_head_places")),
    )


def downgrade() -> None:
    op.drop_table("head_places")
