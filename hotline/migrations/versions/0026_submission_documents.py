"""documents of letters, visits and appointments"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "submission_documents",
        sa.Column("document_id", sa.String(length=32), nullable=False),
        sa.Column("submission_number", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_submission_documents_document_id")
        ),
        sa.ForeignKeyConstraint(
            ["submission_number"],
            ["submissions.number"],
            name=op.f("fk_submission_documents_submission_number"),
        ),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_submission_documents")),
    )
    op.create_index(
        op.f("ix_submission_documents_submission_number"), "submission_documents", ["submission_number"]
    )


def downgrade() -> None:
    raise NotImplementedError("Which document came with what would be lost: restore a backup.")
