"""Opening and closing the line by hand, as a rule, in the database and from the command line."""

from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from hotline import database, people, settings_file
from hotline.audit import AuditEntry
from hotline.commands import main
from hotline.database import Database
from hotline.hours import hand_hours
from hotline.hours.hand_hours import CannotSetHours, HandHours
from hotline.people import Role
from hotline.refusals import Refused
from hotline.settings_file import Settings

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_an_order_is_in_force_until_its_end(db: Database) -> None:
    with db.writing() as session:
        hand_hours.set_line(session, False, "power cut", NOW + HOUR, None, NOW)
    with db.reading() as session:
        order = hand_hours.in_force(session, NOW + HOUR - timedelta(seconds=1))
        assert order and (order.is_open, order.reason) == (False, "power cut")
        assert hand_hours.in_force(session, NOW + HOUR) is None
        [noted] = session.scalars(select(AuditEntry))
        assert (noted.action, noted.subject) == ("close line", "line")
        assert "power cut" in noted.detail


def test_a_new_order_takes_the_place_of_the_one_before(db: Database) -> None:
    with db.writing() as session:
        first = hand_hours.set_line(session, False, "power cut", NOW + HOUR, None, NOW)
        second = hand_hours.set_line(session, True, "power is back", NOW + HOUR, None, NOW)
        assert first.lifted_at == NOW
        assert hand_hours.in_force(session, NOW) is second
        hand_hours.lift(session, None, NOW)
        assert hand_hours.in_force(session, NOW) is None
        with pytest.raises(Refused, match="follows the calendar already"):
            hand_hours.lift(session, None, NOW)


def test_the_newest_orders_name_who_gave_and_who_lifted_them(either_db: Database) -> None:
    with either_db.writing() as session:
        wang = people.add(session, "wang", "王", Role.SUPERVISOR, "correct horse").id
        for by_id in (wang, None, None):
            hand_hours.set_line(session, False, "power cut", NOW + HOUR, by_id, NOW)
        hand_hours.lift(session, wang, NOW)
        found = hand_hours.newest(session, 2)
        assert [(by, lifted_by) for _order, by, lifted_by in found] == [(None, "王"), (None, None)]
        assert [by for _order, by, _lifted_by in hand_hours.newest(session, 9)] == [None, None, "王"]


@pytest.mark.parametrize(
    ("reason", "until", "problem"),
    [
        (" ", HOUR, CannotSetHours.NO_REASON),
        ("x" * 201, HOUR, CannotSetHours.NO_REASON),
        ("power cut", timedelta(0), CannotSetHours.WRONG_END),
        ("power cut", timedelta(days=7, seconds=1), CannotSetHours.WRONG_END),
    ],
)
def test_what_cannot_be_ordered(reason: str, until: timedelta, problem: CannotSetHours, db: Database) -> None:
    with db.writing() as session:
        with pytest.raises(Refused) as refused:
            hand_hours.set_line(session, False, reason, NOW + until, None, NOW)
        assert refused.value.reason is problem
        assert list(session.scalars(select(HandHours))) == []


@pytest.fixture
def run(settings: Settings, db: Database, monkeypatch: pytest.MonkeyPatch) -> "CommandLine":
    monkeypatch.setenv("HOTLINE_STATE_DIR", str(settings.state_dir))
    settings_file.current.cache_clear()
    database.current.cache_clear()
    return CommandLine()


class CommandLine:
    """``hotline line …``; the exit code and what was printed."""

    def __call__(self, *arguments: str) -> tuple[int, str]:
        result = CliRunner().invoke(main, ["line", *arguments])
        return result.exit_code, result.output


def test_from_the_command_line(run: CommandLine) -> None:
    until = f"{datetime.now().astimezone() + timedelta(days=2):%Y-%m-%d} 09:00"
    assert "calendar" in run("status")[1]
    assert run("close", "--until", until, "--reason", "moving house")[0] == 0
    assert run("status")[1] == f"closed, by hand until {until}: moving house\n"
    assert run("open", "--until", until, "--reason", "back again")[0] == 0
    assert run("status")[1] == f"open, by hand until {until}: back again\n"
    assert run("lift") == (0, "The line follows the calendar again.\n")
    assert run("lift") == (1, "Error: The line follows the calendar already.\n")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("close", "--reason", "x"), "Missing option '--until'"),
        (("close", "--until", "2020-01-01 10:00", "--reason", "x"), "an end in the future"),
        (("close", "--until", "tomorrow", "--reason", "x"), "does not match the format"),
    ],
)
def test_a_wrong_order_says_what_is_wrong(arguments: tuple[str, ...], says: str, run: CommandLine) -> None:
    code, output = run(*arguments)
    assert code != 0
    assert says in output
