"""The loop of the seats' service: what goes wrong in a step is neither kept nor guessed."""

import os
import queue
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from hotline import heartbeat
from hotline.database import Database
from hotline.people import Role, User
from hotline.seats.seats import Seat, SeatState
from hotline.settings_file import Settings
from ivr import health
from ivr.ami import Ami
from ivr.seats import events, service, unreadable_events
from ivr.seats.events import ExchangeFacts
from ivr.seats.service import Service, attempt, follow, renew, vacate
from tests.kit.hearts import another_heart_beats
from tests.kit.seat_image import member

BOOTED = {"Event": "FullyBooted"}


class Exchange(Ami):
    """An Asterisk that has one seat in its queue, and says so when it is asked."""

    def __init__(self, *told: dict[str, str]) -> None:
        self.events = queue.Queue()
        self.closed = 0
        self.asked: list[str] = []
        self.tells(*told)

    def tells(self, *told: dict[str, str]) -> None:
        for event in told:
            self.events.put(event)

    def close(self) -> None:
        self.closed += 1

    def action(self, name: str, **headers: str) -> dict[str, str]:
        self.asked.append(f"{name} {headers.get('Interface', '')}")
        return {}

    def listing(self, name: str, **headers: str) -> list[dict[str, str]]:
        return [member()] if name == "QueueStatus" else []


@pytest.mark.parametrize(
    "malformed", [{"Event": "QueueMemberStatus", "MemberName": "seat01"}, member(LastCall="never"), {}]
)
def test_an_event_that_cannot_be_read_is_left_out_and_the_lists_are_asked(
    settings: Settings, db: Database, malformed: dict[str, str]
) -> None:
    exchange = Exchange(malformed, member(MemberName="seat02"))
    running = Service(settings, db, exchange, ExchangeFacts(), keeper=exchange)
    attempt(running, "events", follow)
    assert (exchange.closed, running.unreadable, unreadable_events.noted(settings.run_dir)) == (0, 1, 1)
    assert running.facts is not None and list(running.facts.members) == ["seat02"]
    attempt(running, "renewal", renew)
    assert list(running.facts.members) == ["seat01"]
    assert next(health.exchange(settings)).message.startswith("1 events of Asterisk could not be read")


def test_whoever_is_said_to_be_gone_is_looked_for(settings: Settings, db: Database) -> None:
    exchange = Exchange(member("QueueMemberRemoved"), member("QueueMemberAdded", MemberName="seat02"))
    running = Service(settings, db, exchange, events.gathered([member()], datetime.now(UTC)), keeper=exchange)
    attempt(running, "events", follow)
    assert running.facts is not None and list(running.facts.members) == ["seat01", "seat02"]
    attempt(running, "renewal", renew)
    assert list(running.facts.members) == ["seat01"]  # as the list has it


def test_no_event_is_believed_for_long(settings: Settings, db: Database) -> None:
    exchange = Exchange(member(MemberName="seat02"))
    running = Service(settings, db, exchange, ExchangeFacts(), keeper=exchange)
    attempt(running, "events", follow)
    attempt(running, "renewal", renew)
    assert running.facts is not None and list(running.facts.members) == ["seat02"]
    running.renewed_at -= service.RENEWAL_SECONDS
    attempt(running, "renewal", renew)
    assert list(running.facts.members) == ["seat01"]


@pytest.mark.parametrize("why", [{"active": False}, {"role": Role.WALLBOARD}])
def test_nobody_is_rung_whose_order_to_leave_came_in_vain(
    settings: Settings, db: Database, why: dict[str, object]
) -> None:
    exchange, now = Exchange(), datetime.now(UTC)
    with db.writing() as session:
        for number, more in ((1, {}), (2, why)):
            name = f"user{number}"
            user = {"id": number, "name": name, "full_name": name, "password_hash": "", "role": Role.CLERK}
            session.add(User(**user | more))
            session.add(Seat(name=f"seat0{number}", state=SeatState.READY, since=now, user_id=number))
    running = Service(settings, db, exchange, keeper=exchange)
    attempt(running, "accounts", vacate)
    assert exchange.asked == []  # Asterisk is out of reach
    running.facts = ExchangeFacts()
    for _ in range(2):
        running.due.clear()
        attempt(running, "accounts", vacate)
    assert exchange.asked == ["QueueRemove Local/seat02@seat-ring/n"]
    with db.reading() as session:
        assert [each.user_id for each in session.scalars(select(Seat).order_by(Seat.name))] == [1, None]


def test_the_heart_stands_still_with_the_loop(
    settings: Settings, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = heartbeat.file_of(settings.run_dir, "seats")

    def stuck(_: Service) -> None:
        assert heartbeat.pid(file) == os.getpid()
        os.utime(file, (0, 0))
        another_heart_beats(settings.run_dir)
        raise KeyboardInterrupt

    monkeypatch.setattr(service, "STEPS", {"stuck": stuck})
    with pytest.raises(KeyboardInterrupt):
        service.serve(settings, db)
    assert (heartbeat.age(file) or 0.0) > 1_000_000
