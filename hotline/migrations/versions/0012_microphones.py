"""what is amiss with the microphone of the browser at a seat"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("seats", sa.Column("microphone", sa.String(12), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("seats", "microphone")
