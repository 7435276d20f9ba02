"""The migrations build exactly what the mappings describe, on both kinds of database."""

import socket

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from hotline.database import Database
from hotline.schema import metadata


def test_migrations_agree_with_the_mappings(either_db: Database) -> None:
    with either_db.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


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
