"""why the words an engine gave for a segment are no draft"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("segments", sa.Column("doubt", sa.String(8), nullable=True))


def downgrade() -> None:
    op.drop_column("segments", "doubt")
