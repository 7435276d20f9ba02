"""Asking the office while a caller waits."""

import threading
from collections.abc import Iterator

import pytest

from ivr import timed_pool
from ivr.timed_pool import READERS, Declined, TimedPool, Unavailable


@pytest.fixture
def stuck() -> Iterator[threading.Event]:
    """Work that ends with the test."""
    event = threading.Event()
    yield event
    event.set()


def test_an_answer_comes_back() -> None:
    assert TimedPool().ask(5.0, "{} {}".format, "a", "b") == "a b"


def test_a_no_is_an_answer_too() -> None:
    def refuses() -> None:
        raise Declined

    with pytest.raises(Declined):
        TimedPool().ask(5.0, refuses)


def test_what_nobody_waits_for_in_silence_is_nothing() -> None:
    def fails() -> str:
        raise OSError("the disk is gone")

    assert TimedPool().ask_silently("{} {}".format, "a", "b") == "a b"
    assert TimedPool().ask_silently(fails) is None


def test_work_is_handed_on_with_the_limit_of_who_waits(
    stuck: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert TimedPool().in_time("{} {}".format)("a", "b") == "a b"
    monkeypatch.setattr(timed_pool, "ANSWER_SECONDS", 0.05)
    with pytest.raises(Unavailable):
        TimedPool().in_time(stuck.wait)()


def test_a_failure_is_no_answer_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    def fails() -> None:
        raise OSError("the disk is gone")

    with pytest.raises(Unavailable):
        TimedPool().ask(5.0, fails)
    assert "the disk is gone" in caplog.text


def test_nobody_waits_for_what_is_stuck(stuck: threading.Event) -> None:
    clerks = TimedPool()
    for _ in range(READERS):
        clerks.begin(stuck.wait)
    late: list[str] = []
    with pytest.raises(Unavailable):
        clerks.ask(0.05, late.append, "asked")
    stuck.set()
    clerks.ask(5.0, late.append, "asked later")
    assert late == ["asked later"]  # who was given up is not asked any more
