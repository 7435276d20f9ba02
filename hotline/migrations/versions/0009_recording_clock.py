"""how long a recording took by the clock"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("recordings", sa.Column("missing_seconds", sa.Double(), nullable=False, server_default="0"))
    op.add_column("recording_parts", sa.Column("clock_seconds", sa.Double(), nullable=True))


def downgrade() -> None:
    op.drop_column("recording_parts", "clock_seconds")
    op.drop_column("recordings", "missing_seconds")
