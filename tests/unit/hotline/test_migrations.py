"""The migrations build exactly what the mappings describe, on both kinds of database."""

import socket
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from hotline import database
from hotline.database import Database
from hotline.recordings.no_draft import NoDraft
from hotline.schema import metadata

RECORDING = """
INSERT INTO recordings (id, call_id, case_number, caller, language, received_at, seconds, first_words,
    transcription, attempts, attempts_allowed, failure, changed_at)
VALUES (:id, :id, :id, '', 'zh', :at, 1, '', 'failed', 3, 3, :failure, :at)
"""


def test_migrations_agree_with_the_mappings(either_db: Database) -> None:
    with either_db.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_why_there_is_no_draft_is_a_code_in_older_rows_too(tmp_path: Path) -> None:
    said = {
        "the engine failed: MemoryError: no room": NoDraft.ENGINE_FAILED,
        "transcribing took too long": NoDraft.TOO_SLOW,
        "the worker died while transcribing": NoDraft.INTERRUPTED,
        "the file is missing in the store": NoDraft.NO_FILE,
        "the message has no part": NoDraft.NO_PART,
        "40 minutes long, at most 20 are transcribed": NoDraft.TOO_LONG,
        "no WAV file (3 bytes)": NoDraft.UNREADABLE,
        "not transcribed: English": NoDraft.ENGLISH,
        "": None,
    }
    with create_engine(f"sqlite:///{tmp_path / 'hotline.db'}").begin() as connection:
        database.migrate(connection, "0015")
        for number, failure in enumerate(said):
            row = {"id": str(number), "failure": failure, "at": "2026-01-01 08:00:00"}
            connection.execute(text(RECORDING), row)
        database.migrate(connection)
        kept = connection.execute(text("SELECT failure, no_draft FROM recordings")).all()
    codes = [(failure, why.name if why else "") for failure, why in said.items()]
    assert sorted(map(tuple, kept)) == sorted(codes)


def test_an_error_names_no_values(either_db: Database) -> None:
    from hotline.cases.units import Unit

    with pytest.raises(SQLAlchemyError) as caught, either_db.writing() as session:
        session.add_all([Unit(code="1", name_zh="13800001234"), Unit(code="1", name_zh="13800001234")])
    assert "13800001234" not in str(caught.value).split("DETAIL")[0]


def test_a_postgresql_that_does_not_answer_is_an_error_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        url = f"postgresql+psycopg://hotline@127.0.0.1:{mute.getsockname()[1]}/hotline"
        with pytest.raises(OperationalError), Database(url, busy_seconds=1).reading() as session:
            session.execute(text("SELECT 1"))


def test_only_writing_transactions_keep_what_they_did(either_db: Database) -> None:
    from hotline.cases.units import Unit

    with either_db.reading() as session:
        session.add(Unit(code="1", name_zh="甲"))
        session.flush()
    with either_db.reading() as session:
        assert session.get(Unit, "1") is None
    with either_db.writing() as session:
        session.add(Unit(code="1", name_zh="甲"))
    with either_db.reading() as session:
        assert session.get_one(Unit, "1").name_zh == "甲"
