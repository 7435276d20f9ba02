"""Pages hear of changes over one connection that stays open: while all is well, and when it is not."""

import json
import signal
import subprocess
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from http.client import HTTPResponse
from itertools import islice

import pytest

from hotline import sessions, sign_ins
from hotline.people import User
from hotline.seats import seats
from hotline.sign_ins import hash_of
from tests.web.office import Office
from web import commands
from web.live import watcher as limits
from web.live.views import events
from web.live.watcher import ListenerOwner, Watcher

IDLE = timedelta(minutes=30)
BEATS = 10
"""After so many signs of life without a change, none comes any more."""
CHANGE = "event: change\ndata: "


def just_signed_in(office: Office, name: str = "liuyang", address: str = "") -> ListenerOwner:
    """A page in the session of somebody who has just signed in."""
    with office.db.writing() as session:
        user_id = session.query(User.id).filter_by(name=name).scalar()
        token = sessions.begin(session, user_id, office.clock.now, IDLE)
        return ListenerOwner(hash_of(token), user_id, address)


def watcher(office: Office, serving: list[bool] | None = None) -> Watcher:
    return Watcher(office.db, office.clock, IDLE, lambda: (serving or [True])[0])


def change(office: Office, *, touched: bool = True) -> None:
    """Something at the seats changes; Asterisk has just answered when ``touched``."""
    with office.db.writing() as session:
        seats.changed(session, office.clock.now)
        if touched:
            session.get_one(seats.LiveVersion, 1).as_of = office.clock.now


def next_change(stream: Iterator[str]) -> dict[str, object]:
    """What the next event says."""
    event = next(each for each in stream if each.startswith(CHANGE))
    return dict(json.loads(event.removeprefix(CHANGE)))


def test_every_change_is_told(office: Office) -> None:
    stream = events(watcher(office), just_signed_in(office))
    assert next_change(stream) == {"version": 0, "exchange": "lost"}
    for version in (1, 2, 3):
        change(office)
        assert next_change(stream) == {"version": version, "exchange": "ok"}


def test_the_exchange_is_lost_and_found(office: Office) -> None:
    change(office)
    stream = events(watcher(office), just_signed_in(office))
    assert next_change(stream)["exchange"] == "ok"
    office.clock.forward(seconds=6)
    assert next_change(stream) == {"version": 1, "exchange": "lost"}
    change(office)
    assert next_change(stream) == {"version": 2, "exchange": "ok"}


def test_a_stream_ends_with_its_session_and_no_other(office: Office) -> None:
    watching = watcher(office)
    mine, theirs = just_signed_in(office), just_signed_in(office, "chenjing")
    stream, other = events(watching, mine), events(watching, theirs)
    next_change(stream), next_change(other)
    with office.db.writing() as session:
        sign_ins.end_one(session, mine.user_id, mine.token_hash)
    assert list(stream) == []
    change(office)
    assert next_change(other)["version"] == 1


def test_a_stream_does_not_keep_a_session(office: Office) -> None:
    stream = events(watcher(office), just_signed_in(office))
    next_change(stream)
    office.clock.now += IDLE + timedelta(seconds=1)
    assert [event for event in stream if "ok" in event] == []


def test_streams_end_when_the_process_is_to_end(office: Office) -> None:
    serving = [True]
    stream = events(watcher(office, serving), just_signed_in(office))
    next_change(stream)
    serving[0] = False
    assert list(stream) == []


def test_whatever_goes_wrong_the_thread_goes_on(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    change(office)
    stream = events(watcher(office), just_signed_in(office))
    assert next_change(stream)["exchange"] == "ok"

    def broken(*_: object) -> None:
        raise OSError("too many open files")

    with monkeypatch.context() as trouble:
        trouble.setattr("web.live.watcher.seats.version", broken)
        trouble.setattr("web.live.watcher.sessions.still_signed_in", broken)
        assert next_change(islice(stream, BEATS)) == {"version": 1, "exchange": "lost"}
    assert next_change(islice(stream, BEATS)) == {"version": 1, "exchange": "ok"}


def test_one_thread_looks_and_only_while_somebody_listens(office: Office) -> None:
    watching = watcher(office)
    streams = [events(watching, just_signed_in(office)) for _ in range(3)]
    for stream in streams:
        next_change(stream)
    [looking] = [each for each in threading.enumerate() if each.name == "live"]
    for stream in streams:
        with closing(stream):  # type: ignore[type-var]
            pass
    looking.join(10)
    assert not looking.is_alive()


def test_who_is_not_signed_in_hears_nothing(office: Office) -> None:
    answer = office.visitor().get("/live", headers={"X-Requested-With": "fetch"})
    assert answer.status_code == 401


def test_the_server_ends_at_once_although_pages_listen(
    server: tuple[subprocess.Popen[bytes], str, str],
) -> None:
    process, address, cookie = server

    def listen() -> HTTPResponse:
        asked = urllib.request.Request(f"{address}/live", headers={"Cookie": cookie})  # noqa: S310 - our own
        answer: HTTPResponse = urllib.request.urlopen(asked, timeout=10)  # noqa: S310
        assert answer.readline() == b"event: change\n"
        return answer

    streams = [listen() for _ in range(20)]
    process.send_signal(signal.SIGTERM)
    for stream in streams:
        assert stream.read().endswith(b"\n\n")  # ended in order, not torn
    assert process.wait(20) == 0


def test_beyond_its_limits_the_oldest_page_makes_room(office: Office) -> None:
    watching = watcher(office)
    whose = just_signed_in(office)
    streams = [events(watching, whose) for _ in range(limits.OF_ONE_SESSION + 3)]
    for stream in streams:
        next_change(stream)
    other = events(watching, just_signed_in(office, "chenjing"))
    next_change(other)
    assert [list(stream) for stream in streams[:3]] == [[], [], []]
    change(office)
    assert {next_change(stream)["version"] for stream in [*streams[3:], other]} == {1}


@pytest.mark.parametrize("alike", ["user", "address", "nothing"])
def test_many_sessions_of_one_user_or_address_make_room_too(office: Office, alike: str) -> None:
    most = {"user": limits.OF_ONE_USER, "address": limits.OF_ONE_ADDRESS, "nothing": limits.OF_ALL}[alike]
    watching = watcher(office)
    watching._thread = threading.current_thread()  # nobody looks whether these have really signed in
    for number in range(most + 1):
        user, address = 1 if alike == "user" else number, "" if alike == "address" else f"{number}"
        watching._enter(limits.Listener(ListenerOwner(f"{number}", user, address)))
    listening = [each.signed_in for each in watching._listeners]
    assert listening == [False] + [True] * most
    assert limits.OF_ALL < commands.THREADS
