"""one origin for each case, instead of a column for each channel"""

import sqlalchemy as sa
from alembic import op

from hotline.mapping import UtcDateTime

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

ANEW = """
INSERT INTO cases_anew (number, origin, origin_id, state, petitioner, telephone, address, category, summary,
    unit_code, received_at, registered_at, registered_by_id, due_on, closed_at)
SELECT number, 'call', COALESCE(call_id, recordings_call, number), state, petitioner, telephone, address,
    category, summary, unit_code, received_at, registered_at, registered_by_id, due_on, closed_at
FROM (SELECT cases.*, recordings.call_id AS recordings_call
    FROM cases LEFT JOIN recordings ON recordings.id = cases.recording_id)
"""
ALTERED = """
UPDATE cases SET origin = 'call', origin_id = COALESCE(
    call_id, (SELECT recordings.call_id FROM recordings WHERE recordings.id = cases.recording_id), number)
"""
"""Every recording has the identifier of its call, be it a message or a talk. No program ever wrote a case
with neither; one that was put in by hand keeps its number instead."""


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _anew()
    else:
        _altered()
    op.create_index("ix_cases_origin", "cases", ["origin_id", "origin"], unique=True)
    op.create_index("ix_cases_registered", "cases", ["registered_at", "number"])
    open_ones = sa.text("state IN ('registered', 'handling')")
    op.create_index(
        "ix_cases_due", "cases", ["due_on", "number"], sqlite_where=open_ones, postgresql_where=open_ones
    )


def _anew() -> None:
    """SQLite drops no unique column; Alembic's batch would put the constraints in an order by chance."""
    op.create_table(
        "cases_anew",
        sa.Column("number", sa.String(length=10), nullable=False),
        sa.Column("origin", sa.String(length=12), nullable=False),
        sa.Column("origin_id", sa.String(length=100), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("petitioner", sa.String(length=80), nullable=False),
        sa.Column("telephone", sa.String(length=32), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("unit_code", sa.String(length=20), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("registered_at", UtcDateTime(), nullable=False),
        sa.Column("registered_by_id", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["registered_by_id"], ["users.id"], name=op.f("fk_cases_registered_by_id")),
        sa.ForeignKeyConstraint(["unit_code"], ["units.code"], name=op.f("fk_cases_unit_code")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_cases")),
    )
    op.execute(ANEW)
    op.drop_table("cases")
    op.rename_table("cases_anew", "cases")
    for column in ("unit_code", "telephone"):
        op.create_index(op.f(f"ix_cases_{column}"), "cases", [column])


def _altered() -> None:
    op.add_column("cases", sa.Column("origin", sa.String(length=12), nullable=True))
    op.add_column("cases", sa.Column("origin_id", sa.String(length=100), nullable=True))
    op.execute(ALTERED)
    for column in ("origin", "origin_id"):
        op.alter_column("cases", column, nullable=False)
    op.drop_column("cases", "recording_id")
    op.drop_column("cases", "call_id")


def downgrade() -> None:
    raise NotImplementedError(
        "Which cases were registered in a call is not known any more: restore a backup."
    )
