"""Reports: the figures of a period by hour, day, month, seat or agent. What each means: ``docs/reports.md``.

Calls count where they arrived. What seats did is cut at the border of each hour, day and month.
"""

import math
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from hotline.calls.calls import CallRecord
from hotline.people import User
from hotline.refusals import Refused
from hotline.reports import call_figures, seat_times
from hotline.reports.call_figures import CallFigures
from hotline.reports.report_periods import LONGEST_DAYS, CannotReport, ReportBy, ReportRequest, spans
from hotline.reports.seat_times import SeatStretch, SeatTimes
from hotline.seats.seat_events import TALK_BEGINS, EventKind, SeatEvent

DAY = 24 * 60 * 60
"""Seconds."""


@dataclass
class Figures:
    """One row, or the sum of all. ``rung``: how often seats were rung with a call, ``taken``: and took it.

    Taken are also calls that another seat has passed on, and callbacks.
    """

    calls: CallFigures = field(default_factory=CallFigures)
    times: SeatTimes = field(default_factory=SeatTimes)
    rung: int = 0
    taken: int = 0

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(
            self.calls + other.calls,
            self.times + other.times,
            self.rung + other.rung,
            self.taken + other.taken,
        )


@dataclass(frozen=True)
class Report:
    """Rows by their key: an hour, a first day, the name of a seat, a user (empty: unknown)."""

    wanted: ReportRequest
    rows: dict[str, Figures]
    total: Figures


def report(session: Session, wanted: ReportRequest, now: datetime) -> Report:
    """The report. Raises Refused."""
    days = (wanted.last - wanted.first).days + 1
    if days > LONGEST_DAYS[wanted.by]:
        raise Refused("days", CannotReport.TOO_MANY_DAYS, most=LONGEST_DAYS[wanted.by])
    begin, end = wanted.span
    events = seat_times.events_around(session, begin, min(end, now))
    done = seat_times.stretches(events, wanted.wrap_up_seconds, min(end, now))
    if wanted.by in (ReportBy.SEAT, ReportBy.AGENT):
        rows = _by_person(session, wanted, done, now)
    else:
        rows = _by_time(session, wanted, done, now)
    total = sum(rows.values(), Figures())
    if wanted.by in (ReportBy.SEAT, ReportBy.AGENT):  # calls that no seat has answered are in no row
        total.calls = call_figures.between(session, begin, end, now)
    return Report(wanted, rows, total)


def _by_time(
    session: Session, wanted: ReportRequest, done: Iterable[SeatStretch], now: datetime
) -> dict[str, Figures]:
    edges = [(name, begin.astimezone(UTC), end.astimezone(UTC)) for name, begin, end in spans(wanted)]
    begins = [begin for _, begin, _ in edges]
    seconds = _step(begins)
    rows = {name: Figures() for name, _, _ in edges}

    def row_at(moment: datetime) -> Figures:
        return rows[edges[bisect_right(begins, moment) - 1][0]]

    if wanted.by == ReportBy.MONTH:
        for name, begin, end in edges:
            rows[name].calls = call_figures.between(session, begin, end, now)
    else:  # one question for all of them
        for at, figures in call_figures.by_step(session, *wanted.span, now, seconds).items():
            row_at(at).calls += figures
    for since, rung, taken in _legs(
        session, call_figures.step(SeatEvent.at, begins[0], seconds), *wanted.span
    ):
        row = row_at(datetime.fromtimestamp(int(since), UTC))
        row.rung, row.taken = row.rung + rung, row.taken + taken
    for each in done:
        for index in range(max(bisect_right(begins, each.begin) - 1, 0), len(edges)):
            name, begin, end = edges[index]
            if begin >= each.end:
                break
            rows[name].times.add(each, begin, end)
    return rows


def _step(begins: Sequence[datetime]) -> int:
    """The longest step, in seconds, that ends wherever a row begins: days, where no clock is changed."""
    return math.gcd(DAY, *(int((begin - begins[0]).total_seconds()) for begin in begins))


def _by_person(
    session: Session, wanted: ReportRequest, done: Iterable[SeatStretch], now: datetime
) -> dict[str, Figures]:
    begin, end = wanted.span
    is_seat = wanted.by == ReportBy.SEAT
    names = (
        {}
        if is_seat
        else {user.id: f"{user.full_name} ({user.name})" for user in session.scalars(select(User))}
    )

    def row(key: Any) -> Figures:
        return rows[str(key or "") if is_seat else names.get(key, "")]

    rows: defaultdict[str, Figures] = defaultdict(Figures)
    of_calls = CallRecord.seat if is_seat else CallRecord.user_id
    for key, figures in call_figures.by(session, of_calls, begin, end, now).items():
        row(key).calls += figures
    for key, rung, taken in _legs(session, SeatEvent.seat if is_seat else SeatEvent.user_id, begin, end):
        row(key).rung += rung
        row(key).taken += taken
    for each in done:
        if each.end > begin:
            row(each.seat if is_seat else each.user_id).times.add(each, begin, end)
    return dict(sorted(rows.items()))


def _legs(session: Session, key: Any, begin: datetime, end: datetime) -> list[tuple[Any, int, int]]:
    """How often seats were rung, and took the call, by a column of the events."""
    taken = func.count().filter(SeatEvent.event.in_(TALK_BEGINS))
    had_telephone = SeatEvent.detail != "0"  # rung for so many milliseconds
    in_vain = and_(SeatEvent.event == EventKind.NO_ANSWER, had_telephone)
    query = select(key, func.count(), taken).where(
        SeatEvent.at >= begin, SeatEvent.at < end, or_(SeatEvent.event.in_(TALK_BEGINS), in_vain)
    )
    return [(row[0], row[1], row[2]) for row in session.execute(query.group_by(key))]


def pause_reasons(report: Report) -> list[str]:
    """The reasons that occur, the longest first."""
    paused: Counter[str] = report.total.times.paused
    return [reason for reason, _ in paused.most_common()]
