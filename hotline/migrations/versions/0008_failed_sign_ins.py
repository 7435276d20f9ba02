"""where wrong passwords come from"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TABLE = "failed_sign_ins"


def upgrade() -> None:
    op.add_column(TABLE, sa.Column("address", sa.String(45), nullable=False, server_default=""))
    op.add_column(TABLE, sa.Column("browser", sa.String(43), nullable=False, server_default=""))
    op.create_index(op.f("ix_failed_sign_ins_address"), TABLE, ["address"])


def downgrade() -> None:
    op.drop_index(op.f("ix_failed_sign_ins_address"), TABLE)
    op.drop_column(TABLE, "browser")
    op.drop_column(TABLE, "address")
