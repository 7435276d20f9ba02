"""What happened at seats is kept in our own words; those of Asterisk's queue log end where it is read."""

import ast
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select, text

from hotline import database
from hotline.database import Database
from hotline.seats.seat_events import EventKind, SeatEvent
from hotline.settings_file import PROJECT, Settings
from ivr.seats.log_lines import ENDINGS, KINDS, WENT_ON
from tests.kit.postgresql import PostgreSQL

READS_THE_LOG = PROJECT / "ivr" / "seats" / "log_lines.py"
OUR_DIALPLANS = set(ENDINGS) - {"ABANDON"}
"""The dialplan's own words for the end of a call: ``ivr.call.CallOutcome`` tells it some of them."""
WORDS = {*KINDS, *WENT_ON, *ENDINGS, "ENTERQUEUE"} - OUR_DIALPLANS


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_events_of_earlier_days_are_said_in_them(
    tmp_path: Path, kind: str, request: pytest.FixtureRequest
) -> None:
    url = ""
    if kind == "postgresql":
        server: PostgreSQL = request.getfixturevalue("postgresql")
        url = server.new_database()
    settings = Settings(state_dir=tmp_path, database_url=url)
    add = text(
        "INSERT INTO seat_events (id, at, seat, event, call_id, detail, nth) "
        "VALUES (:id, :at, 'seat01', :event, '', '', 0)"
    )
    with create_engine(settings.database_url).begin() as connection:
        database.migrate(connection, "0016")
        at = datetime(2026, 11, 23, 8, tzinfo=UTC)
        for number, word in enumerate([*KINDS, "UNKNOWN"], start=1):
            connection.execute(add, {"id": number, "at": str(at), "event": word})
    database.upgrade(settings)
    db = Database(settings.database_url)
    with db.reading() as session:
        said = session.scalars(select(SeatEvent.event).order_by(SeatEvent.id)).all()
    db.engine.dispose()
    assert said == [*(ours for ours, _detail in KINDS.values()), "UNKNOWN"]


def test_every_kind_is_told_by_one_word() -> None:
    assert sorted(kind for kind, _detail in KINDS.values()) == sorted(EventKind)
    written = import_module("hotline.migrations.versions.0017_seats_own_words").WORDS
    assert written == {word: kind for word, (kind, _detail) in KINDS.items()}


def test_nobody_else_speaks_of_seats_in_asterisks_words() -> None:
    folders = [PROJECT / name for name in ("hotline", "ivr", "transcription", "web", "agi_scripts")]
    files = {file for folder in folders for file in folder.rglob("*.py") if "node_modules" not in file.parts}
    migrations = PROJECT / "hotline" / "migrations"
    for file in files - {READS_THE_LOG}:
        if not file.is_relative_to(migrations):
            tree = ast.parse(file.read_text())
            said = {each.value for each in ast.walk(tree) if isinstance(each, ast.Constant)}
            assert not said & WORDS, file
