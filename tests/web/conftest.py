"""A desk in the morning after an invented night, and visitors who use it as a browser would."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import local

import pytest
from flask import Flask, before_render_template
from jinja2 import Template
from sqlalchemy.orm import Session

from hotline import people, sessions
from hotline.database import Database
from hotline.people import Role
from hotline.running import ready
from hotline.running.processes import HOTLINE
from hotline.settings_file import PROJECT, Settings
from tests.kit import databases, desk_sample
from tests.kit.instance import load, ports
from tests.web.at_seat import agent, ringing  # noqa: F401 - fixtures
from tests.web.every_address import no_waiting, subjects  # noqa: F401 - fixtures
from tests.web.office import Clock, Office, Visitor
from web.app import create_app
from web.services import Services

CATALOGUE = PROJECT / "web" / "translations" / "zh" / "LC_MESSAGES" / "messages.mo"


@pytest.fixture(autouse=True)
def drawn_while_writing(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """No page is drawn in a writing transaction, as nobody else could write: fails the test that does."""
    drawn: list[str] = []
    of_thread, writing = local(), Database.writing

    @contextmanager
    def watched(self: Database, busy_seconds: float | None = None) -> Iterator[Session]:
        with writing(self, busy_seconds) as session:
            before = getattr(of_thread, "is_writing", False)
            of_thread.is_writing = True
            try:
                yield session
            finally:
                of_thread.is_writing = before

    def look(_app: Flask, template: Template, **_more: object) -> None:
        if getattr(of_thread, "is_writing", False):
            drawn.append(str(template.name))

    monkeypatch.setattr(Database, "writing", watched)
    with before_render_template.connected_to(look):
        yield drawn
    assert drawn == []


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """A state directory after that night, to be copied."""
    if not CATALOGUE.exists():
        raise RuntimeError("Chinese texts are not compiled: .venv/bin/pybabel compile -d web/translations")
    settings = Settings(state_dir=tmp_path_factory.mktemp("night"))
    databases.new(settings)
    return settings.state_dir, desk_sample.night(settings, Database(settings.database_url))


@pytest.fixture(scope="session")
def app(prepared: tuple[Path, list[str]]) -> Flask:
    """The application, made once, so that templates are compiled once; each test gives it surroundings."""
    settings = Settings(state_dir=prepared[0])
    return create_app(settings, Database(settings.database_url))


@pytest.fixture
def morning(prepared: tuple[Path, list[str]]) -> tuple[Path, list[str]]:
    """What is copied for each test."""
    return prepared


@pytest.fixture
def office(morning: tuple[Path, list[str]], app: Flask, tmp_path: Path) -> Iterator[Office]:
    """The desk, as it is found in the morning."""
    source, ids = morning
    settings = Settings(state_dir=tmp_path / "desk")
    shutil.copytree(source, settings.state_dir, copy_function=shutil.copy)
    db, clock = Database(settings.database_url), Clock()
    app.extensions["hotline"] = Services(settings, db, clock)
    yield Office(app, settings, db, clock, list(ids))
    db.engine.dispose()


@pytest.fixture
def clerk(office: Office) -> Visitor:
    """A clerk who is signed in."""
    return office.visitor("liuyang")


@pytest.fixture
def colleague(office: Office) -> Visitor:
    """Another who is signed in."""
    return office.visitor("chenjing")


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[subprocess.Popen[bytes], str, str]]:
    """``hotline web`` itself, its address, and the cookie of somebody signed in."""
    state_dir = tmp_path_factory.mktemp("live")
    environment = {**os.environ, **ports(), "HOTLINE_STATE_DIR": str(state_dir)}
    settings = load(environment)
    databases.new(settings)
    with Database(settings.database_url).writing() as session:
        user = people.add(session, "liuyang", "刘洋", Role.CLERK, "night-desk-2026")
        token = sessions.begin(session, user.id, datetime.now(UTC), timedelta(minutes=30))
    process = subprocess.Popen([HOTLINE, "web"], env=environment, cwd=PROJECT, stderr=subprocess.DEVNULL)
    assert ready.wait(settings, 40, ("web",)) == []
    yield process, ready.page_address(settings), f"hotline_session_{settings.web.port}={token}"
    process.kill()
    process.wait()
