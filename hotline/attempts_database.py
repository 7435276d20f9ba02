"""Where wrong passwords are counted.

Whoever has no account decides how much is written here, so it is not written where the telephone writes:
SQLite has one writer at a time, and the attempts get a file of their own. PostgreSQL has no such trouble, and
several web machines must count together: there they are a table of the hotline's database.
"""

from functools import lru_cache
from pathlib import Path
from typing import cast

from sqlalchemy import Table, make_url

from hotline.attempts import FailedSignIn
from hotline.database import Database

BUSY_SECONDS = 3.0


def kept_in(database: Database) -> Database:
    """The database of the attempts: beside an SQLite database a file, else itself."""
    url = database.engine.url
    if url.get_backend_name() != "sqlite" or not url.database:
        return database
    return _beside(str(Path(url.database).with_name("sign-ins.db")))


@lru_cache(maxsize=4)
def _beside(file: str) -> Database:
    own = Database(str(make_url("sqlite://").set(database=file)), BUSY_SECONDS)
    with own.writing() as session:
        cast(Table, FailedSignIn.__table__).create(session.connection(), checkfirst=True)
    return own
