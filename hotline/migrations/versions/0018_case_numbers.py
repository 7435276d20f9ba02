"""case numbers that were given out"""

import sqlalchemy as sa
from alembic import op

from hotline.mapping import UtcDateTime

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

GIVEN = "INSERT INTO case_numbers (number, origin, origin_id, given_at, leads_to) "
FOR_CALLBACKS = """
SELECT callbacks.case_number, 'callback', callbacks.call_id, callbacks.asked_at, cases.number
FROM callbacks LEFT JOIN cases ON cases.number = callbacks.case_number
"""
FOR_RECORDINGS = """
SELECT recordings.case_number, 'recording', recordings.id, recordings.received_at, cases.number
FROM recordings LEFT JOIN cases ON cases.number = recordings.case_number
WHERE cases.call_id IS NULL
AND NOT EXISTS (SELECT 1 FROM case_numbers WHERE case_numbers.number = recordings.case_number)
"""
FOR_CALLS = """
SELECT number, 'call', COALESCE(call_id, ''), received_at, number
FROM cases WHERE NOT EXISTS (SELECT 1 FROM case_numbers WHERE case_numbers.number = cases.number)
"""
"""Of a case that an agent registered nobody knows any more whether its number was first its recording's."""


def upgrade() -> None:
    op.create_table(
        "case_numbers",
        sa.Column("number", sa.String(length=10), nullable=False),
        sa.Column("origin", sa.String(length=12), nullable=False),
        sa.Column("origin_id", sa.String(length=100), nullable=False),
        sa.Column("given_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("leads_to", sa.String(length=10), nullable=True),
        sa.ForeignKeyConstraint(["leads_to"], ["cases.number"], name=op.f("fk_case_numbers_leads_to")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_case_numbers")),
    )
    op.create_index("ix_case_numbers_origin", "case_numbers", ["origin", "origin_id"], unique=False)
    op.create_index(op.f("ix_case_numbers_leads_to"), "case_numbers", ["leads_to"], unique=False)
    for numbers in (FOR_CALLBACKS, FOR_RECORDINGS, FOR_CALLS):
        op.execute(GIVEN + numbers)


def downgrade() -> None:
    op.drop_table("case_numbers")
