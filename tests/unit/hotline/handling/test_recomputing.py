"""A change of the calendar moves the last days of running periods: one event each, and nothing else."""

import json
import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from hotline import database, settings_file
from hotline.audit import AuditEntry
from hotline.cases import case_events, standing
from hotline.cases.case_entry import CaseEntry
from hotline.cases.case_events import CaseEvent
from hotline.cases.cases import Category
from hotline.cases.moves import Move
from hotline.commands import main
from hotline.database import Database
from hotline.handling import calendar_acts, case_moves, case_proof, move_periods
from hotline.handling.case_moves import AskedMove
from hotline.handling.move_refusals import CannotMove
from hotline.hours import calendar_changing, case_periods, office_calendar
from hotline.hours.calendar_changing import AskedChange, CannotChangeCalendar
from hotline.hours.office_calendar import Decided
from hotline.people import User
from hotline.refusals import Refused
from hotline.registration import call_cases
from hotline.settings_file import Settings
from tests.kit.one_case import ENTERED, NOW, SENT, TODAY, UNIT, OneCase, days
from tests.kit.period_rules import RULES

THURSDAY = date(2026, 11, 26)
"""Of the five working days of a case that was sent on Monday the 23rd: until the 30th."""


def ask(first: date, works: bool | None, last: date | None = None) -> calendar_acts.Ask:
    def asked(session: Session) -> AskedChange:
        name = "" if works is None else "停电"
        return calendar_changing.span(session, first, last or first, works, name, "")

    return asked


def change(one: OneCase, asked: calendar_acts.Ask, seen: int | None = None, by: str = "chief") -> int:
    """Change the calendar; how many periods were recomputed."""
    with one.db.writing() as session:
        hours = Settings().hours
        return calendar_acts.change(session, asked, seen, one.users[by], hours, one.now).recomputed


def events(db: Database, number: str) -> list[CaseEvent]:
    with db.reading() as session:
        return list(case_events.of_case(session, number))


def doubts(db: Database) -> list[object]:
    with db.reading() as session:
        return [each for each in case_proof.look(session) if each]


def test_the_time_to_object_moves_by_an_event_that_shows_both_days(either_db: Database) -> None:
    one = OneCase(either_db).goes(SENT)
    assert one.row()[3] == days(15)
    with either_db.reading() as session:
        follows = calendar_acts.following(session, ask(THURSDAY, False), Settings().hours, NOW)
    [moved] = follows.moved
    assert (moved.number, moved.before, moved.after) == (one.number, date(2026, 11, 30), date(2026, 12, 1))
    assert change(one, ask(THURSDAY, False), seen=0) == 1
    last = events(either_db, one.number)[-1]
    assert (last.move, last.by_id, last.facts["calendar"]) == (Move.RECOMPUTE, one.users["chief"], 1)
    assert (last.facts["former_objection_until"], last.facts["objection_until"]) == (
        "2026-11-30",
        "2026-12-01",
    )
    assert one.row()[3] == days(15), "calendar days stay"
    assert doubts(either_db) == []
    with either_db.reading() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "change calendar")).one()
    assert (entry.subject, entry.detail) == (
        "calendar version 1",
        "2026-11-26 – 2026-11-26, 1 days, off, 1 periods recomputed",
    )
    one.now = datetime(2026, 12, 1, 3, tzinfo=UTC)
    one.make("officer", Move.OBJECT)  # in time now: without the change it would be refused
    assert doubts(either_db) == []


def test_undoing_brings_the_day_back_by_another_event(either_db: Database) -> None:
    one = OneCase(either_db).goes(SENT)
    change(one, ask(THURSDAY, False))
    assert change(one, lambda session: calendar_changing.undoing(session, 1)) == 1
    found = events(either_db, one.number)
    assert [each.facts.get("objection_until") for each in found[-3:]] == [
        "2026-11-30",
        "2026-12-01",
        "2026-11-30",
    ]
    assert found[-1].facts["calendar"] == 2 and doubts(either_db) == []


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (TODAY, False),  # the day it begins on is not counted
        (date(2026, 12, 1), False),  # behind its end
        (THURSDAY, True),  # as it was
    ],
)
def test_a_case_whose_day_stays_gets_no_event(db: Database, day: date, works: bool) -> None:
    one = OneCase(db).goes(SENT)
    assert change(one, ask(day, works)) == 0
    assert events(db, one.number)[-1].move == Move.DISPATCH


def test_what_is_over_or_not_with_a_unit_is_left_alone(db: Database) -> None:
    one = OneCase(db).goes(SENT, ("officer", Move.ACCEPT))
    with db.writing() as session:
        entry = CaseEntry("李", "", "", Category.HOUSING, "漏水", UNIT)
        call_cases.register(session, "1.2", entry, NOW, one.users["clerk"], NOW, RULES)
    assert change(one, ask(THURSDAY, False)) == 0


def test_a_time_that_was_over_before_and_after_is_not_touched(db: Database) -> None:
    one = OneCase(db).goes(SENT)
    one.now = NOW + timedelta(days=9)  # 2 December: over on the 30th, and would have been on the 1st
    assert change(one, ask(THURSDAY, False)) == 0


def test_a_time_that_was_over_goes_on_where_the_change_reaches_today(db: Database) -> None:
    one = OneCase(db).goes(SENT)
    one.now = NOW + timedelta(days=8)  # 1 December
    assert change(one, ask(THURSDAY, False)) == 1


def test_an_objection_that_waits_for_its_answer_goes_on_waiting(db: Database) -> None:
    one = OneCase(db).goes(SENT, ("officer", Move.OBJECT))
    assert change(one, ask(THURSDAY, False)) == 1
    with db.reading() as session:
        told = standing.of(case_events.of_case(session, one.number))
    assert told and told.objected and doubts(db) == []


def test_events_from_before_there_were_versions_are_counted_again() -> None:
    facts = {"objection_until": "2026-11-30", "began_on": "2026-11-23"}
    calendar = office_calendar.of_office(Settings().hours, Decided({THURSDAY: False}, 1))
    found = move_periods.recomputed(facts, calendar)
    assert (found["objection_until"], found["objection_days"]) == ("2026-12-01", 5)


def test_a_move_is_made_by_the_calendar_in_force_and_says_so(db: Database, settings: Settings) -> None:
    one = OneCase(db)
    change(one, ask(THURSDAY, False))
    with db.writing() as session:
        rules = case_periods.rules(session, settings)
        user = session.get_one(User, one.users["clerk"])
        asked = AskedMove(Move.DISPATCH, 1, ENTERED)
        event = case_moves.make(session, one.number, asked, user, NOW, rules)
        assert (event.facts["objection_until"], event.facts["calendar"]) == ("2026-12-01", 1)


def test_who_did_not_see_the_last_version_is_told(db: Database) -> None:
    one = OneCase(db).goes(SENT)
    change(one, ask(THURSDAY, False), seen=0)
    with pytest.raises(Refused) as refused:
        change(one, ask(THURSDAY + timedelta(days=1), False), seen=0)
    assert refused.value.reason is CannotChangeCalendar.MEANWHILE


def waits(db: Database) -> bool:
    """Whether somebody waits for the calendar; SQLite has one writer at a time anyway."""
    if db.engine.dialect.name == "sqlite":
        return True
    waiting = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
    with db.reading() as session:
        return bool(session.scalar(waiting))


def test_no_move_is_made_by_a_calendar_that_is_being_changed(either_db: Database, settings: Settings) -> None:
    """A case is sent while the calendar changes: it counts by the new one, or its day is recomputed."""
    one = OneCase(either_db)
    asked_for_rules, may_end = threading.Event(), threading.Event()

    def send() -> None:
        with either_db.writing() as session:
            rules = case_periods.rules(session, settings)
            asked_for_rules.set()
            may_end.wait()
            user = session.get_one(User, one.users["clerk"])
            case_moves.make(session, one.number, AskedMove(Move.DISPATCH, 1, ENTERED), user, NOW, rules)

    sending = threading.Thread(target=send)
    changing = threading.Thread(target=change, args=(one, ask(THURSDAY, False)))
    sending.start()
    asked_for_rules.wait()
    changing.start()
    while changing.is_alive() and not waits(either_db):
        pass
    may_end.set()
    sending.join()
    changing.join()
    said = [each.facts for each in events(either_db, one.number) if "objection_until" in each.facts]
    assert said[-1]["objection_until"] == "2026-12-01" and doubts(either_db) == []
    with pytest.raises(Refused) as refused:
        one.now = NOW + timedelta(days=9)
        one.make("officer", Move.OBJECT)
    assert refused.value.reason is CannotMove.TOO_LATE


@pytest.fixture
def here(settings: Settings, db: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    """The command line of this state directory."""
    monkeypatch.setenv("HOTLINE_STATE_DIR", str(settings.state_dir))
    settings_file.current.cache_clear()
    database.current.cache_clear()
    return db


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["calendar", *arguments])
    return result.exit_code, result.output


def test_the_calendar_on_the_command_line(here: Database, settings: Settings) -> None:
    code, shown = run("import", "--package", "2026", "--dry-run", "--json")
    told = json.loads(shown)
    assert code == 0 and told["done"] is False and len(told["days"]) == 39
    assert run("import", "--package", "2026")[0] == 0
    code, shown = run("show", "2026")
    assert code == 0 and "2026-02-14  Sat  works 春节  decided, version 1" in shown
    assert "has version 1" in shown
    code, shown = run("show", "2026", "--json")
    assert len(json.loads(shown)["days"]) == 365
    code, shown = run("import", "--package", "2026")
    assert code == 1 and "says so already" in shown
    assert "not known here" in run("import", "--package", "2099")[1]
    assert run("import")[0] == 2


def test_an_import_that_moves_periods_needs_a_name(here: Database, settings: Settings) -> None:
    one = OneCase(here, now=datetime.now(UTC))
    one.make("clerk", Move.DISPATCH)
    began_on = RULES.day(one.now)
    listed = settings.state_dir / "days.csv"
    rows = [f"{began_on + timedelta(days=ahead)},no,停电" for ahead in range(1, 8)]
    listed.write_text("\n".join(["date,works,name", *rows]))
    code, shown = run("import", str(listed))
    assert code == 1 and "give --by" in shown and events(here, one.number)[-1].move == Move.DISPATCH
    code, shown = run("import", str(listed), "--by", "officer")
    assert code == 1 and "nobody who may" in shown
    code, shown = run("import", str(listed), "--by", "chief")
    assert code == 0 and "1 running periods" in shown
    last = events(here, one.number)[-1]
    assert (last.move, last.by_id) == (Move.RECOMPUTE, one.users["chief"]) and doubts(here) == []
