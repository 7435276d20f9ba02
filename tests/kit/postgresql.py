"""A real PostgreSQL server for tests, on a socket in a temporary directory."""

import os
import shutil
import subprocess
import tempfile
import uuid
from pathlib import Path

from sqlalchemy import text

from hotline.database import Database
from hotline.schema import metadata

HOW_TO_INSTALL = "PostgreSQL's server is missing; install it with: apt-get install postgresql"


class PostgreSQL:
    """A cluster of its own. The server refuses to run as root: then it runs as the user ``nobody``."""

    def __init__(self) -> None:
        self.bin = _binaries()
        self.home = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))  # a socket's path must be short
        if os.geteuid() == 0:
            shutil.chown(self.home, "nobody")
        self.data = self.home / "data"
        self._run("initdb", "--auth=trust", "--username=hotline", "--no-sync", f"--pgdata={self.data}")
        options = f"-c listen_addresses='' -c fsync=off -k {self.home}"
        log = f"--log={self.home / 'log'}"
        self._run("pg_ctl", "--wait", f"--pgdata={self.data}", log, f"--options={options}", "start")
        self.url = f"postgresql+psycopg://hotline@/postgres?host={self.home}"

    def new_database(self) -> str:
        """The URL of another, empty database."""
        name = f"new_{uuid.uuid4().hex[:8]}"
        self._run("createdb", f"--host={self.home}", "--username=hotline", name)
        return f"postgresql+psycopg://hotline@/{name}?host={self.home}"

    def stop(self) -> None:
        """End the server and remove its cluster."""
        self._run("pg_ctl", "--wait", "--mode=immediate", f"--pgdata={self.data}", "stop")
        shutil.rmtree(self.home)

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self.bin / program), *arguments]
        if os.geteuid() == 0:
            command = ["runuser", "-u", "nobody", "--", *command]
        done = subprocess.run(
            command,
            cwd=self.home,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stderr.decode()}")


def _binaries() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        raise RuntimeError(HOW_TO_INSTALL)
    return found[-1].parent


def emptied(db: Database) -> Database:
    """The same PostgreSQL database without any row; the guards of evidence would refuse it."""
    with db.writing() as session:
        session.execute(text("SET LOCAL session_replication_role = replica"))
        for table in reversed(metadata.sorted_tables):
            session.execute(table.delete())
    return db
