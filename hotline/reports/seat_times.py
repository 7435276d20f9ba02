"""How long seats were signed in, paused, talking and in wrap-up: stretches of time, from their events.

Plain functions over values; a stretch that crosses the border of a period is cut there.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from hotline.calls.calls import LONGEST_CALL
from hotline.seats.seat_events import TALK_BEGINS, TALK_OVER, EventKind, SeatEvent

LOOK_BACK = timedelta(days=31)
"""A seat that signed in longer before a period, and did nothing but talk since, is not known to be there."""
_OF_THE_SEAT = (
    EventKind.EXCHANGE_STARTED,
    EventKind.SEAT_TAKEN,
    EventKind.SEAT_LEFT,
    EventKind.SAT_DOWN,
    EventKind.PAUSED,
    EventKind.RESUMED,
)
_OF_A_CALL = (*TALK_BEGINS, *TALK_OVER, EventKind.WRAP_UP_OVER)


class SeatActivity(StrEnum):
    """What a seat is doing; signed in is true beside the others."""

    STAFFED = "staffed"
    PAUSED = "paused"
    TALKING = "talking"
    WRAP_UP = "wrap_up"


class SeatMoment(NamedTuple):
    """What happened at a seat; see ``hotline.seats.seat_events``."""

    at: datetime
    seat: str
    event: str
    detail: str = ""
    user_id: int | None = None


class SeatStretch(NamedTuple):
    """So long a seat was doing one thing; ``user_id``: who sat there, ``reason``: of a pause."""

    seat: str
    user_id: int | None
    doing: SeatActivity
    begin: datetime
    end: datetime
    reason: str = ""


@dataclass
class SeatTimes:
    """Seconds. They add up: those of all seats, hours or days are those of the office."""

    staffed: int = 0
    talking: int = 0
    wrap_up: int = 0
    paused: Counter[str] = field(default_factory=Counter)

    def add(self, stretch: SeatStretch, begin: datetime, end: datetime) -> None:
        """Count the part of a stretch that lies within a period."""
        seconds = int((min(stretch.end, end) - max(stretch.begin, begin)).total_seconds())
        if seconds <= 0:
            return
        if stretch.doing == SeatActivity.PAUSED:
            self.paused[stretch.reason] += seconds
        else:
            setattr(self, stretch.doing, getattr(self, stretch.doing) + seconds)

    def __add__(self, other: "SeatTimes") -> "SeatTimes":
        return SeatTimes(
            self.staffed + other.staffed,
            self.talking + other.talking,
            self.wrap_up + other.wrap_up,
            self.paused + other.paused,
        )


@dataclass
class _Seat:
    """One seat while its events are played. ``since``: when what it is doing began, who did it, and why."""

    name: str
    wrap_up: timedelta
    user_id: int | None = None
    since: dict[SeatActivity, tuple[datetime, int | None, str]] = field(default_factory=dict)
    found: list[SeatStretch] = field(default_factory=list)

    def begin(self, doing: SeatActivity, at: datetime, reason: str = "") -> None:
        self.since.setdefault(doing, (at, self.user_id, reason))

    def end(self, doing: SeatActivity, at: datetime) -> None:
        if doing in self.since:
            begin, user_id, reason = self.since.pop(doing)
            if at > begin:
                self.found.append(SeatStretch(self.name, user_id, doing, begin, at, reason))

    def end_wrap_up(self, at: datetime) -> None:
        """By something else than its own end: at the latest when the seat was rung again."""
        if began := self.since.get(SeatActivity.WRAP_UP):
            self.end(SeatActivity.WRAP_UP, min(at, began[0] + self.wrap_up))

    def sits_down(self, user_id: int | None, at: datetime) -> None:
        self.user_id = user_id
        for doing in (SeatActivity.STAFFED, SeatActivity.PAUSED):
            if doing in self.since:
                reason = self.since[doing][2]
                self.end(doing, at)
                self.begin(doing, at, reason)

    def play(self, event: SeatMoment) -> None:
        at = event.at
        match event.event:
            case EventKind.SEAT_TAKEN:
                self.begin(SeatActivity.STAFFED, at)
            case EventKind.SEAT_LEFT:
                self.end(SeatActivity.STAFFED, at)
                self.end(SeatActivity.PAUSED, at)
                self.end_wrap_up(at)
                self.user_id = None
            case EventKind.SAT_DOWN:
                self.sits_down(event.user_id, at)
            case EventKind.PAUSED:
                self.end_wrap_up(at)
                self.end(SeatActivity.PAUSED, at)
                self.begin(SeatActivity.PAUSED, at, event.detail)
            case EventKind.RESUMED:
                self.end(SeatActivity.PAUSED, at)
            case EventKind.WRAP_UP_OVER:
                self.end(SeatActivity.WRAP_UP, at)
            case EventKind.EXCHANGE_STARTED:
                self.since.pop(SeatActivity.TALKING, None)  # nobody knows how long
                self.end_wrap_up(at)
            case EventKind.ANSWERED | EventKind.HANDED_TO:
                self.end_wrap_up(at)
                self.since.pop(SeatActivity.TALKING, None)
                self.begin(SeatActivity.TALKING, at)
            case _:
                self._talk_over(at)

    def _talk_over(self, at: datetime) -> None:
        self.end(SeatActivity.TALKING, at)
        if SeatActivity.STAFFED in self.since and SeatActivity.PAUSED not in self.since:
            self.begin(SeatActivity.WRAP_UP, at)

    def finish(self, now: datetime) -> None:
        """What goes on at this moment counts until now."""
        self.end_wrap_up(now)
        if (talk := self.since.get(SeatActivity.TALKING)) and talk[0] < now - LONGEST_CALL:
            del self.since[SeatActivity.TALKING]
        for doing in list(self.since):
            self.end(doing, now)


def stretches(events: Iterable[SeatMoment], wrap_up_seconds: int, now: datetime) -> Iterator[SeatStretch]:
    """The stretches that events in their order tell of, each once it has ended.

    Wrap-up lasts from the end of a talk until the log says that it has ended; where it says nothing, for
    ``wrap_up_seconds``, or until the seat talks, pauses or signs out before.
    """
    seats: dict[str, _Seat] = {}
    for event in events:
        if event.seat and event.seat not in seats:
            seats[event.seat] = _Seat(event.seat, timedelta(seconds=wrap_up_seconds))
        for each in [seats[event.seat]] if event.seat else seats.values():
            each.play(event)
            yield from each.found
            each.found.clear()
    for each in seats.values():
        each.finish(now)
        yield from each.found


def events_around(session: Session, begin: datetime, end: datetime) -> Iterator[SeatMoment]:
    """All events that matter for a period, in their order: also those that say what went on at its begin.

    Asked for and read while they are played: there are hundreds of thousands in a year.
    """
    of_the_seat = (SeatEvent.event.in_(_OF_THE_SEAT)) & (SeatEvent.at >= begin - LOOK_BACK)
    of_a_call = (SeatEvent.event.in_(_OF_A_CALL)) & (SeatEvent.at >= begin - LONGEST_CALL)
    columns = (SeatEvent.at, SeatEvent.seat, SeatEvent.event, SeatEvent.detail, SeatEvent.user_id)
    query = select(*columns).where(
        SeatEvent.at >= begin - LOOK_BACK, SeatEvent.at < end, or_(of_the_seat, of_a_call)
    )
    in_order = query.order_by(SeatEvent.at, SeatEvent.id).execution_options(yield_per=5000)
    yield from map(SeatMoment._make, session.execute(in_order))
