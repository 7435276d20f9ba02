"""What a database holds is there after an upgrade, from whichever revision it comes."""

import hashlib
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.config import Config
from alembic.script import ScriptDirectory

from hotline import database
from hotline.database import MIGRATIONS
from hotline.settings_file import Settings


@pytest.mark.thorough
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_what_a_database_holds_outlives_every_upgrade(
    tmp_path: Path, kind: str, request: pytest.FixtureRequest
) -> None:
    """One that is upgraded revision by revision, and gets a row in each of its tables at each of them."""
    url = f"sqlite:///{tmp_path}/hotline.db"
    if kind == "postgresql":
        url = request.getfixturevalue("postgresql").new_database()
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        written = [row for number in enumerate(revisions(), 1) for row in filled(connection, *number)]
        tables = reflected(connection)
        for name, row in written:
            assert name in tables, f"{name} is gone: say in this test where its rows are now"
            key = [column == row[column.name] for column in tables[name].primary_key]
            now = connection.execute(sa.select(tables[name]).where(*key)).mappings().one()
            assert {column: now[column] for column in row if column in now} == {
                column: value for column, value in row.items() if column in now
            }
    engine.dispose()
    assert {name for name, _ in written} == set(tables) - {"alembic_version"}


@pytest.mark.thorough
@pytest.mark.parametrize(
    "at",
    [
        "UPDATE recordings SET no_draft",
        "INSERT INTO case_numbers",
        "INSERT INTO cases_anew",
        "INSERT INTO alembic",
    ],
)
def test_an_upgrade_that_is_cut_off_has_changed_nothing(tmp_path: Path, at: str) -> None:
    """SQLite would keep the tables that were made until then, and the next start find them in its way."""
    settings = Settings(state_dir=tmp_path)

    def cut_off(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.lstrip().startswith(at):
            raise KeyboardInterrupt

    sa.event.listen(sa.Engine, "before_cursor_execute", cut_off)
    try:
        with pytest.raises(KeyboardInterrupt):
            database.upgrade(settings)
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", cut_off)
    engine = sa.create_engine(settings.database_url)
    assert sa.inspect(engine).get_table_names() == []
    engine.dispose()
    database.upgrade(settings)


def test_a_schema_is_the_same_word_for_word_in_whatever_order_sets_are(tmp_path: Path) -> None:
    """A backup is taken back only where its schema is (``hotline.running.sqlite_copy``)."""
    made = []
    for seed in ("0", "1", "2"):
        state = tmp_path / seed
        code = "from hotline import database, settings_file; database.upgrade(settings_file.load())"
        environment = {"PYTHONHASHSEED": seed, "HOTLINE_STATE_DIR": str(state), "HOTLINE_CONFIG": os.devnull}
        subprocess.run([sys.executable, "-c", code], env=os.environ | environment, check=True)
        with closing(sqlite3.connect(state / "hotline.db")) as found:
            made.append(found.execute("SELECT name, sql FROM sqlite_master ORDER BY type, name").fetchall())
    assert made[0] and made[0] == made[1] == made[2]


def revisions() -> list[str]:
    """From the first to the head."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return [each.revision for each in ScriptDirectory.from_config(config).walk_revisions()][::-1]


def filled(connection: sa.Connection, number: int, revision: str) -> list[tuple[str, dict[str, Any]]]:
    """Upgrade to a revision and write one row into each table that there is; returns those rows."""
    database.migrate(connection, revision)
    rows = []
    for name, table in reflected(connection).items():
        if name != "alembic_version":
            rows.append((name, {column.name: value(column, number) for column in table.columns}))
            connection.execute(table.insert().values(rows[-1][1]))
    return rows


def reflected(connection: sa.Connection) -> dict[str, sa.Table]:
    """The tables as they are in the database, each after those it refers to."""
    found = sa.MetaData()
    found.reflect(connection)
    return {table.name: table for table in found.sorted_tables}


def value(column: "sa.Column[Any]", number: int) -> object:
    """What a column has in the rows of one revision: another for each revision, table and column."""
    for key in column.foreign_keys:
        return value(key.column, number)
    words = f"{number:02d}{hashlib.sha256(str(column).encode()).hexdigest()}"
    zone = UTC if getattr(column.type, "timezone", False) else None
    return {
        bool: True,
        bytes: words.encode(),
        date: date(2026, 1 + number // 28, 1 + number % 28),
        datetime: datetime(2026, 1, 1, number // 60, number % 60, tzinfo=zone),
        object: {"number": number},  # JSON
        float: number + 0.25,
        int: 1000 * number,
        str: words[: getattr(column.type, "length", None)],
    }[column.type.python_type]
