"""Figures of calls: what came of them, how long callers waited for an answer, how satisfied they were.

The guideline for government hotlines, GB/T 33358-2016, asks that calls be answered within 15 seconds and that
at least 95 % be connected over any 24 hours. A call counts where it arrived, whenever it ended.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, case, extract, func, literal, select
from sqlalchemy.orm import Session

from hotline.calls import calls
from hotline.calls.calls import CONNECTED, JUDGED, CallRecord, CallResult
from hotline.reports.today_figures import PROMPT_ANSWER_SECONDS, share


@dataclass
class CallFigures:
    """Counts of calls; they add up.

    ``results``: calls by what the caller got. ``offered``: those that joined the queue for a seat;
    ``waiting``: of these the ones that wait still. ``waits``: calls answered after so many seconds in the
    queue. ``ratings``: 1 satisfied, 2 fairly, 3 not. ``talks`` and ``talk_seconds``: of calls whose end is
    known, from the answer to the end, whoever talked. Talks and ratings are also those of callbacks.
    """

    results: Counter[str] = field(default_factory=Counter)
    waits: Counter[int] = field(default_factory=Counter)
    ratings: Counter[int] = field(default_factory=Counter)
    offered: int = 0
    waiting: int = 0
    talks: int = 0
    talk_seconds: int = 0

    def __add__(self, other: "CallFigures") -> "CallFigures":
        return CallFigures(
            self.results + other.results,
            self.waits + other.waits,
            self.ratings + other.ratings,
            self.offered + other.offered,
            self.waiting + other.waiting,
            self.talks + other.talks,
            self.talk_seconds + other.talk_seconds,
        )

    @property
    def arrived(self) -> int:
        """All calls to the hotline, also refused ones and those that are not over."""
        return self.results.total() - self.results[CallResult.CALLED_BACK]

    @property
    def answered(self) -> int:
        """By a seat."""
        return self.results[CallResult.ANSWERED]

    @property
    def connect_rate(self) -> Fraction | None:
        """Answered, left a message or heard where a case stands, of all that are over and not refused.

        The guideline asks for 95 %. Who asked to be called back has not been connected in that call.
        """
        return share(self._sum(CONNECTED), self._sum(JUDGED))

    def _sum(self, results: tuple[CallResult, ...]) -> int:
        return sum(self.results[each] for each in results)

    @property
    def within_15_s(self) -> int:
        """Answered within 15 seconds after joining the queue."""
        return sum(count for seconds, count in self.waits.items() if seconds <= PROMPT_ANSWER_SECONDS)

    @property
    def service_level(self) -> Fraction | None:
        """Answered within 15 seconds, of all that joined the queue and wait no more."""
        return share(self.within_15_s, self.offered - self.waiting)

    @property
    def mean_wait(self) -> float | None:
        """Seconds from joining the queue to the answer, of the answered calls."""
        total = sum(seconds * count for seconds, count in self.waits.items())
        return total / self.waits.total() if self.waits else None

    @property
    def median_wait(self) -> float | None:
        """Half of the answered calls were answered sooner, half later."""
        waits = sorted(self.waits.elements())
        middle = len(waits) // 2
        if not waits:
            return None
        return float(waits[middle]) if len(waits) % 2 else (waits[middle - 1] + waits[middle]) / 2

    @property
    def longest_wait(self) -> int | None:
        """Seconds, of the answered calls."""
        return max(self.waits, default=None)

    @property
    def mean_talk(self) -> float | None:
        """Seconds from the answer to the end."""
        return self.talk_seconds / self.talks if self.talks else None

    @property
    def rated(self) -> int:
        """Calls whose caller answered the question after the talk."""
        return self.ratings.total()

    @property
    def satisfaction(self) -> Fraction | None:
        """Satisfied or fairly satisfied, of those that answered the question."""
        return share(self.ratings[1] + self.ratings[2], self.rated)


def between(session: Session, begin: datetime, end: datetime, now: datetime) -> CallFigures:
    """The figures of calls that arrived from ``begin`` until before ``end``."""
    return _grouped(session, literal(0), begin, end, now).get(0, CallFigures())


def by_step(
    session: Session, begin: datetime, end: datetime, now: datetime, seconds: int
) -> dict[datetime, CallFigures]:
    """The same for each step of so many seconds from ``begin`` in which calls arrived, by its begin."""
    found = _grouped(session, step(CallRecord.arrived_at, begin, seconds), begin, end, now)
    return {datetime.fromtimestamp(int(at), UTC): figures for at, figures in found.items()}


def step(moment: Any, begin: datetime, seconds: int) -> ColumnElement[int]:
    """The step in which a moment of a row lies, as the seconds since 1970 of its begin."""
    since: ColumnElement[int] = extract("epoch", moment)
    return since - (since - int(begin.timestamp())) % seconds


def by(session: Session, key: Any, begin: datetime, end: datetime, now: datetime) -> dict[Any, CallFigures]:
    """The figures of answered calls by a column: ``CallRecord.seat`` or ``CallRecord.user_id``."""
    return _grouped(session, key, begin, end, now, CallRecord.answered_at.is_not(None))


def _grouped(
    session: Session, key: Any, begin: datetime, end: datetime, now: datetime, *more: ColumnElement[bool]
) -> dict[Any, CallFigures]:
    """Counts of calls that are alike, added up; the database sends one row for all of a kind."""
    wait = calls.seconds_between(CallRecord.offered_at, CallRecord.answered_at)
    talk = calls.seconds_between(CallRecord.answered_at, CallRecord.ended_at)
    alike = (
        select(
            key.label("key"),
            calls.result(now).label("result"),
            wait.label("wait"),
            CallRecord.satisfaction.label("rating"),
            case((CallRecord.offered_at.is_not(None), 1), else_=0).label("offered"),
            case((calls.is_waiting(), 1), else_=0).label("waiting"),
            talk.label("talk"),
        )
        .where(CallRecord.arrived_at >= begin, CallRecord.arrived_at < end, *more)
        .subquery()
        .c
    )
    kind = (alike.key, alike.result, alike.wait, alike.rating, alike.offered, alike.waiting)
    rows = session.execute(
        select(*kind, func.count(), func.count(alike.talk), func.coalesce(func.sum(alike.talk), 0)).group_by(
            *kind
        )
    )
    found: dict[Any, CallFigures] = {}
    for row in rows:
        _count(found.setdefault(row[0], CallFigures()), *row[1:])
    return found


def _count(
    figures: CallFigures,
    result: str,
    wait: int | None,
    rating: int | None,
    offered: int,
    waiting: int,
    count: int,
    talks: int,
    talk_seconds: int,
) -> None:
    figures.results[result] += count
    if wait is not None:
        figures.waits[int(wait)] += count
    if rating is not None:
        figures.ratings[rating] += count
    figures.offered += count * offered
    figures.waiting += count * waiting
    figures.talks += talks
    figures.talk_seconds += int(talk_seconds)
