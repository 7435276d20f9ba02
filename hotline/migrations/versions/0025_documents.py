"""documents that come with a petition or are made in handling it"""

import sqlalchemy as sa
from alembic import op

from hotline.mapping import UtcDateTime

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "documents",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("original_name", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("received_sha256", sa.String(length=64), nullable=False),
        sa.Column("store_key", sa.String(length=60), nullable=False),
        sa.Column("added_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("checked_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("erasing_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("erased_at", UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_documents_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
        sa.UniqueConstraint("store_key", name=op.f("uq_documents_store_key")),
    )
    op.create_index(op.f("ix_documents_checked_at"), "documents", ["checked_at"])
    op.create_index(op.f("ix_documents_erasing_at"), "documents", ["erasing_at"])
    op.create_table(
        "case_documents",
        sa.Column("document_id", sa.String(length=32), nullable=False),
        sa.Column("case_number", sa.String(length=10), nullable=False),
        sa.Column("event_id", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_number"], ["cases.number"], name=op.f("fk_case_documents_case_number")
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_case_documents_document_id")
        ),
        sa.ForeignKeyConstraint(["event_id"], ["case_events.id"], name=op.f("fk_case_documents_event_id")),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_case_documents")),
    )
    op.create_index(op.f("ix_case_documents_case_number"), "case_documents", ["case_number"])


def downgrade() -> None:
    raise NotImplementedError("What was handed in would be lost: restore a backup.")
