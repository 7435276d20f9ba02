"""personal data"""

import sqlalchemy as sa
from alembic import op

from hotline.mapping import UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cases", sa.Column("closed_at", UtcDateTime(timezone=True), nullable=True))
    op.create_table(
        "deletions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=12), nullable=False),
        sa.Column("recording_id", sa.String(length=32), nullable=False),
        sa.Column("part_id", sa.String(length=32), nullable=True),
        sa.Column("settled_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("begun_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("done_at", UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["recording_id"], ["recordings.id"], name=op.f("fk_deletions_recording_id")),
        sa.ForeignKeyConstraint(["part_id"], ["recording_parts.id"], name=op.f("fk_deletions_part_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deletions")),
        sa.UniqueConstraint("part_id", name=op.f("uq_deletions_part_id")),
    )
    op.create_index(op.f("ix_deletions_recording_id"), "deletions", ["recording_id"], unique=False)
    op.create_index(op.f("ix_deletions_done_at"), "deletions", ["done_at"], unique=False)
    op.create_table(
        "legal_holds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recording_id", sa.String(length=32), nullable=True),
        sa.Column("case_number", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("held_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("released_at", UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["recording_id"], ["recordings.id"], name=op.f("fk_legal_holds_recording_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_holds")),
    )
    op.create_index(op.f("ix_legal_holds_recording_id"), "legal_holds", ["recording_id"], unique=False)
    op.create_index(op.f("ix_legal_holds_case_number"), "legal_holds", ["case_number"], unique=False)
