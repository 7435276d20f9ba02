"""seats"""

import sqlalchemy as sa
from alembic import op

from hotline.mapping import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calls",
        sa.Column("call_id", sa.String(length=100), nullable=False),
        sa.Column("caller", sa.String(length=32), nullable=False),
        sa.Column("offered_at", UtcDateTime(), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("seat", sa.String(length=8), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("ending", sa.String(length=9), nullable=True),
        sa.PrimaryKeyConstraint("call_id", name=op.f("pk_calls")),
    )
    op.create_index("ix_calls_caller", "calls", ["caller"])
    op.create_index("ix_calls_offered_at", "calls", ["offered_at"])
    op.add_column(
        "recordings", sa.Column("kind", sa.String(length=8), server_default="message", nullable=False)
    )
    op.add_column("recordings", sa.Column("seat", sa.String(length=8), server_default="", nullable=False))
    op.add_column("recording_parts", sa.Column("speaker", sa.String(length=6), nullable=True))
    op.add_column("segments", sa.Column("speaker", sa.String(length=6), nullable=True))


def downgrade() -> None:
    op.drop_column("segments", "speaker")
    op.drop_column("recording_parts", "speaker")
    op.drop_column("recordings", "seat")
    op.drop_column("recordings", "kind")
    op.drop_table("calls")
