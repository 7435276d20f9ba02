"""Callbacks: who may be called, one open for a number, three attempts in office hours, and what is told."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from click.testing import CliRunner
from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline import audit, database
from hotline.audit import AuditEntry
from hotline.callbacks import callback_attempts, callbacks
from hotline.callbacks.callback_attempts import AttemptOutcome
from hotline.callbacks.callbacks import Callback, CallbackState
from hotline.cases import case_number
from hotline.commands.callbacks import group
from hotline.database import Database
from hotline.enquiries import enquiries
from hotline.hours import office_calendar
from hotline.hours.working_hours import next_opening
from hotline.people import Role, User
from hotline.sections import Callback as Limits
from hotline.sections import Hours
from hotline.settings_file import Settings
from ivr.seats import callbacks as calling_back
from tests.kit.callbacks import CHINA, MONDAY, NUMBER, ask


@pytest.mark.parametrize(
    ("caller", "called"),
    [
        ("13800001234", "13800001234"),
        ("+8613800001234", "13800001234"),
        ("013800001234", "13800001234"),
        ("04715551234", "04715551234"),
        ("+864715551234", "04715551234"),
        ("5551234", "5551234"),
        ("", ""),
        ("110", ""),
        ("anonymous", ""),
        ("0013800001234", ""),  # abroad
        ("0025212345", ""),
        ("00252123456", ""),
        ("002521234567", ""),
        ("+252123456789", ""),
        ("1380000123", ""),
        ("13800001234#", ""),
        ("*13800001234", ""),
        ("１３８００００１２３４", ""),
    ],
)
def test_who_may_be_called(caller: str, called: str) -> None:
    assert callbacks.number_to_call(caller, Limits().numbers) == called


@pytest.mark.parametrize("caller", ["0025212345", "00252123456", "002521234567", "+252123456789"])
@pytest.mark.parametrize("pattern", [r"\d+", r"0\d{9,11}"])
def test_nobody_abroad_is_called_whatever_the_setting_says(caller: str, pattern: str) -> None:
    assert callbacks.number_to_call(caller, pattern) == ""


def test_one_open_callback_for_a_number(either_db: Database) -> None:
    with either_db.writing() as session:
        number = ask(session).case_number
    with either_db.writing() as session:
        again = ask(session, joined_at=MONDAY + timedelta(minutes=5), now=MONDAY + timedelta(minutes=5))
        assert (again.case_number, again.joined_at) == (number, MONDAY)
        assert ask(session, "13900001234").case_number != number
    assert case_number.is_valid(number)


def test_after_it_is_over_another_may_be_asked_for(either_db: Database) -> None:
    with either_db.writing() as session:
        first = ask(session)
        assert callbacks.cancel(session, first.id, MONDAY)
        assert not callbacks.cancel(session, first.id, MONDAY)
        assert ask(session).id != first.id
        assert callbacks.open_for(session, NUMBER) != first


def test_what_a_supervisor_does_is_on_the_audit_trail(either_db: Database) -> None:
    with either_db.writing() as session:
        user = User(name="wang", full_name="王", password_hash="", role=Role.CLERK)
        session.add(user)
        session.flush()
        asked = ask(session, by_id=user.id)
        callbacks.cancel(session, asked.id, MONDAY, user.id)
        noted = session.execute(select(AuditEntry.action, AuditEntry.subject, AuditEntry.user_id)).all()
        subject = f"callback {asked.id}"
        assert [tuple(each) for each in noted] == [
            ("ask for", subject, user.id),
            ("cancel", subject, user.id),
        ]


def test_those_who_joined_first_are_called_first(either_db: Database) -> None:
    with either_db.writing() as session:
        later = ask(session, "13800000001", MONDAY - timedelta(seconds=10))
        first = ask(session, "13800000002", MONDAY - timedelta(seconds=20))
        not_yet = ask(session, "13800000003")
        not_yet.next_attempt_at = MONDAY + timedelta(seconds=1)
        session.flush()
        assert list(callback_attempts.due(session, MONDAY)) == [first, later]
        assert list(callbacks.newest(session, only_open=True)) == [first, later, not_yet]


def test_one_attempt_at_a_time(either_db: Database) -> None:
    with either_db.writing() as session:
        asked = ask(session)
        attempt = callback_attempts.begin(session, asked.id, MONDAY)
        assert attempt and callbacks.is_ours(attempt)
        assert attempt.startswith(f"callback-{asked.case_number}-")
        assert callback_attempts.begin(session, asked.id, MONDAY) is None
        assert callbacks.of_attempt(session, attempt) == asked
        assert [each.id for each in callback_attempts.begun(session)] == [asked.id]
    assert not callbacks.is_ours("1763885000.1")


@pytest.mark.parametrize(
    "strange", ["callback-", "callback-x-1", "callback-1", "1763885000.1", "callback-1-1-1"]
)
def test_a_call_that_is_no_attempt_is_of_no_callback(either_db: Database, strange: str) -> None:
    with either_db.writing() as session:
        ask(session)
        assert callbacks.of_attempt(session, strange) is None


def try_once(
    session: Session, callback: Callback, outcome: AttemptOutcome, now: datetime, settings: Settings
) -> None:
    attempt = callback_attempts.begin(session, callback.id, now)
    assert attempt
    calendar = office_calendar.of_office(settings.hours)
    again = partial(callback_attempts.retry_at, now=now, settings=settings, calendar=calendar)
    callback_attempts.end(session, attempt, outcome, now, again)
    callback_attempts.end(session, attempt, outcome, now, again)  # twice changes nothing
    session.flush()


def test_three_attempts_at_growing_distance(either_db: Database, settings: Settings) -> None:
    with either_db.writing() as session:
        asked, now = ask(session), MONDAY
        for outcome, minutes in ((AttemptOutcome.NO_ANSWER, 10), (AttemptOutcome.BUSY, 60)):
            try_once(session, asked, outcome, now, settings)
            assert (asked.state, asked.last_outcome) == (CallbackState.OPEN, outcome)
            assert asked.next_attempt_at == now + timedelta(minutes=minutes)
            now = asked.next_attempt_at
        try_once(session, asked, AttemptOutcome.UNREACHABLE, now, settings)
        assert (asked.state, asked.attempts, asked.open_number) == (CallbackState.FAILED, 3, None)
        assert callback_attempts.begin(session, asked.id, now) is None


@pytest.mark.parametrize("outcome", [AttemptOutcome.NO_SEAT, AttemptOutcome.UNKNOWN])
def test_what_never_reached_the_citizen_does_not_count(
    either_db: Database, settings: Settings, outcome: AttemptOutcome
) -> None:
    with either_db.writing() as session:
        asked = ask(session)
        for _ in range(4):
            try_once(session, asked, outcome, MONDAY, settings)
        assert (asked.state, asked.attempts) == (CallbackState.OPEN, 0)
        assert (asked.last_outcome, asked.next_attempt_at) == (
            "no_seat",
            MONDAY + callback_attempts.OURS_AGAIN_AFTER,
        )


@pytest.mark.parametrize("outcome", [AttemptOutcome.INTERRUPTED, AttemptOutcome.LOST])
def test_what_the_office_is_to_blame_for_is_made_good_soon(
    either_db: Database, settings: Settings, outcome: AttemptOutcome
) -> None:
    with either_db.writing() as session:
        asked = ask(session)
        for attempts_made in (1, 2):
            try_once(session, asked, outcome, MONDAY, settings)
            assert (asked.state, asked.attempts) == (CallbackState.OPEN, attempts_made)
            assert asked.next_attempt_at == MONDAY + callback_attempts.OURS_AGAIN_AFTER
        try_once(session, asked, outcome, MONDAY, settings)
        assert (asked.state, asked.open_number) == (CallbackState.FAILED, None)


def test_talking_ends_it_while_the_call_goes_on(either_db: Database) -> None:
    with either_db.writing() as session:
        asked = ask(session)
        attempt = callback_attempts.begin(session, asked.id, MONDAY) or ""
        for _ in range(2):
            callback_attempts.talks(session, attempt, "seat03", MONDAY)
        session.refresh(asked)
        assert (asked.state, asked.seat, asked.attempts) == (CallbackState.DONE, "seat03", 1)
        assert asked.attempt == attempt
        assert ask(session).id != asked.id


def test_a_cancelled_one_stays_cancelled_unless_they_talked(either_db: Database, settings: Settings) -> None:
    with either_db.writing() as session:
        asked = ask(session)
        attempt = callback_attempts.begin(session, asked.id, MONDAY) or ""
        callbacks.cancel(session, asked.id, MONDAY)
        callback_attempts.end(session, attempt, AttemptOutcome.NO_ANSWER, MONDAY, lambda attempts: MONDAY)
        assert (asked.state, asked.attempt) == (CallbackState.CANCELLED, "")


@pytest.mark.parametrize(
    ("at", "opening"),
    [
        ("2026-11-23 10:00", "2026-11-23 10:00"),
        ("2026-11-23 12:30", "2026-11-23 14:30"),
        ("2026-11-23 18:00", "2026-11-24 08:30"),
        ("2026-11-27 18:30", "2026-11-30 08:30"),
        ("2026-10-01 09:00", "2026-10-08 08:30"),
        ("2026-10-09 18:30", "2026-10-10 08:30"),  # a Saturday that is worked
        ("2026-12-31 17:30", "2026-12-31 17:30"),
    ],
)
def test_the_next_opening(at: str, opening: str) -> None:
    hours = Hours()
    local = datetime.fromisoformat(f"{at}+08:00")
    expected = datetime.fromisoformat(f"{opening}+08:00")
    assert next_opening(local, hours, office_calendar.of_office(hours)) == expected


@pytest.mark.parametrize("override", ["open", "closed"])
def test_a_line_held_by_hand_has_no_next_opening(override: str) -> None:
    hours = Hours.model_validate({"override": override})
    night = datetime(2026, 11, 23, 20, tzinfo=UTC)
    assert next_opening(night, hours, office_calendar.of_office(hours)) == night


def test_its_number_tells_how_far_it_is(either_db: Database, settings: Settings) -> None:
    with either_db.writing() as session:
        asked = ask(session)
        for state in CallbackState:
            asked.state = state
            session.flush()
            status = enquiries.look_up(session, asked.case_number, CHINA)
            assert status == enquiries.CaseStatus(asked.case_number, f"callback_{state}", MONDAY.date())


def test_the_dialling_half_names_no_citizen() -> None:
    half = calling_back.dialling_half(NUMBER, "secret")
    assert half == calling_back.dialling_half(NUMBER, "secret") and NUMBER not in half
    assert half not in (
        calling_back.dialling_half(NUMBER, "other"),
        calling_back.dialling_half("110", "secret"),
    )


def test_the_command_line(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "current", lambda: db)
    run = CliRunner().invoke
    assert "Nobody waits" in run(group, ["list"]).output
    with db.writing() as session:
        asked = ask(session)
        number, identifier = asked.case_number, str(asked.id)
    listed, whole = run(group, ["list"]).output, run(group, ["list", "--whole-numbers"]).output
    assert number in listed and audit.shortened(NUMBER) in listed and "open" in listed
    assert NUMBER not in listed and NUMBER in whole
    assert run(group, ["cancel", identifier]).exit_code == 0
    assert "Nobody waits" in run(group, ["list"]).output
    assert "cancelled" in run(group, ["list", "--all"]).output
    with db.writing() as session:
        callbacks.request(session, NUMBER, "1.1", "zh", MONDAY, MONDAY, CHINA, is_withheld=True)
        session.get_one(Callback, int(identifier)).number = ""  # by retention
    withheld_one, deleted = run(group, ["list", "--all"]).output.splitlines()
    assert " withheld " in withheld_one and " deleted " in deleted
    again = run(group, ["cancel", identifier])
    assert again.exit_code == 1 and "hotline callbacks list" in again.output
