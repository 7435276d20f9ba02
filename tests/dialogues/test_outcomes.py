"""What the exchange is told of a call when it is over, by whatever the caller did last."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from ivr.office_database import OfficeDatabase
from ivr.timed_pool import READERS
from tests.dialogues.night import Night
from tests.dialogues.scripted import GOLDEN, read

NOTHING = ("", "")
MESSAGE, SERVED, RATED = ("MESSAGE", ""), ("SERVED", ""), ("RATED", "2")


def called(night: Night, paper: str, hang_up_at: int = 0) -> tuple[str, str]:
    """How the call on this paper ends, or one in which the caller hangs up earlier."""
    wanted = read(GOLDEN / f"{paper}.txt")
    for what in wanted.given:
        night.given(what)
    night.call(wanted.lines, hang_up_at=hang_up_at)
    return night.outcome or "", night.detail


@pytest.mark.parametrize(
    ("paper", "outcome"),
    [
        ("message.zh", MESSAGE),
        ("message-while-busy.en", MESSAGE),
        ("message-unheard.zh", NOTHING),  # ivr.attend looks into the spool then
        ("enquiry-accepted.zh", SERVED),
        ("enquiry-told-then-a-person.zh", MESSAGE),
        ("office-hours-told-then-a-person.zh", SERVED),
        ("enquiry-wrong.zh", MESSAGE),
        ("office-hours.zh", NOTHING),  # the queue tells of it
        ("satisfaction.zh", RATED),
        ("satisfaction-wrong-key.zh", ("RATED", "3")),
        ("satisfaction-none.zh", NOTHING),
        ("refused-blocked.zh", ("REFUSED", "blocked")),
        ("number-has-had-its-seats.zh", MESSAGE),
        ("number-has-had-its-seats-at-night.zh", MESSAGE),
    ],
)
def test_the_outcome(paper: str, outcome: tuple[str, str], night: Night) -> None:
    assert called(night, paper) == outcome


def test_who_hangs_up_before_the_key_has_not_answered(night: Night) -> None:
    assert called(night, "satisfaction.zh", hang_up_at=1) == NOTHING


def test_who_hangs_up_after_the_key_has_answered(night: Night) -> None:
    assert called(night, "satisfaction.zh", hang_up_at=2) == RATED


def test_a_refused_caller_who_does_not_listen_is_refused(night: Night) -> None:
    assert called(night, "refused-blocked.zh", hang_up_at=1) == ("REFUSED", "blocked")


def test_who_withholds_the_number_is_not_refused(night: Night) -> None:
    night.given("400 calls at the seats within the hour")
    night.given("blocked")
    assert night.call([], caller="", hang_up_at=1).steps == 1
    assert night.outcome is None


@pytest.mark.parametrize("stage", ["no seat could take the call", "pressed 1 while waiting"])
def test_who_was_taken_once_is_not_refused_later(stage: str, night: Night) -> None:
    night.given("blocked")
    night.given(stage)
    night.call([], hang_up_at=1)
    assert night.outcome is None


def test_when_the_list_fails_the_call_goes_through(night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(self: OfficeDatabase) -> None:
        raise OSError("the disk is gone")

    night.given("blocked")
    night.given("closed by hand")
    night.given("somebody has signed in")
    night.given("open")
    monkeypatch.setattr(OfficeDatabase, "_database", fails)
    line = night.call(read(GOLDEN / "office-hours.zh.txt").lines)
    assert line.written == read(GOLDEN / "office-hours.zh.txt").lines


def test_a_blocked_number_is_refused_while_many_messages_wait_to_be_written(night: Night) -> None:
    night.given("blocked")
    with ThreadPoolExecutor(READERS) as callers, night.office.database._database().writing():
        for index in range(READERS):
            callers.submit(night.office.take_in, f"1763885001.{index}")
        night.call([], hang_up_at=1)
    assert night.outcome == "REFUSED"
