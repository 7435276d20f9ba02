"""What Asterisk's queue says of a seat, in one word."""

from datetime import UTC, datetime, timedelta

import pytest

from hotline.refusals import Refused
from hotline.seats.seats import Seat as SeatRow
from hotline.seats.seats import SeatState
from hotline.settings_file import Settings
from ivr.ami import Ami
from ivr.seats import members as seats
from ivr.seats.members import ListedSeat

NOW = 1795430000
AT = datetime.fromtimestamp(NOW, UTC)
IDLE = {
    "Event": "QueueMember",
    "Name": "seat02",
    "Status": "1",
    "InCall": "0",
    "Paused": "0",
    "PausedReason": "",
    "LastPause": "0",
    "LastCall": "0",
    "CallsTaken": "0",
}


def telephone(state: str) -> dict[str, str]:
    return {
        "Event": "Status",
        "Channel": "PJSIP/seat02-web-0000000a",
        "ChannelState": state,
        "Uniqueid": "1",
        "Context": "from-seat",
        "Seconds": "3",
    }


WRAP_UP = telephone("6") | {"Channel": "Local/seat02@wrap-up-0000000b;2", "Context": "wrap-up"}


class Queue(Ami):
    """An Asterisk with one member in its queue, and perhaps one channel."""

    def __init__(self, channel: dict[str, str] | None = None, **member: str) -> None:
        self.member = IDLE | member
        self.channels = [channel] if channel else []
        self.asked: list[tuple[str, dict[str, str]]] = []

    def listing(self, name: str, **headers: str) -> list[dict[str, str]]:
        return self.channels if name == "Status" else [{"Event": "QueueParams"}, self.member]

    def action(self, name: str, **headers: str) -> dict[str, str]:
        self.asked.append((name, headers))
        return {}


@pytest.mark.parametrize(
    ("queue", "expected"),
    [
        (Queue(), ListedSeat("seat02", "ready")),
        (Queue(LastCall=str(NOW - 50), CallsTaken="3"), ListedSeat("seat02", "ready", "", 50, 3)),
        (Queue(WRAP_UP, LastCall=str(NOW - 5), CallsTaken="3"), ListedSeat("seat02", "wrap-up", "", 3, 3)),
        (Queue(telephone("5"), Status="6"), ListedSeat("seat02", "ringing")),
        (Queue(telephone("6"), Status="2"), ListedSeat("seat02", "on a call")),
        (
            Queue(telephone("6"), Paused="1", PausedReason="meal"),
            ListedSeat("seat02", "on a call", "meal"),
        ),
        (Queue(Status="5"), ListedSeat("seat02", "no telephone")),
        (
            Queue(Paused="1", PausedReason="meal", LastPause=str(NOW - 60)),
            ListedSeat("seat02", "paused", "meal", 60),
        ),
    ],
)
def test_one_word_for_each_state(settings: Settings, queue: Queue, expected: ListedSeat) -> None:
    found = seats.states(queue, settings, AT)
    assert [seat for seat in found if seat.name == "seat02"] == [expected]
    assert {seat.state for seat in found if seat.name != "seat02"} == {"signed out"}
    assert len(found) == 16


@pytest.mark.parametrize(
    ("state", "seconds_ago", "expected"),
    [
        (SeatState.READY, 10, 10),  # the pause has ended since the last call
        (SeatState.READY, 9000, 424),  # nobody has kept the row up to date
        (SeatState.PAUSED, 10, 424),
    ],
)
def test_the_seconds_since_the_last_change(state: SeatState, seconds_ago: int, expected: int) -> None:
    row = SeatRow(name="seat02", state=state, since=AT - timedelta(seconds=seconds_ago))
    assert seats.seconds_in_state(ListedSeat("seat02", "ready", "", 424, 3), row, AT) == expected
    assert seats.seconds_in_state(ListedSeat("seat02", "ready"), None, AT) is None


@pytest.mark.parametrize("seat", ["seat00", "seat17", "seat1", "seat01@x", "", "seat01/n"])
def test_an_unknown_seat_is_refused(settings: Settings, seat: str) -> None:
    queue = Queue()
    for act in (seats.add, seats.remove, seats.resume):
        with pytest.raises(Refused, match="seat01 to seat16"):
            act(queue, settings, seat)
    assert queue.asked == []


def test_a_reason_must_be_one_of_the_settings(settings: Settings) -> None:
    queue = Queue()
    with pytest.raises(Refused, match="break, meal"):
        seats.pause(queue, settings, "seat01", "no answer")
    assert queue.asked == []
    seats.pause(queue, settings, "seat01", "meal")
    assert queue.asked == [
        (
            "QueuePause",
            {"Queue": "seats", "Interface": "Local/seat01@seat-ring/n", "Paused": "true", "Reason": "meal"},
        )
    ]
