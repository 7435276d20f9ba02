"""enquiries"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("enquiries", sa.Column("number", sa.String(10), nullable=True))
    op.create_index(op.f("ix_enquiries_number"), "enquiries", ["number"], unique=False)
