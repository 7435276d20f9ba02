"""Another holds the database, for as long as it likes: what is only read is there, and at once.

Each address that is read is asked for by somebody whose use is due to be noted, while another connection is
in the middle of writing. What notes who looked is refused with a sentence: what cannot be noted is not shown.
"""

import sqlite3
from collections.abc import Collection, Iterator
from contextlib import ExitStack, closing, contextmanager

import pytest
from sqlalchemy.exc import TimeoutError
from sqlalchemy.orm import Session

from hotline import people
from hotline.database import Database
from hotline.people import Role
from hotline.seats.seats import Seat
from tests.kit import desk_sample
from tests.kit.postgresql import PostgreSQL
from tests.web.every_address import address, lines
from tests.web.locked import locked
from tests.web.office import Office, Visitor
from web.services import Services

FOR_EVER = 1_000_000.0
"""Whoever waits as long as usual is told of by the limit of the test's time."""
EVIDENCE = {
    "audit.show",
    "call.form",
    "call.page",
    "call.pop",
    "case.documents.show",
    "case.show",
    "recording.audio.message",
    "recording.audio.one_part",
    "recording.audio.original",
    "recording.show",
    "submissions.documents.show",
    "submissions.show",
}
"""What says in the audit trail who looked at whose words, or at the audit trail."""
NOTED_EACH_TIME = {"recording.show", "recording.audio.original"}
BEGINS = {"seat.credentials"}
"""The first time a browser becomes a telephone that is written; from then on it is read."""


def read(
    office: Office,
    visitor: Visitor,
    subjects: dict[str, str],
    besides: Collection[str] = (),
) -> dict[str, tuple[int, str]]:
    """Endpoint and subject → the status and the text of the answer."""
    found = {}
    for line in lines():
        if line.method != "GET" or line.endpoint in besides:
            continue
        answer = visitor.get(address(office, line, subjects), headers={"Origin": "http://localhost"})
        text = "" if answer.is_streamed else answer.get_data(as_text=True)
        answer.close()
        found[f"{line.endpoint} {line.subject}"] = (answer.status_code, text)
    return found


@pytest.fixture
def boss(office: Office) -> Visitor:
    """Who may see everything; at a seat, where nothing of a telephone is there yet."""
    with office.db.writing() as session:
        admin = people.add(session, "boss", "主任", Role.ADMINISTRATOR, desk_sample.PASSWORD)
        session.merge(Seat(name="seat03", user_id=admin.id, state="ready", since=office.clock.now))
    return office.visitor("boss")


def test_what_is_read_is_there_and_what_is_noted_is_refused(
    office: Office,
    subjects: dict[str, str],
    no_waiting: None,
    boss: Visitor,
) -> None:
    with locked(office, busy_seconds=0.05):
        found = read(office, boss, subjects)
    assert {answer[0] for answer in found.values()} <= {200, 204, 302, 503}, found
    refused = {name.split()[0] for name, (status, _) in found.items() if status == 503}
    assert refused == EVIDENCE | BEGINS
    for name, (status, text) in found.items():
        assert status != 503 or "保存" in text or "cannot keep" in text, name


def test_what_was_noted_is_read_again_without_waiting(
    office: Office,
    subjects: dict[str, str],
    no_waiting: None,
    boss: Visitor,
) -> None:
    read(office, boss, subjects)
    search = boss.post("/queue", {"search": "红绿灯"}).headers["Location"]
    assert boss.get(search).status_code == 200
    with locked(office, busy_seconds=FOR_EVER):
        found = read(office, boss, subjects, besides=NOTED_EACH_TIME)
        assert boss.get(search).status_code == 200
    assert {answer[0] for answer in found.values()} <= {200, 204, 302}


def test_who_was_there_is_noted_by_the_next_request(office: Office, boss: Visitor) -> None:
    with locked(office, busy_seconds=FOR_EVER):
        assert boss.get("/account").status_code == 200
    for _ in range(3):  # 60 minutes in all, of 30 that a session may idle
        office.clock.forward(minutes=20)
        assert boss.get("/account").status_code == 200


def test_a_database_that_nobody_else_may_read_is_told_in_a_sentence(office: Office, boss: Visitor) -> None:
    """As another program has it that locks it whole, and as a server of databases that is gone."""
    office.db.engine.dispose()
    office.app.extensions["hotline"] = Services(
        office.settings, Database(office.settings.database_url, 0.05), office.clock
    )
    with closing(sqlite3.connect(office.settings.state_dir / "hotline.db", isolation_level=None)) as other:
        for sentence in ("PRAGMA locking_mode=EXCLUSIVE", "BEGIN EXCLUSIVE", "UPDATE users SET name = name"):
            other.execute(sentence)
        for path in ("/queue", "/account", "/nothing", "/units.json", "/seat/now?active=1"):
            for headers in ({}, {"X-Requested-With": "fetch"}):
                answer = boss.get(path, headers=headers)
                assert answer.status_code == 503 and answer.headers["Retry-After"]
                assert "保存" in answer.get_data(as_text=True) or answer.is_json
        assert boss.get("/health").status_code == 503


class Crowded(Database):
    """Who writes finds no connection that is free."""

    @contextmanager
    def writing(self, busy_seconds: float | None = None) -> Iterator[Session]:
        raise TimeoutError(f"QueuePool limit reached, connection timed out, timeout {busy_seconds}")
        yield


def test_a_page_that_reads_does_not_need_a_second_connection(office: Office, boss: Visitor) -> None:
    office.clock.forward(minutes=2)
    crowded = Crowded(office.settings.database_url)
    office.app.extensions["hotline"] = Services(office.settings, crowded, office.clock)
    assert boss.get("/account").status_code == 200


def test_a_server_that_has_no_connection_left_is_told_in_a_sentence(
    office: Office, boss: Visitor, postgresql: PostgreSQL
) -> None:
    crowded = Database(postgresql.url, 0.2)
    office.app.extensions["hotline"] = Services(office.settings, crowded, office.clock)
    with ExitStack() as held:
        for _ in range(15):  # as many as SQLAlchemy opens
            held.enter_context(crowded.engine.connect())
        for path in ("/queue", "/account"):
            answer = boss.get(path)
            assert answer.status_code == 503 and answer.headers["Retry-After"]
    crowded.engine.dispose()
