"""days that the office decides, each with the version of the calendar"""

import sqlalchemy as sa
from alembic import op

from hotline.mapping import UtcDateTime

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Empty: until somebody decides a day, settings and China's calendar tell, as before."""
    op.create_table(
        "calendar_changes",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("source", sa.String(length=12), nullable=False),
        sa.Column("undoes", sa.Integer(), nullable=True),
        sa.Column("recomputed", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_calendar_changes_by_id")),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_calendar_changes")),
    )
    op.create_table(
        "calendar_days",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("works", sa.Boolean(), nullable=True),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["version"], ["calendar_changes.version"], name=op.f("fk_calendar_days_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_days")),
    )
    op.create_index(op.f("ix_calendar_days_day"), "calendar_days", ["day"])
    op.create_index(op.f("ix_calendar_days_version"), "calendar_days", ["version"])


def downgrade() -> None:
    raise NotImplementedError("What the office has decided about days would be lost: restore a backup.")
