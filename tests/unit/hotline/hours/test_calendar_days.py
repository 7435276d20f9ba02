"""Days that the office decides: versions beside each other, and China's calendar beneath."""

from datetime import UTC, date, datetime, timedelta

import chinese_calendar
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import DBAPIError

from hotline.database import Database
from hotline.hours import calendar_changing, calendar_days, calendar_list, calendar_year, china_days, line
from hotline.hours.calendar_changing import AskedChange, CannotChangeCalendar, DayDecision
from hotline.hours.calendar_days import CalendarSource
from hotline.hours.calendar_list import CalendarListError
from hotline.hours.office_calendar import Decided, of_office
from hotline.refusals import Refused
from hotline.sections import Hours

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
MONDAY = date(2026, 11, 30)
HOURS = Hours()
ONE_DAY = timedelta(days=1)


def decide(db: Database, *days: DayDecision, source: CalendarSource = CalendarSource.PAGE) -> int:
    """Decide days without asking what follows; the version."""
    with db.writing() as session:
        asked = calendar_changing.of_days(session, source, days)
        version = calendar_days.version(session) + 1
        return calendar_changing.record(session, asked, version, 0, None, NOW).version


def undo(db: Database, version: int) -> None:
    with db.writing() as session:
        asked = calendar_changing.undoing(session, version)
        number = calendar_days.version(session) + 1
        calendar_changing.record(session, asked, number, 0, None, NOW)


def works(db: Database, day: date) -> bool:
    with db.reading() as session:
        return calendar_days.of_office(session, HOURS)(day)


def test_an_office_that_upgrades_has_the_days_it_had(either_db: Database) -> None:
    """Every day 2024–2027, with days of the settings and without, against an obvious computation."""
    own = Hours(extra_holidays=(date(2027, 2, 8), date(2026, 10, 10)), extra_workdays=(date(2027, 2, 14),))
    with either_db.reading() as session:
        for hours in (HOURS, own):
            calendar = calendar_days.of_office(session, hours)
            assert calendar.version == 0
            day = date(2024, 1, 1)
            while day.year < 2028:
                assert calendar(day) == as_before(day, hours), day
                day += ONE_DAY


def as_before(day: date, hours: Hours) -> bool:
    if day in hours.extra_holidays:
        return False
    if day in hours.extra_workdays:
        return True
    if day.year == 2027:
        fixed = {(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)}
        return day.weekday() < 5 and (day.month, day.day) not in fixed
    return bool(chinese_calendar.is_workday(day))


def test_a_later_version_stands_beside_the_earlier_one(either_db: Database) -> None:
    first = decide(either_db, DayDecision(MONDAY, False, "停电"))
    second = decide(either_db, DayDecision(MONDAY, True, "恢复供电", "power is back"))
    assert (first, second) == (1, 2) and works(either_db, MONDAY)
    with either_db.reading() as session:
        calendar = calendar_days.of_office(session, HOURS)
        assert calendar.version == 2
        rows = session.scalars(sa.select(calendar_days.CalendarDay.name)).all()
        assert sorted(rows) == sorted(["停电", "恢复供电"])
        [monday] = [each for each in calendar_year.of_year(session, 2026, HOURS) if each.day == MONDAY]
    assert (monday.works, monday.name, monday.name_en, monday.version) == (
        True, "恢复供电", "power is back", 2,
    )  # fmt: skip


def test_undo_is_a_further_version(either_db: Database) -> None:
    off = decide(either_db, DayDecision(MONDAY, False, "停电"), DayDecision(MONDAY + ONE_DAY, False, "停电"))
    undo(either_db, off)
    assert works(either_db, MONDAY) and works(either_db, MONDAY + ONE_DAY)
    undo(either_db, 2)  # taken back itself: off again
    assert not works(either_db, MONDAY)
    with either_db.reading() as session:
        assert calendar_days.version(session) == 3
        with pytest.raises(Refused) as refused:
            calendar_changing.undoing(session, off)
        assert refused.value.reason is CannotChangeCalendar.CHANGED_SINCE
        with pytest.raises(Refused) as refused:
            calendar_changing.undoing(session, 9)
        assert refused.value.reason is CannotChangeCalendar.NO_VERSION


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE calendar_days SET works = NULL",
        "DELETE FROM calendar_days",
        "UPDATE calendar_changes SET recomputed = 9",
        "DELETE FROM calendar_changes",
    ],
)
def test_nothing_of_it_is_changed_or_deleted(either_db: Database, statement: str) -> None:
    decide(either_db, DayDecision(MONDAY, False, "停电"))
    with pytest.raises(DBAPIError, match="never changed or deleted"), either_db.writing() as session:
        session.execute(sa.text(statement))


@pytest.mark.parametrize(
    ("first", "last", "works", "name", "reason"),
    [
        (MONDAY, MONDAY - ONE_DAY, False, "停电", CannotChangeCalendar.BACKWARDS),
        (MONDAY, MONDAY + 92 * ONE_DAY, False, "停电", CannotChangeCalendar.TOO_MANY),
        (date(2019, 12, 31), MONDAY, False, "停电", CannotChangeCalendar.OUT_OF_RANGE),
        (MONDAY, MONDAY, False, "", CannotChangeCalendar.NO_NAME),
        (MONDAY, MONDAY, False, "停" * 41, CannotChangeCalendar.NAME_TOO_LONG),
        (MONDAY, MONDAY, None, "", CannotChangeCalendar.NOTHING_NEW),
    ],
)
def test_what_is_refused(
    db: Database, first: date, last: date, works: bool | None, name: str, reason: CannotChangeCalendar
) -> None:
    with db.reading() as session, pytest.raises(Refused) as refused:
        calendar_changing.span(session, first, last, works, name, "")
    assert refused.value.reason is reason


def test_only_what_is_new_is_decided(db: Database) -> None:
    decide(db, DayDecision(MONDAY, False, "停电"))
    with db.reading() as session:
        asked = calendar_changing.span(session, MONDAY, MONDAY + ONE_DAY, False, "停电", "")
        assert [each.day for each in asked.days] == [MONDAY + ONE_DAY]
        with pytest.raises(Refused):
            calendar_changing.span(session, MONDAY, MONDAY, False, "停电", "")


@given(st.dictionaries(st.dates(date(2026, 1, 1), date(2026, 1, 9)), st.sampled_from([True, False, None])))
def test_what_is_decided_after_a_change(days: dict[date, bool | None]) -> None:
    before = Decided({date(2026, 1, 5): False}, 3)
    asked = AskedChange(CalendarSource.PAGE, tuple(DayDecision(day, it) for day, it in days.items()))
    calendar, ground = of_office(HOURS, asked.after(before)), of_office(HOURS)
    assert calendar.version == 4
    for day in (date(2026, 1, 1) + ahead * ONE_DAY for ahead in range(9)):
        said = days.get(day, before.works.get(day))
        assert calendar(day) == (ground(day) if said is None else said)


def test_chinas_calendar_changes_no_day_and_names_them(db: Database) -> None:
    days = china_days.of_year(2026)
    assert DayDecision(date(2026, 2, 17), False, "春节", "Spring Festival") in days
    assert DayDecision(date(2026, 2, 14), True, "春节", "Spring Festival") in days
    decide(db, *days, source=CalendarSource.PACKAGE)
    with db.reading() as session:
        calendar = calendar_days.of_office(session, HOURS)
    every = [date(2026, 1, 1) + ahead * ONE_DAY for ahead in range(365)]
    assert [calendar(day) for day in every] == [calendar.ground(day) for day in every]
    with pytest.raises(LookupError):
        china_days.of_year(2099)


def test_a_year_is_known_once_it_is_listed_and_not_by_one_day_off(db: Database) -> None:
    at = datetime(2099, 3, 1, tzinfo=UTC)
    decide(db, DayDecision(date(2099, 3, 2), False, "停电"))
    with db.reading() as session:
        assert line.year_not_known(session, at, HOURS) == 2099
    decide(db, *(DayDecision(date(2099, 2, day), False, "春节") for day in range(1, 11)))
    with db.reading() as session:
        assert line.year_not_known(session, at, HOURS) is None


LIST = "日期,上班,名称,英文名\n2027-02-08,否,春节,Spring Festival\n2027年2月14日,班,春节,\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_list_of_days(encoding: str) -> None:
    assert calendar_list.read(LIST.encode(encoding)) == [
        DayDecision(date(2027, 2, 8), False, "春节", "Spring Festival"),
        DayDecision(date(2027, 2, 14), True, "春节"),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "missing: date"),
        ("date,works\n", "missing: name"),
        ("date,works,name\n", "no day below"),
        ("date,works,name\n2027-02-08,perhaps,x\n", "line 2: works must be yes or no"),
        ("date,works,name\n2027-02-30,no,x\n", "line 2: the date must be a day"),
        ("date,works,name\n2027-02-08,no,\n", "line 2: a day needs a name"),
        ("date,works,name\n2027-02-08,no,x\n2027/2/8,no,x\n", "line 3: 2027-02-08 stands there twice"),
    ],
)
def test_what_is_wrong_with_a_list_is_said(text: str, said: str) -> None:
    with pytest.raises(CalendarListError, match=said):
        calendar_list.read(text.encode())
