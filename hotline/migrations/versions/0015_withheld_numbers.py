"""numbers that their callers withhold"""

import sqlalchemy as sa
from alembic import op

from hotline.mapping import UtcDateTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "withheld_numbers",
        sa.Column("call_id", sa.String(length=100), nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("kept_at", UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("call_id", name=op.f("pk_withheld_numbers")),
    )
    op.create_index(op.f("ix_withheld_numbers_number"), "withheld_numbers", ["number"], unique=False)


def downgrade() -> None:
    op.drop_table("withheld_numbers")
