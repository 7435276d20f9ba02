"""The office changes its calendar: what follows, and doing it, in one transaction.

The order: the calendar is locked, so that no move is being made by it; the change is checked; each case whose
last day becomes another gets its event; the rows of the change are added; the audit trail notes it. Whoever
is killed on the way has changed nothing, and does it again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from hotline import audit
from hotline.handling import recomputing
from hotline.handling.recomputing import MovedDay
from hotline.hours import calendar_changing, calendar_days, office_calendar
from hotline.hours.calendar_changing import AskedChange, CannotChangeCalendar
from hotline.hours.calendar_days import CalendarChange, CalendarSource
from hotline.hours.office_calendar import Decided
from hotline.refusals import Refused
from hotline.sections import Hours

Ask = Callable[[Session], AskedChange]
"""Checks what is asked against the calendar as it is. Raises Refused."""


@dataclass(frozen=True)
class Following:
    """What a change would do. ``version``: of the calendar it was found for.

    ``today``: whether the office works today, before and after; equal where the change leaves today alone.
    """

    asked: AskedChange
    version: int
    moved: tuple[MovedDay, ...]
    today: tuple[bool, bool]


def following(session: Session, ask: Ask, hours: Hours, now: datetime) -> Following:
    """What would follow from a change; nothing is written. Raises Refused."""
    before = calendar_days.decided(session)
    return _following(session, ask(session), before, hours, now)


def change(
    session: Session, ask: Ask, seen: int | None, by_id: int | None, hours: Hours, now: datetime
) -> CalendarChange:
    """Change the calendar, and recompute what depends on it. Raises Refused.

    ``seen``: the version for which somebody was told what follows; None asks for no such promise.
    """
    calendar_days.lock(session)
    before = calendar_days.decided(session)
    if seen is not None and seen != before.version:
        raise Refused("", CannotChangeCalendar.MEANWHILE)
    asked = ask(session)
    follows = _following(session, asked, before, hours, now)
    if follows.moved:
        if by_id is None:
            raise Refused("", CannotChangeCalendar.NOBODY, count=len(follows.moved))
        recomputing.write(session, follows.moved, by_id, now)
    version = before.version + 1
    made = calendar_changing.record(session, asked, version, len(follows.moved), by_id, now)
    audit.note(session, now, by_id, "change calendar", f"calendar version {version}", _told(asked, follows))
    return made


def _following(
    session: Session, asked: AskedChange, before: Decided, hours: Hours, now: datetime
) -> Following:
    is_now, will_be = (office_calendar.of_office(hours, each) for each in (before, asked.after(before)))
    today = now.astimezone(ZoneInfo(hours.timezone)).date()
    moved = recomputing.moved_days(session, will_be, today)
    return Following(asked, before.version, tuple(moved), (is_now(today), will_be(today)))


def _told(asked: AskedChange, follows: Following) -> str:
    """The detail of its entry in the audit trail: which days, what, and what followed."""
    if asked.source is CalendarSource.UNDO:
        what = f"takes back version {asked.undoes}"
    elif len({each.works for each in asked.days}) > 1:
        what = f"from {asked.source}"
    else:
        works = {True: "works", False: "off", None: "undecided"}
        what = works[asked.days[0].works]
    spans = calendar_changing.spans([each.day for each in asked.days])
    days = f"{spans[0][0].isoformat()} – {spans[-1][1].isoformat()}"
    return f"{days}, {len(asked.days)} days, {what}, {len(follows.moved)} periods recomputed"
