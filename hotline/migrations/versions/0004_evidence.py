"""evidence"""

import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa
from alembic import op

from hotline import audit, hash_chain
from hotline.evidence import recorded
from hotline.mapping import UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BATCH = 1000
_METADATA = sa.MetaData()
ENTRIES = sa.Table(
    "audit_entries",
    _METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", UtcDateTime),
    *(sa.Column(name, sa.Integer) for name in ("user_id", "sequence")),
    *(sa.Column(name, sa.String) for name in ("action", "subject", "detail", "origin", "salt")),
    *(sa.Column(name, sa.String) for name in ("words", "previous", "hash")),
)
RECORDINGS = sa.Table(
    "recordings",
    _METADATA,
    *(sa.Column(name, sa.String) for name in ("id", "call_id", "case_number", "caller", "language")),
    sa.Column("received_at", UtcDateTime),
)
PARTS = sa.Table(
    "recording_parts",
    _METADATA,
    *(
        sa.Column(name, sa.String)
        for name in ("id", "recording_id", "source", "store_key", "sha256", "speaker")
    ),
    *(sa.Column(name, sa.Integer) for name in ("position", "bytes")),
    sa.Column("seconds", sa.Float),
    *(sa.Column(name, sa.Boolean) for name in ("repaired", "replaced")),
)


def upgrade() -> None:
    for name, length in (("origin", 64), ("salt", 32), ("words", 64), ("previous", 64), ("hash", 64)):
        column = sa.Column(name, sa.String(length=length), server_default="", nullable=False)
        op.add_column("audit_entries", column)
    op.add_column("audit_entries", sa.Column("sequence", sa.Integer(), nullable=True))
    op.add_column("recording_parts", sa.Column("checked_at", UtcDateTime(timezone=True), nullable=True))
    op.create_index(op.f("ix_recording_parts_checked_at"), "recording_parts", ["checked_at"], unique=False)
    op.create_table(
        "evidence_findings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("what", sa.String(length=300), nullable=False),
        sa.Column("found_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("over_at", UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_findings")),
    )
    op.create_index(op.f("ix_evidence_findings_subject"), "evidence_findings", ["subject"], unique=False)
    op.create_index(op.f("ix_evidence_findings_over_at"), "evidence_findings", ["over_at"], unique=False)
    chain_what_is_there(op.get_bind())
    op.create_index(op.f("ix_audit_entries_sequence"), "audit_entries", ["sequence"], unique=True)
    op.create_index(
        op.f("ix_audit_entries_action_sequence"), "audit_entries", ["action", "sequence"], unique=False
    )


def chain_what_is_there(connection: sa.Connection) -> None:
    """Chain the entries there are, then every recording as its row says today; in portions of BATCH rows."""
    numbers, previous = count(1), hash_chain.START
    for some in _portions(connection, ENTRIES):
        values = []
        for row in some:
            entry = {
                "subject": _without_number(row.subject),
                "detail": row.detail,
                "salt": secrets.token_hex(16),
            }
            link = _linked(entry | {"id": row.id, "origin": ""}, row, next(numbers), previous)
            previous = link["hash"]
            values.append({f"new_{name}": value for name, value in link.items()})
        names = ("subject", "salt", "sequence", "words", "previous", "hash")
        to: dict[str, Any] = {name: sa.bindparam(f"new_{name}") for name in names}
        connection.execute(
            sa.update(ENTRIES).where(ENTRIES.c.id == sa.bindparam("new_id")).values(to), values
        )
    if connection.dialect.name == "sqlite":
        first = connection.scalar(sa.select(sa.func.max(ENTRIES.c.id))) or 0
        ids: Iterator[int] = count(first + 1)
    else:
        ids = iter(lambda: connection.scalar(sa.text("SELECT nextval('audit_entries_id_seq')")), None)
    for table, noted in ((RECORDINGS, _receipt), (PARTS, _keeping)):
        for some in _portions(connection, table):
            values = []
            for row in some:
                link = _linked({**noted(row), "id": next(ids), "origin": ""}, None, next(numbers), previous)
                previous = link["hash"]
                values.append(link)
            connection.execute(sa.insert(ENTRIES), values)


def _portions(connection: sa.Connection, table: sa.Table) -> Iterator[Any]:
    last: Any = None
    while True:
        query = sa.select(table).order_by(table.c.id).limit(BATCH)
        rows = connection.execute(query if last is None else query.where(table.c.id > last)).all()
        if not rows:
            return
        last = rows[-1].id
        yield rows


def _linked(values: dict[str, Any], row: Any, sequence: int, previous: str) -> dict[str, Any]:
    acts = {"at": row.at, "user_id": row.user_id, "action": row.action} if row else {}
    found = acts | values | {"sequence": sequence, "previous": previous}
    found["words"] = hash_chain.words(found["salt"], found["detail"])
    return found | {"hash": hash_chain.link(SimpleNamespace(**found))}


def _without_number(subject: str) -> str:
    """Earlier entries name a caller in full, which nobody could take away later."""
    kind, _, number = subject.partition(" ")
    return f"{kind} {audit.shortened(number)}" if kind in ("caller", "number", "prefix") else subject


def _receipt(row: Any) -> dict[str, Any]:
    salt = secrets.token_hex(16)
    return _noted(recorded.RECEIVE, f"receipt {row.id}", recorded.receipt(row, salt), salt)


def _keeping(row: Any) -> dict[str, Any]:
    return _noted(recorded.KEEP, f"part {row.id}", recorded.keeping(row), secrets.token_hex(16))


def _noted(action: str, subject: str, detail: str, salt: str) -> dict[str, Any]:
    noted = {"at": datetime.now(UTC), "user_id": None, "action": action, "subject": subject}
    return noted | {"detail": detail, "salt": salt}
