"""The figures of this day for a wallboard, cheap enough to be asked for every second."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Subquery, and_, func, select
from sqlalchemy.orm import Session

from hotline.calls import calls
from hotline.calls.calls import CONNECTED, JUDGED, CallRecord, CallResult
from hotline.recordings.recordings import Recording, RecordingKind
from hotline.reports.report_periods import midnight

PROMPT_ANSWER_SECONDS = 15
"""Seconds within which a call shall be answered (GB/T 33358-2016)."""
CONNECT_RATE = Fraction(95, 100)
"""The share of calls that shall be connected over any 24 hours (GB/T 33358-2016)."""


@dataclass(frozen=True)
class TodayFigures:
    """How the line does. Counts are of today, since midnight; a share is None where there was no call.

    ``decided``: joined the queue for a seat and wait no more. ``service_level``: the part of them that was
    answered within 15 s. ``connect_rate_24h``: answered, left a message or heard where a case stands,
    of all calls of the last 24 hours that are over and were not refused.
    """

    decided: int
    answered: int
    within_15_s: int
    service_level: Fraction | None
    connect_rate_24h: Fraction | None
    abandoned: int
    messages_waiting: int


def figures(session: Session, now: datetime, timezone: ZoneInfo) -> TodayFigures:
    """The figures at this moment."""
    today_began = midnight(now.astimezone(timezone).date(), timezone)
    yesterday = now - timedelta(hours=24)
    one = _calls(min(today_began, yesterday), now).c
    today, offered = one.arrived_at >= today_began, one.offered_at.is_not(None)
    last_24_hours = one.arrived_at >= yesterday
    row = session.execute(
        select(
            _count(today, offered, ~one.waiting),
            _count(today, one.result == CallResult.ANSWERED),
            _count(today, one.waited <= PROMPT_ANSWER_SECONDS),
            _count(today, one.result == CallResult.ABANDONED),
            _count(last_24_hours, one.result.in_(CONNECTED)),
            _count(last_24_hours, one.result.in_(JUDGED)),
        )
    ).one()
    decided, answered, prompt, abandoned, connected, judged = row
    return TodayFigures(
        decided=decided,
        answered=answered,
        within_15_s=prompt,
        service_level=share(prompt, decided),
        connect_rate_24h=share(connected, judged),
        abandoned=abandoned,
        messages_waiting=_messages_waiting(session),
    )


def _calls(begin: datetime, now: datetime) -> Subquery:
    """What is counted of each call that has arrived since then."""
    columns = (
        CallRecord.arrived_at,
        CallRecord.offered_at,
        calls.is_waiting().label("waiting"),
        calls.seconds_between(CallRecord.offered_at, CallRecord.answered_at).label("waited"),
        calls.result(now).label("result"),
    )
    return select(*columns).where(CallRecord.arrived_at >= begin, CallRecord.arrived_at <= now).subquery()


def share(part: int, whole: int) -> Fraction | None:
    """Which part of the whole; None where there is none."""
    return Fraction(part, whole) if whole else None


def percent(share: Fraction) -> str:
    """A share as it is read, cut off after a tenth: 94.96 % has not reached 95."""
    tenths = 1000 * share.numerator // share.denominator
    return f"{tenths // 10}.{tenths % 10}"


def _count(*conditions: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count().filter(and_(*conditions))


def _messages_waiting(session: Session) -> int:
    undecided = (Recording.kind == RecordingKind.MESSAGE, Recording.outcome.is_(None))
    return session.scalar(select(func.count()).select_from(Recording).where(*undecided)) or 0
