"""events of cases, the period that runs, and units of users"""

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from typing import Any

import sqlalchemy as sa
from alembic import op

from hotline import hash_chain
from hotline.mapping import UtcDateTime

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

CHINA = timezone(timedelta(hours=8))
"""Periods of cases that were there before count by the day in China, whatever zone the office has set."""
DISPATCH_DAYS = 15
"""What the office has from receipt to hand a case to its unit: 信访工作条例 (2022), Article 22."""
NEAR_DAYS = 20
STATES = ("registered", "accepted", "replied", "closed", "withdrawn")
"""A row with another one was put in by hand: its day stays as it is."""
AT_ONCE = 1000


def upgrade() -> None:
    op.add_column("users", sa.Column("unit_code", sa.String(length=20), nullable=True))
    op.add_column("cases", sa.Column("period", sa.String(length=12), nullable=True))
    op.add_column("cases", sa.Column("yellow_on", sa.Date(), nullable=True))
    op.add_column("cases", sa.Column("objected", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("cases", sa.Column("events", sa.Integer(), server_default="0", nullable=False))
    op.create_table(
        "case_events",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("case_number", sa.String(length=10), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("unit_code", sa.String(length=20), nullable=False),
        sa.Column("move", sa.String(length=20), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_case_events_by_id")),
        sa.ForeignKeyConstraint(["case_number"], ["cases.number"], name=op.f("fk_case_events_case_number")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_events")),
    )
    op.create_index(op.f("ix_case_events_case_number"), "case_events", ["case_number"])
    op.drop_index("ix_cases_due", "cases")
    _carry_over()
    has_a_day = sa.text("due_on IS NOT NULL")
    op.create_index(
        "ix_cases_due", "cases", ["due_on", "number"], sqlite_where=has_a_day, postgresql_where=has_a_day
    )
    op.create_index("ix_cases_registrar", "cases", ["registered_by_id", "registered_at"])


def _carry_over() -> None:
    """Every case that is there gets its first event, and the period that its state now has."""
    connection = op.get_bind()
    cases, events = _tables()
    for some in _some(connection, cases):
        carried = [_carried(row) for row in some]
        connection.execute(events.insert(), [event for event, _ in carried])
        for _, changed in carried:
            connection.execute(cases.update().where(cases.c.number == changed["number"]).values(**changed))


def _tables() -> tuple[sa.Table, sa.Table]:
    metadata = sa.MetaData()
    cases = sa.Table(
        "cases",
        metadata,
        sa.Column("number", sa.String),
        sa.Column("state", sa.String),
        sa.Column("unit_code", sa.String),
        sa.Column("received_at", UtcDateTime()),
        sa.Column("registered_at", UtcDateTime()),
        sa.Column("registered_by_id", sa.Integer),
        sa.Column("due_on", sa.Date),
        sa.Column("period", sa.String),
        sa.Column("yellow_on", sa.Date),
        sa.Column("events", sa.Integer),
    )
    events = sa.Table(
        "case_events",
        metadata,
        *(sa.Column(name, sa.String) for name in ("id", "case_number", "role", "unit_code", "move", "text")),
        *(sa.Column(name, sa.String) for name in ("previous", "hash")),
        *(sa.Column(name, sa.Integer) for name in ("sequence", "by_id")),
        sa.Column("at", UtcDateTime()),
        sa.Column("facts", sa.Text),
    )
    return cases, events


def _some(connection: sa.Connection, cases: sa.Table) -> Iterator[list[Any]]:
    """So many cases at once, by their numbers, with the roles of who registered them."""
    users = sa.table("users", sa.column("id"), sa.column("role"))
    last = ""
    while True:
        query = (
            sa.select(cases, users.c.role)
            .join(users, users.c.id == cases.c.registered_by_id)
            .where(cases.c.number > last)
            .order_by(cases.c.number)
            .limit(AT_ONCE)
        )
        found = list(connection.execute(query))
        if not found:
            return
        yield found
        last = found[-1].number


def _carried(row: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """The first event of a case, and what changes in its row."""
    state = "accepted" if row.state == "handling" else row.state
    period = _period(row, state)
    facts = {"state": state, "unit": row.unit_code, **period}
    event = {
        "id": f"{row.number}-1",
        "case_number": row.number,
        "sequence": 1,
        "at": row.registered_at,
        "by_id": row.registered_by_id,
        "role": row.role,
        "unit_code": "",
        "move": "carry over",
        "facts": json.dumps(facts, sort_keys=True),
        "text": "",
        "previous": hash_chain.START,
    }
    event["hash"] = _link(event)
    changed = {"number": row.number, "state": state, "events": 1}
    if state in STATES:
        days = {
            name: date.fromisoformat(period[name]) if period else None for name in ("due_on", "yellow_on")
        }
        changed |= {"period": period.get("period"), **days}
    return event, changed


def _link(event: dict[str, Any]) -> str:
    """As ``hotline.cases.case_events.link`` has it."""
    return hash_chain.digest(
        "case event",
        event["id"],
        hash_chain.instant(event["at"]),
        event["by_id"],
        event["role"],
        event["unit_code"],
        event["move"],
        event["facts"],
        event["text"],
        event["previous"],
    )


def _period(row: Any, state: str) -> dict[str, Any]:
    """The period that runs in a state; a day that a petitioner was told stays."""
    if state == "registered":
        began_on = _day(row.received_at)
        due_on = began_on + timedelta(days=DISPATCH_DAYS)
        return _facts("dispatch", began_on, due_on, due_on - timedelta(days=DISPATCH_DAYS // 3))
    if state == "accepted" and row.due_on:
        began_on = min(_day(row.registered_at), row.due_on - timedelta(days=1))
        return _facts("handling", began_on, row.due_on, row.due_on - timedelta(days=NEAR_DAYS - 1))
    return {}


def _facts(kind: str, began_on: date, due_on: date, yellow_on: date) -> dict[str, Any]:
    return {
        "period": kind,
        "began_on": began_on.isoformat(),
        "days": (due_on - began_on).days,
        "due_on": due_on.isoformat(),
        "yellow_on": yellow_on.isoformat(),
    }


def _day(at: datetime) -> date:
    return at.astimezone(CHINA).date()


def downgrade() -> None:
    raise NotImplementedError("What was done with cases would be lost: restore a backup.")
