"""What Asterisk's queue says of a seat, in one word."""

import pytest

from hotline.settings import Settings
from ivr.ami import Ami
from ivr.seats import members as seats
from ivr.seats.members import NoSuchSeat, Seat

NOW = 1795430000
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


class Queue(Ami):
    """An Asterisk with one member in its queue."""

    def __init__(self, **member: str) -> None:
        self.member = IDLE | member
        self.asked: list[tuple[str, dict[str, str]]] = []

    def listing(self, name: str, **headers: str) -> list[dict[str, str]]:
        return [{"Event": "QueueParams"}, self.member]

    def action(self, name: str, **headers: str) -> dict[str, str]:
        self.asked.append((name, headers))
        return {}


@pytest.mark.parametrize(
    ("member", "expected"),
    [
        ({}, Seat("seat02", "ready")),
        ({"LastCall": str(NOW - 50), "CallsTaken": "3"}, Seat("seat02", "ready", "", 50, 3)),
        ({"LastCall": str(NOW - 29), "CallsTaken": "3"}, Seat("seat02", "wrap-up", "", 29, 3)),
        ({"Status": "6"}, Seat("seat02", "ringing")),
        ({"Status": "2"}, Seat("seat02", "on a call")),
        ({"InCall": "1", "Paused": "1"}, Seat("seat02", "on a call")),
        ({"Status": "5"}, Seat("seat02", "no telephone")),
        (
            {"Paused": "1", "PausedReason": "meal", "LastPause": str(NOW - 60)},
            Seat("seat02", "paused", "meal", 60),
        ),
    ],
)
def test_one_word_for_each_state(chosen: Settings, member: dict[str, str], expected: Seat) -> None:
    found = seats.states(Queue(**member), chosen, NOW)
    assert [seat for seat in found if seat.name == "seat02"] == [expected]
    assert {seat.state for seat in found if seat.name != "seat02"} == {"signed out"}
    assert len(found) == 16


@pytest.mark.parametrize("seat", ["seat00", "seat17", "seat1", "seat01@x", "", "seat01/n"])
def test_an_unknown_seat_is_refused(chosen: Settings, seat: str) -> None:
    queue = Queue()
    for act in (seats.sign_in, seats.sign_out, seats.resume):
        with pytest.raises(NoSuchSeat, match="seat01 to seat16"):
            act(queue, chosen, seat)
    assert queue.asked == []


def test_a_reason_must_be_one_of_the_settings(chosen: Settings) -> None:
    queue = Queue()
    with pytest.raises(NoSuchSeat, match="break, meal"):
        seats.pause(queue, chosen, "seat01", "no answer")
    assert queue.asked == []
    seats.pause(queue, chosen, "seat01", "meal")
    assert queue.asked == [
        (
            "QueuePause",
            {"Queue": "seats", "Interface": "Local/seat01@seat-ring/n", "Paused": "true", "Reason": "meal"},
        )
    ]
