"""A database that another holds."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from hotline.database import Database
from tests.web.office import Office
from web.services import Services


@contextmanager
def locked(office: Office, busy_seconds: float) -> Iterator[None]:
    """The database is held by another; the pages have just started anew."""
    office.clock.forward(minutes=2)  # the last use of a session is due to be noted
    patient = Database(office.settings.database_url, busy_seconds)
    office.app.extensions["hotline"] = Services(office.settings, patient, office.clock)
    with closing(sqlite3.connect(office.settings.state_dir / "hotline.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")
    patient.engine.dispose()
