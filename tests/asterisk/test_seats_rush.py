"""Sixteen seats and forty callers at once: each is answered or kept; the seat idle longest comes first."""

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import pytest

from hotline.seats import seat_secrets
from tests.asterisk.crowd import Crowd, ask_for_a_seat, be_told_to_leave_a_message, leave_a_message
from tests.asterisk.day import PLACES, answered_by, clear, waiting
from tests.kit.conversations import PATIENCE, STREET_LIGHT, recording_from, says, sound_of
from tests.kit.instance import HotlineInstance
from tests.kit.seats import SeatPhone, occupied, sign_in, states, until

CALLERS = 40
AT_ONCE = 4
"""Seats that hang up at the same moment; idle times are counted in whole seconds."""
A_SECOND = 1.1

T = TypeVar("T")


def numbers(first: int, count: int) -> list[str]:
    return [f"1370000{index:04d}" for index in range(first, first + count)]


TALKING, WAITING, TOO_MANY = numbers(0, 16), numbers(100, PLACES), numbers(200, CALLERS - 16 - PLACES)
LATER = numbers(300, AT_ONCE), numbers(400, AT_ONCE)

pytestmark = pytest.mark.timeout(240)  # whichever comes first waits for the whole rush


@dataclass(frozen=True)
class Rush:
    """What came of it."""

    phones: dict[str, SeatPhone]
    most_talking: int
    answered: dict[str, str]
    idle_longest: list[set[str]]
    """Groups of seats in the order in which they became idle, before the callers of LATER."""


@pytest.fixture(scope="module")
def rush(day_hotline: HotlineInstance, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rush]:
    names = seat_secrets.seat_names(day_hotline.settings)
    folder = tmp_path_factory.mktemp("rush")
    with occupied(day_hotline, names, folder, answers=True) as phones:
        with Crowd(day_hotline) as crowd:
            sign_in(day_hotline, *names)
            yield hold(day_hotline, crowd, phones)
        clear(day_hotline)


def hold(hotline: HotlineInstance, crowd: Crowd, phones: dict[str, SeatPhone]) -> Rush:
    """All the calls: those who are answered at once, those who wait, and those for whom there is no place."""
    answered_at_once(hotline, crowd, TALKING)
    done([crowd.call(number, ask_for_a_seat) for number in WAITING])
    until(lambda: waiting(hotline) == PLACES)
    told = done([crowd.call(number, be_told_to_leave_a_message) for number in TOO_MANY])
    messages = [crowd.go_on(line, leave_a_message) for line in told]
    most = sum(each.state == "on a call" for each in states(hotline).values())
    groups = [list(phones)[first : first + AT_ONCE] for first in range(0, len(phones), AT_ONCE)]
    for ending in (*groups, groups[0]):
        until(partial(all_talk, phones, ending))
        for name in ending:
            phones[name].hangs_up()
    until(lambda: set(WAITING) <= set(answered_by(hotline)))
    done(messages)
    groups.reverse()
    become_idle(hotline, phones, groups)
    for callers in LATER:
        answered_at_once(hotline, crowd, callers)
    return Rush(phones, most, answered_by(hotline), [set(group) for group in groups])


def answered_at_once(hotline: HotlineInstance, crowd: Crowd, callers: list[str]) -> None:
    done([crowd.call(number, ask_for_a_seat) for number in callers])
    until(lambda: set(callers) <= set(answered_by(hotline)))


def all_talk(phones: dict[str, SeatPhone], names: Sequence[str]) -> bool:
    return all(phones[name].in_call() for name in names)


def become_idle(hotline: HotlineInstance, phones: dict[str, SeatPhone], groups: list[list[str]]) -> None:
    """One group after the other, until all seats are ready."""
    for group in groups:
        until(partial(all_talk, phones, group))
        for name in group:
            phones[name].hangs_up()
        time.sleep(A_SECOND)
    until(lambda: all(each.state == "ready" for each in states(hotline).values()))


def done(calls: "Sequence[Future[T]]") -> list[T]:
    return [call.result(3 * PATIENCE) for call in calls]


def test_all_sixteen_talk_and_everybody_with_a_place_is_answered(rush: Rush) -> None:
    assert rush.most_talking == len(rush.phones) == 16
    assert {*TALKING, *WAITING} <= set(rush.answered)


def test_who_has_no_place_leaves_a_message(rush: Rush, day_hotline: HotlineInstance) -> None:
    for number in TOO_MANY:
        [sound] = sound_of(day_hotline, recording_from(day_hotline, number))
        assert says(sound, STREET_LIGHT)
    assert not set(TOO_MANY) & set(rush.answered)


def test_no_seat_is_rung_twice_at_once(rush: Rush) -> None:
    calls = len(TALKING) + len(WAITING) + sum(map(len, LATER))
    assert sum(phone.times("recording") for phone in rush.phones.values()) == calls
    assert all(phone.refused() == 0 for phone in rush.phones.values())


@pytest.mark.parametrize("turn", range(len(LATER)))
def test_the_seats_that_have_been_idle_longest_are_rung(rush: Rush, turn: int) -> None:
    assert {rush.answered[number] for number in LATER[turn]} == rush.idle_longest[turn]
