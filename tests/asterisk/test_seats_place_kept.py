"""Who presses 1 while waiting, and then 0 for a person, has kept the place, though the queue is full."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ivr import ami
from ivr.seats import members
from tests.asterisk.day import calling, waiting
from tests.kit.conversations import PATIENCE
from tests.kit.instance import HotlineInstance, running
from tests.kit.seats import SeatPhone, sign_in, until

FIRST, SECOND, THIRD, FOURTH = (f"1380000000{number}" for number in (1, 2, 3, 4))
OPEN = {
    "HOTLINE_HOURS__OVERRIDE": "open",
    "HOTLINE_SIP__OUTBOUND": "127.0.0.1:9",
    "HOTLINE_SEATS__QUEUE_LENGTH": "2",
}


@pytest.fixture
def hotline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HotlineInstance]:
    yield from running(tmp_path_factory.mktemp("place"), ("asterisk", "agi"), OPEN)


def in_order(hotline: HotlineInstance) -> list[str]:
    """Who waits, the next one first."""
    with ami.current(hotline.settings) as connection:
        events = connection.listing("QueueStatus", Queue=members.QUEUE)
    return [each["CallerIDNum"] for each in events if each["Event"] == "QueueEntry"]


def test_the_place_is_kept(hotline: HotlineInstance, tmp_path: Path) -> None:
    sign_in(hotline, "seat01")
    with SeatPhone(hotline, "seat01", tmp_path), calling(hotline, tmp_path, FIRST) as first:
        first.presses("0")
        until(lambda: waiting(hotline) == 1)
        with calling(hotline, tmp_path, SECOND) as second:
            second.presses("0")
            until(lambda: in_order(hotline) == [FIRST, SECOND])
            first.presses("1")
            first.begins_to_hear("callback-offer", timeout=PATIENCE)
            with calling(hotline, tmp_path, THIRD) as third, calling(hotline, tmp_path, FOURTH) as fourth:
                third.presses("0")
                until(lambda: in_order(hotline) == [SECOND, THIRD])
                fourth.presses("0")
                fourth.begins_to_hear("welcome-busy", timeout=PATIENCE)
                first.presses("0")
                until(lambda: waiting(hotline) == 3)
                assert in_order(hotline) == [FIRST, SECOND, THIRD]
