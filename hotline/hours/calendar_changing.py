"""Changing the calendar: what is asked, what of it is new, and the rows it leaves. Rules, then rows.

What follows for cases is done in the same transaction by ``hotline.handling.calendar_acts``.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from hotline.hours import calendar_days
from hotline.hours.calendar_days import (
    NAME_EN_LENGTH,
    NAME_LENGTH,
    CalendarChange,
    CalendarDay,
    CalendarSource,
)
from hotline.hours.office_calendar import Decided
from hotline.refusals import Reason, Refused

ONE_DAY = timedelta(days=1)
MOST_DAYS = 92
"""Of one change on the page: three months. Whole years come from a file or from China's calendar."""
EARLIEST, LATEST = date(2020, 1, 1), date(2099, 12, 31)


@dataclass(frozen=True)
class DayDecision:
    """What is decided about a day; ``works`` None: nothing any more."""

    day: date
    works: bool | None
    name: str = ""
    name_en: str = ""


@dataclass(frozen=True)
class AskedChange:
    """A change of the calendar before it is made: only days of which it says something new."""

    source: CalendarSource
    days: tuple[DayDecision, ...]
    undoes: int | None = None

    def after(self, before: Decided) -> Decided:
        """What is decided once it is made."""
        said = {each.day: each.works for each in self.days}
        works = {day: works for day, works in (dict(before.works) | said).items() if works is not None}
        return Decided(works, before.version + 1)


class CannotChangeCalendar(Reason):
    """Why the calendar is not changed."""

    NO_DAY = "Choose the first and the last day.", "请选择起止日期。"
    BACKWARDS = "The last day comes before the first.", "结束日期早于开始日期。"
    TOO_MANY = (
        "At most {most} days at once; for more, import a file.",
        "一次最多更改 {most} 天，更多请用文件导入。",
    )
    OUT_OF_RANGE = "Only days from {first} to {last}.", "日期须在 {first} 至 {last} 之间。"
    NO_CHOICE = "Choose whether the office works on these days.", "请选择这些日子是否上班。"
    NO_NAME = (
        "Say why: the name of the holiday, or a reason.",
        "请填写名称或原因，如节日名称。",
    )
    NAME_TOO_LONG = "At most {most} characters.", "最多 {most} 个字符。"
    NOTHING_NEW = "The calendar says so already; nothing was changed.", "日历已是如此，未作更改。"
    NO_VERSION = "There is no such change.", "没有这次更改。"
    CHANGED_SINCE = (
        "Some of its days were changed again later; take that back first (version {version}).",
        "其中有的日子后来又有更改，请先撤销第 {version} 版。",
    )
    MEANWHILE = (
        "Somebody else has changed the calendar meanwhile. Look at what follows once more.",
        "期间已有人更改了日历，请再次确认影响。",
    )
    NOBODY = (
        "{count} running periods get another last day: say in whose name.",
        "{count} 个进行中的期限将有新的截止日，须注明由谁更改。",
        "{count} running periods get another last day, and each change is an event in somebody's name: "
        "give --by with the sign-in name of who decided it",
    )


def span(
    session: Session, first: date, last: date, works: bool | None, name: str, name_en: str
) -> AskedChange:
    """A change of the days from ``first`` to ``last``. Raises Refused."""
    if last < first:
        raise Refused("last", CannotChangeCalendar.BACKWARDS)
    if first < EARLIEST or last > LATEST:
        raise Refused("first", CannotChangeCalendar.OUT_OF_RANGE, first=EARLIEST, last=LATEST)
    if (last - first).days >= MOST_DAYS:
        raise Refused("last", CannotChangeCalendar.TOO_MANY, most=MOST_DAYS)
    if works is not None and not name:
        raise Refused("name", CannotChangeCalendar.NO_NAME)
    days = [first + ahead * ONE_DAY for ahead in range((last - first).days + 1)]
    wanted = [DayDecision(day, works, name, name_en) for day in days]
    return of_days(session, CalendarSource.PAGE, wanted)


def of_days(session: Session, source: CalendarSource, wanted: Iterable[DayDecision]) -> AskedChange:
    """A change to these days, without those of which the same is decided already. Raises Refused."""
    by_day = {each.day: each for each in wanted}
    for each in by_day.values():
        _check_names(each)
    if not by_day:
        raise Refused("", CannotChangeCalendar.NOTHING_NEW)
    rows = calendar_days.newest(session, min(by_day), max(by_day))
    new = [each for day, each in sorted(by_day.items()) if each != _decision(day, rows)]
    if not new:
        raise Refused("", CannotChangeCalendar.NOTHING_NEW)
    return AskedChange(source, tuple(new))


def undoing(session: Session, version: int) -> AskedChange:
    """The change that takes one back: each of its days is again what it was before. Raises Refused."""
    days = calendar_days.days_of(session, [version])[version]
    if not days:
        raise Refused("", CannotChangeCalendar.NO_VERSION)
    first, last = days[0].day, days[-1].day
    newest = calendar_days.newest(session, first, last)
    later = max(newest[each.day].version for each in days)
    if later > version:
        raise Refused("", CannotChangeCalendar.CHANGED_SINCE, version=later)
    before = calendar_days.newest(session, first, last, before=version)
    wanted = tuple(_decision(each.day, before) for each in days)
    return AskedChange(CalendarSource.UNDO, wanted, version)


def record(
    session: Session, asked: AskedChange, version: int, recomputed: int, by_id: int | None, now: datetime
) -> CalendarChange:
    """Add the rows of a change; the transaction has locked the calendar."""
    change = CalendarChange(
        version=version,
        source=asked.source,
        undoes=asked.undoes,
        recomputed=recomputed,
        by_id=by_id,
        at=now,
    )
    session.add(change)
    session.flush()  # the change first: its days refer to it
    session.add_all(
        CalendarDay(
            id=f"{each.day.isoformat()}-{version}",
            day=each.day,
            version=version,
            works=each.works,
            name=each.name,
            name_en=each.name_en,
        )
        for each in asked.days
    )
    session.flush()
    return change


def spans(days: Sequence[date]) -> list[tuple[date, date]]:
    """Days in order, as stretches without a gap: first and last of each."""
    found: list[tuple[date, date]] = []
    for day in days:
        if found and found[-1][1] + ONE_DAY == day:
            found[-1] = found[-1][0], day
        else:
            found.append((day, day))
    return found


def _decision(day: date, rows: Mapping[date, CalendarDay]) -> DayDecision:
    row = rows.get(day)
    return DayDecision(day, row.works, row.name, row.name_en) if row else DayDecision(day, None)


def _check_names(decision: DayDecision) -> None:
    for field, text, most in (
        ("name", decision.name, NAME_LENGTH),
        ("name_en", decision.name_en, NAME_EN_LENGTH),
    ):
        if len(text) > most:
            raise Refused(field, CannotChangeCalendar.NAME_TOO_LONG, most=most)
