"""letters, visits and appointments, which are entered by hand"""

import sqlalchemy as sa
from alembic import op

from hotline.mapping import UtcDateTime

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "submissions",
        sa.Column("number", sa.String(length=10), nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("received_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("petitioner", sa.String(length=80), nullable=False),
        sa.Column("telephone", sa.String(length=32), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=True),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("unit_code", sa.String(length=20), nullable=True),
        sa.Column("particulars", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("entered_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=True),
        sa.Column("case_number", sa.String(length=10), nullable=True),
        sa.Column("ground", sa.String(length=300), nullable=False),
        sa.Column("decided_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["case_number"], ["cases.number"], name=op.f("fk_submissions_case_number")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["users.id"], name=op.f("fk_submissions_decided_by_id")),
        sa.ForeignKeyConstraint(["entered_by_id"], ["users.id"], name=op.f("fk_submissions_entered_by_id")),
        sa.ForeignKeyConstraint(["number"], ["case_numbers.number"], name=op.f("fk_submissions_number")),
        sa.ForeignKeyConstraint(["unit_code"], ["units.code"], name=op.f("fk_submissions_unit_code")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_submissions")),
    )
    op.create_index(op.f("ix_submissions_case_number"), "submissions", ["case_number"])
    op.create_index("ix_submissions_received", "submissions", ["received_at", "number"])
    op.create_index("ix_submissions_outcome", "submissions", ["outcome", "received_at", "number"])
    by_hand = sa.text("origin != 'call'")
    op.create_index(
        "ix_cases_by_hand",
        "cases",
        ["registered_at", "number"],
        sqlite_where=by_hand,
        postgresql_where=by_hand,
    )


def downgrade() -> None:
    raise NotImplementedError("Letters, visits and appointments would be lost: restore a backup.")
