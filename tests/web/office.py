"""The pages with their database and clock, and visitors who use them as a browser would."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from hotline import sessions
from hotline.database import Database
from hotline.people import Role, User
from hotline.settings_file import Settings
from tests.kit import desk_sample

_TOKEN = re.compile(r'name="csrf-token" content="([^"]+)"')


@dataclass
class Clock:
    """A clock that moves when it is told to."""

    now: datetime = desk_sample.NOW

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **much: float) -> None:
        self.now += timedelta(**much)


@dataclass
class Visitor:
    """A browser: keeps cookies, and sends the form token of the last page it saw."""

    client: FlaskClient
    token: str = ""

    def get(self, path: str, **more: Any) -> TestResponse:
        answer = self.client.get(path, **more)
        if found := _TOKEN.search(answer.get_data(as_text=True) if answer.mimetype == "text/html" else ""):
            self.token = found[1]
        return answer

    def post(self, path: str, data: dict[str, Any] | None = None, **more: Any) -> TestResponse:
        return self.client.post(path, data={"csrf_token": self.token} | (data or {}), **more)

    def sign_in(
        self, name: str = "liuyang", password: str = desk_sample.PASSWORD, address: str = "", **more: Any
    ) -> TestResponse:
        self.get("/sign-in")
        at = {"environ_base": {"REMOTE_ADDR": address}} if address else {}
        answer = self.post("/sign-in", {"name": name, "password": password, **more}, **at)
        if answer.status_code == 302:
            self.get("/account")
        return answer


@dataclass
class Office:
    """The application with its database, its clock and the recordings of the night."""

    app: Flask
    settings: Settings
    db: Database
    clock: Clock
    ids: list[str] = field(default_factory=list)

    def visitor(self, name: str | None = None) -> Visitor:
        """A new browser, signed in when a name is given."""
        visitor = Visitor(self.app.test_client())
        if name:  # a session begun directly: hashing a password for each test would take most of their time
            with self.db.writing() as session:
                user_id = session.scalars(select(User.id).where(User.name == name)).one()
                token = sessions.begin(session, user_id, self.clock.now, timedelta(minutes=30))
            visitor.client.set_cookie(f"hotline_session_{self.settings.web.port}", token)
            visitor.get("/account")
        return visitor


def user_id(office: Office, name: str) -> int:
    with office.db.reading() as session:
        return session.scalars(select(User.id).where(User.name == name)).one()


def page(visitor: Visitor, path: str) -> BeautifulSoup:
    answer = visitor.get(path)
    assert answer.status_code == 200, path
    return BeautifulSoup(answer.get_data(as_text=True), "html.parser")


def administrator(office: Office) -> Visitor:
    with office.db.writing() as session:
        session.scalars(select(User).where(User.name == "liuyang")).one().role = Role.ADMINISTRATOR
    return office.visitor("liuyang")
