"""The migrations build exactly what the mappings describe, on both kinds of database."""

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from hotline.database import Database
from hotline.schema import metadata


def test_migrations_agree_with_the_mappings(either_db: Database) -> None:
    with either_db.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_only_writing_transactions_keep_what_they_did(either_db: Database) -> None:
    from hotline.units import Unit

    with either_db.reading() as session:
        session.add(Unit(code="1", name_zh="甲"))
        session.flush()
    with either_db.reading() as session:
        assert session.get(Unit, "1") is None
    with either_db.writing() as session:
        session.add(Unit(code="1", name_zh="甲"))
    with either_db.reading() as session:
        assert session.get_one(Unit, "1").name_zh == "甲"
