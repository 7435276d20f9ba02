"""Guards: triggers that refuse to change or delete what is evidence, on both kinds of database.

They stop mistakes and whoever has the hotline's own access. Who may drop them is found by the chain.
"""

import re
from dataclasses import dataclass

from sqlalchemy import Connection, text


@dataclass(frozen=True)
class Guard:
    """What of a table never changes; ``unless``: changes that are allowed; ``keys`` are unique."""

    table: str
    columns: tuple[str, ...]
    keys: tuple[str, ...]
    unless: str = "false"


_CHAINED = ("id", "at", "user_id", "action", "subject", "origin", "sequence", "words", "previous", "hash")
_OF_A_CASE = (
    *("id", "case_number", "sequence", "at", "by_id", "role", "unit_code", "move", "facts", "text"),
    *("previous", "hash"),
)
_OF_A_UNIT = ("id", "unit_code", "what", "before", "after", "day", "by_id", "at")
_OF_THE_CALENDAR = ("version", "source", "undoes", "recomputed", "by_id", "at")
_OF_A_DAY = ("id", "day", "version", "works", "name", "name_en")
_OF_A_DOCUMENT = ("id", "kind", "bytes", "sha256", "received_sha256", "store_key", "added_at", "by_id")
_WITHOUT_WORDS = "NEW.title = '' AND NEW.original_name = ''"
_ERASING = "NEW.detail = '' AND NEW.salt = ''"
_WITHOUT_CALLER = "OLD.source LIKE replace(NEW.source, '.wav', '+%.wav')"

GUARDS = (
    Guard("audit_entries", _CHAINED, ("id", "sequence"), "OLD.sequence IS NULL"),
    Guard("audit_entries", ("detail", "salt"), (), f"OLD.sequence IS NULL OR ({_ERASING})"),
    Guard("recordings", ("id", "call_id", "received_at"), ("id", "call_id", "case_number")),
    Guard(
        "recording_parts",
        ("id", "recording_id", "store_key", "sha256", "bytes", "seconds", "repaired"),
        ("id", "store_key"),
    ),
    Guard("recording_parts", ("source",), (), _WITHOUT_CALLER),
    Guard("case_numbers", ("number", "origin", "origin_id", "given_at"), ("number",)),
    Guard("case_numbers", ("leads_to",), (), "OLD.leads_to IS NULL"),
    Guard("case_events", _OF_A_CASE, ("id",)),
    Guard("unit_changes", _OF_A_UNIT, ("id",)),
    Guard("calendar_changes", _OF_THE_CALENDAR, ("version",)),
    Guard("calendar_days", _OF_A_DAY, ("id",)),
    Guard("documents", _OF_A_DOCUMENT, ("id", "store_key")),
    Guard("case_documents", ("document_id", "case_number", "event_id"), ("document_id",)),
    Guard("documents", ("title", "original_name"), (), _WITHOUT_WORDS),
    Guard("submission_documents", ("document_id", "submission_number"), ("document_id",)),
)
"""A guard that changes gets another place, and with it another name: PostgreSQL shows no conditions."""
TABLES = tuple(dict.fromkeys(each.table for each in GUARDS))
_NAME = re.compile(rf"guard_(update\d+|delete|insert|truncate)_({'|'.join(TABLES)})")
_REFUSAL = "what is evidence is never changed or deleted"


def set_up(connection: Connection) -> None:
    """Put up the guards that are missing, and remove those of an earlier version."""
    gone = missing(connection)
    wanted = [statement.split()[2] for statement in _statements(connection.dialect.name)]
    for name in set(_names(connection)) - set(wanted):
        if is_name(name):
            connection.execute(text(_dropping(connection, name)))
    if gone and connection.dialect.name == "postgresql":
        connection.execute(text(_FUNCTION))
    for statement in _statements(connection.dialect.name):
        if (name := statement.split()[2]) in gone:
            connection.execute(text(_dropping(connection, name)))  # one that is switched off is still there
            connection.execute(text(statement))


def take_down(connection: Connection) -> None:
    """Remove them all, for a migration that has to change what they guard."""
    for name in _names(connection):
        connection.execute(text(_dropping(connection, name)))


def is_name(name: str) -> bool:
    """Whether a trigger has the name of a guard, of this version or of an earlier one."""
    return _NAME.fullmatch(name) is not None


def missing(connection: Connection) -> list[str]:
    """The guards that are not there, that somebody has switched off, or that are another under the name."""
    there = _refusing(connection)
    wanted = {each.split()[2]: each for each in _statements(connection.dialect.name)}
    return [name for name, statement in wanted.items() if there.get(name) not in (statement, _BODY)]


def _refusing(connection: Connection) -> dict[str, str]:
    """What each guard does: the statement that made it, on PostgreSQL the body of its function."""
    if connection.dialect.name == "sqlite":
        query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
    else:
        query = (
            "SELECT tgname, prosrc FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid "
            "WHERE tgenabled IN ('O', 'A')"
        )
    return dict(connection.execute(text(query)).all())


def _names(connection: Connection) -> list[str]:
    if connection.dialect.name == "postgresql":
        query = "SELECT tgname FROM pg_trigger WHERE tgname LIKE 'guard\\_%'"
    else:
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'guard\\_%' ESCAPE '\\'"
    return list(connection.scalars(text(query)))


def _dropping(connection: Connection, name: str) -> str:
    table = max((each for each in TABLES if name.endswith(f"_{each}")), key=len)  # of two the whole name
    on = f" ON {table}" if connection.dialect.name == "postgresql" else ""
    return f"DROP TRIGGER IF EXISTS {name}{on}"


def _statements(dialect: str) -> list[str]:
    """CREATE TRIGGER for each guard; the third word of each is the trigger's name."""
    refuse = "EXECUTE FUNCTION refuse_change()" if dialect == "postgresql" else _SQLITE_REFUSAL
    made = []
    for number, guard in enumerate(GUARDS):
        changed = " OR ".join(f"NEW.{each} IS DISTINCT FROM OLD.{each}" for each in guard.columns)
        when = f"FOR EACH ROW WHEN (({changed}) AND NOT ({guard.unless}))"
        name = f"guard_update{number}_{guard.table}"
        made.append(f"CREATE TRIGGER {name} BEFORE UPDATE ON {guard.table} {when} {refuse}")
    for table in TABLES:
        made.append(f"CREATE TRIGGER guard_delete_{table} BEFORE DELETE ON {table} FOR EACH ROW {refuse}")
        if dialect == "postgresql":
            made.append(f"CREATE TRIGGER guard_truncate_{table} BEFORE TRUNCATE ON {table} {refuse}")
    return made + (_against_replacing(refuse) if dialect == "sqlite" else [])


def _against_replacing(refuse: str) -> list[str]:
    """INSERT OR REPLACE of SQLite deletes the row that is there without asking a trigger for deletions.

    A row that has no identifier yet shows -1 here: a row with that one would refuse all others.
    """
    made = []
    for guard in GUARDS:
        if guard.keys:
            same = " OR ".join(f"({each} = NEW.{each} AND NEW.{each} IS NOT -1)" for each in guard.keys)
            taken = f"EXISTS (SELECT 1 FROM {guard.table} WHERE {same})"  # noqa: S608 - our own words
            made.append(
                f"CREATE TRIGGER guard_insert_{guard.table} BEFORE INSERT ON {guard.table} "
                f"FOR EACH ROW WHEN {taken} {refuse}"
            )
    return made


_SQLITE_REFUSAL = f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
_BODY = f"\nBEGIN RAISE EXCEPTION '{_REFUSAL}'; END "
_FUNCTION = f"CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $${_BODY}$$"
