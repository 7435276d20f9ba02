"""``hotline seats message``: to who sits there, and to nobody else."""

from datetime import UTC, datetime

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline import database, people, settings_file
from hotline.audit import AuditEntry
from hotline.commands import main
from hotline.database import Database
from hotline.people import Role
from hotline.seats import seat_messages
from hotline.seats.seat_messages import SeatMessage
from hotline.seats.seats import Seat, SeatState
from hotline.settings_file import Settings


@pytest.fixture
def clerk(monkeypatch: pytest.MonkeyPatch, settings: Settings, db: Database) -> int:
    """Sits at seat 1."""
    monkeypatch.setattr(settings_file, "current", lambda: settings)
    monkeypatch.setattr(database, "current", lambda: db)
    with db.writing() as session:
        people.add(session, "suyan", "苏燕", Role.SUPERVISOR, "a long password")
        user_id = people.add(session, "liuyang", "刘洋", Role.CLERK, "a long password").id
        since = datetime(2026, 11, 23, 3, tzinfo=UTC)
        session.add(Seat(name="seat01", state=SeatState.READY, since=since, user_id=user_id))
    return user_id


def sent(seat: str, text: str = "请回座席") -> Result:
    return CliRunner().invoke(main, ["seats", "message", seat, text, "--by", "suyan"])


def test_it_is_for_who_sits_there(clerk: int, db: Database) -> None:
    assert sent("seat01").exit_code == 0
    with db.reading() as session:
        assert [each.to_user_id for each in session.scalars(select(SeatMessage))] == [clerk]


@pytest.mark.parametrize(
    ("seat", "text", "why"),
    [
        ("seat02", "请回座席", "nobody sits at seat02"),
        ("seat99", "请回座席", "there is no seat 'seat99'"),
        ("seat01", " ", "1 to 300 characters"),
    ],
)
def test_what_cannot_be_sent_says_why(clerk: int, db: Database, seat: str, text: str, why: str) -> None:
    refused = sent(seat, text)
    assert refused.exit_code == 1 and why in refused.output
    with db.reading() as session:
        assert session.scalars(select(SeatMessage)).all() == []


def test_the_oldest_is_shown_until_it_is_read(either_db: Database) -> None:
    now = datetime(2026, 11, 23, 3, tzinfo=UTC)
    with either_db.writing() as session:
        by_id = people.add(session, "suyan", "苏燕", Role.SUPERVISOR, "a long password").id
        mine = people.add(session, "liuyang", "刘洋", Role.CLERK, "a long password").id
        session.add(Seat(name="seat01", state=SeatState.READY, since=now, user_id=mine))
        for text in ("first", "second"):
            seat_messages.send(session, "seat01", text, by_id, now)
        first, author = unread(session, mine)
        assert (first.text, author) == ("first", "苏燕")
        seat_messages.read(session, first.id, "seat01", by_id, now)  # it is not theirs
        assert unread(session, mine)[0] is first
        seat_messages.read(session, first.id, "seat01", mine, now)
        assert unread(session, mine)[0].text == "second"
        seat_messages.read(session, first.id, "seat01", mine, now)  # once is enough
        acts = select(AuditEntry.subject).where(AuditEntry.action == "read")
        assert session.scalars(acts).all() == [f"message {first.id} to seat01"]


def unread(session: Session, user_id: int) -> tuple[SeatMessage, str]:
    found = seat_messages.oldest_unread(session, user_id)
    assert found is not None
    return found
