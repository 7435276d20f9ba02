"""how much of a recording has no draft"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("recordings", sa.Column("unheard_seconds", sa.Double(), nullable=True))


def downgrade() -> None:
    op.drop_column("recordings", "unheard_seconds")
