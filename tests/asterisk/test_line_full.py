"""More callers than there are places: who is answered loses no word, and who is not is told before."""

import asyncio
import socket
from collections.abc import Iterator
from concurrent.futures import Future, wait

import pytest
from sqlalchemy import select

from hotline.calls import call_limits
from hotline.database import Database
from hotline.recordings.recordings import Recording
from tests.asterisk.crowd import PROMPTS, SPOKEN, Crowd
from tests.kit.conversations import PATIENCE, STREET_LIGHT
from tests.kit.instance import HotlineInstance, free_port
from tests.kit.lines import kept
from tests.kit.lines.landmarks import a_law
from tests.kit.lines.line import CallLost, SipLine
from tests.kit.seats import until

SAID = a_law(STREET_LIGHT)[:SPOKEN]
PORTS = 40
TOO_MANY = 5
BEFORE_SPEAKING = 1.0
"""Seconds from the tone's beginning: people need as long, and a busy machine may."""


@pytest.fixture
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HotlineInstance]:
    """A hotline with places for a dozen callers."""
    first = free_port(socket.SOCK_DGRAM, PORTS)
    few = {"HOTLINE_RTP__START": str(first), "HOTLINE_RTP__END": str(first + PORTS - 1)}
    instance = HotlineInstance(tmp_path_factory.mktemp("full"), few | {"HOTLINE_SEATS__COUNT": "1"})
    try:
        instance.start("asterisk", "agi")
        yield instance
    finally:
        instance.stop()


async def leave_a_message(line: SipLine) -> None:
    """Two keys to the tone; then speak, and hang up after the last word."""
    for following in ("message-ask", "beep"):
        hearing = asyncio.ensure_future(line.hears(PROMPTS[following], PATIENCE))
        await line.presses("1")
        await hearing
    await asyncio.sleep(BEFORE_SPEAKING)
    await line.speaks(SAID)
    await asyncio.sleep(BEFORE_SPEAKING)
    line.hangs_up()


def test_who_is_answered_loses_no_word_when_the_line_is_full(small: HotlineInstance) -> None:
    places = call_limits.limits_of(small.settings).callers
    numbers = [f"1390000{index:04}" for index in range(places + TOO_MANY)]
    with Crowd(small) as crowd:
        calls: dict[str, Future[SipLine]] = {each: crowd.call(each, leave_a_message) for each in numbers}
        wait(calls.values())
    refused = {number: str(call.exception()) for number, call in calls.items() if call.exception()}
    assert list(refused.values()) == [str(CallLost("refused: 503"))] * TOO_MANY
    assert call_limits.turned_away(small.settings, call_limits.FILE_ALL) == TOO_MANY
    database = Database(small.settings.database_url)

    def recordings() -> dict[str, str]:
        with database.reading() as session:
            return {each.caller: each.parts[0].store_key for each in session.scalars(select(Recording))}

    until(lambda: len(recordings()) == places)
    for number, key in recordings().items():
        missing = kept.missing(small.settings.store_dir / key, SAID)
        assert missing and (missing.before, missing.between, missing.after) == (0, 0, 0), number
