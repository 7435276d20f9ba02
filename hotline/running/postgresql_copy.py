"""A copy of a PostgreSQL database in an archive: what ``pg_dump`` makes, of which only the rows are taken.

A dump is a program of SQL. So it is never given to a database: ``pg_restore`` writes each of our tables as
text, and the lines of its rows are all that reaches the database. Our migrations have made the tables before.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

from sqlalchemy import URL, Connection, Integer, MetaData, Table, make_url

from hotline import database
from hotline.running import schema_versions
from hotline.running.seal_key import BackupError

_EXPANDS = 200
"""A dump is compressed; text of ours never grows more than this when it is unpacked."""
_COPY = re.compile(rb'COPY public\."?([a-z_]+)"? \(("?[a-z_0-9]+"?(?:, "?[a-z_0-9]+"?)*)\) FROM stdin;\n')
_OF_A_DUMP = re.compile(
    rb"(--.*|SET [a-z_ =A-Z0-9'-]+;|SELECT pg_catalog\.set_config\([a-z_', ]+\);|\\(un)?restrict \w+)?\n"
)


def make(database_url: str, copy: Path) -> None:
    """Dump the database as it is in one moment. Raises BackupError."""
    url = make_url(database_url)
    _run(url, "pg_dump", "--format=custom", f"--file={copy}", _libpq(url))


def load(connection: Connection, dump: Path) -> None:
    """Make our tables at the dump's version and fill them. Raises BackupError."""
    with _rows(dump, schema_versions.TABLE) as (_, lines):
        versions = [line for line, _ in zip(lines, range(2), strict=False)]
    version = versions[0].decode("ascii", "replace").strip() if len(versions) == 1 else None
    database.migrate(connection, schema_versions.known(version))
    tables = MetaData()
    tables.reflect(connection)
    left = dump.stat().st_size * _EXPANDS
    for table in tables.sorted_tables:
        if table.name != schema_versions.TABLE:
            left -= _load_table(connection, dump, table, left)


def _load_table(connection: Connection, dump: Path, table: Table, left: int) -> int:
    """Fill a table and return how many bytes it took."""
    taken = 0
    quote = connection.dialect.identifier_preparer.quote_identifier
    with _rows(dump, table.name) as (columns, lines):
        if strange := set(columns) - set(table.columns.keys()):
            raise BackupError(f"the database of the backup is none of ours: {table.name} has {min(strange)}")
        names = ", ".join(quote(column) for column in columns)
        cursor = cast(Any, connection.connection.driver_connection).cursor()
        with cursor.copy(f"COPY {quote(table.name)} ({names}) FROM STDIN") as copying:
            for line in lines:
                taken += len(line)
                if taken > left:
                    raise BackupError("the database of the backup unpacks to more than any of ours")
                copying.write(line)
    for key in (column for column in table.primary_key if isinstance(column.type, Integer)):
        _count_on(connection, quote(table.name), key.name)
    return taken


def _count_on(connection: Connection, table: str, key: str) -> None:
    """The next row gets the number behind the last one, where the database counts them."""
    serial = f"pg_get_serial_sequence('{table}', '{key}')"
    connection.exec_driver_sql(
        f"SELECT setval({serial}, (SELECT max({key}) FROM {table})) "  # noqa: S608 - our own names
        f"WHERE {serial} IS NOT NULL AND EXISTS (SELECT 1 FROM {table})"
    )


@contextmanager
def _rows(dump: Path, table: str) -> Iterator[tuple[list[str], Iterator[bytes]]]:
    """The columns and lines of a table, as COPY takes them. Raises BackupError for anything else in them."""
    only = ("--data-only", "--schema=public", f"--table={table}", "--file=-", str(dump))
    with subprocess.Popen(  # noqa: S603 - our own arguments
        [_program("pg_restore"), *only], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as reading:
        script = cast(IO[bytes], reading.stdout)
        try:
            yield _columns(script, table), _until_end(script)
        finally:
            reading.kill()


def _columns(script: IO[bytes], table: str) -> list[str]:
    for line in script:
        if (found := _COPY.fullmatch(line)) and found[1].decode() == table:
            return [column.strip('"') for column in found[2].decode().split(", ")]
        if not _OF_A_DUMP.fullmatch(line):
            break
    raise BackupError(f"the database of the backup is none of ours: the rows of {table} cannot be read")


def _until_end(script: IO[bytes]) -> Iterator[bytes]:
    """Lines up to the one that ends them; nothing but comments and settings may follow."""
    for line in script:
        if line == b"\\.\n":
            break
        yield line
    else:
        raise BackupError("the database of the backup is cut off")
    if strange := next((line for line in script if not _OF_A_DUMP.fullmatch(line)), None):
        raise BackupError(f"the database of the backup is none of ours: it says {strange[:60]!r}")


def _libpq(url: URL) -> str:
    """The address as PostgreSQL's own tools read it; the password goes by the environment."""
    bare = URL.create("postgresql", url.username, None, url.host, url.port, url.database, url.query)
    return bare.render_as_string()


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise BackupError(f"{name} is missing; install it with: apt-get install postgresql-client")
    return found


def _run(url: URL, program: str, *arguments: str) -> None:
    surroundings = os.environ | ({"PGPASSWORD": url.password} if url.password else {})
    done = subprocess.run(  # noqa: S603 - our own arguments
        [_program(program), *arguments], env=surroundings, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BackupError(f"{program} failed: {' '.join(done.stderr.split())[-300:]}")
