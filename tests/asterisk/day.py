"""One hotline for all tests by day; after each of them nobody is signed in and nobody calls any more."""

import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from hotline.recordings import spool
from hotline.seats import seat_secrets
from ivr import ami
from ivr.seats import members
from ivr.softphone.caller import Caller
from ivr.softphone.process import Dial
from tests.kit.conversations import PATIENCE, PROMPTS
from tests.kit.instance import HotlineInstance, free_port
from tests.kit.seats import until

USUAL_PARTS = ("asterisk", "agi")
RING_SECONDS = 5
WRAP_UP_SECONDS = 2
LONGEST_WAIT = 20
PLACES = 20
RTP_PORTS = 200  # two for each of forty callers and sixteen seats, and those of calls that have just ended
OPEN = {
    "HOTLINE_HOURS__OVERRIDE": "open",
    "HOTLINE_SEATS__COUNT": "16",
    "HOTLINE_SEATS__RING_SECONDS": str(RING_SECONDS),
    "HOTLINE_SEATS__WRAP_UP_SECONDS": str(WRAP_UP_SECONDS),
    "HOTLINE_SEATS__LONGEST_WAIT_SECONDS": str(LONGEST_WAIT),
    "HOTLINE_SEATS__QUEUE_LENGTH": str(PLACES),
}


@pytest.fixture(scope="session")
def day_hotline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HotlineInstance]:
    """A hotline in office hours with sixteen seats and short times."""
    rtp = free_port(socket.SOCK_DGRAM, RTP_PORTS)
    ports = {"HOTLINE_RTP__START": str(rtp), "HOTLINE_RTP__END": str(rtp + RTP_PORTS - 1)}
    instance = HotlineInstance(tmp_path_factory.mktemp("day"), OPEN | ports)
    try:
        instance.start(*USUAL_PARTS)
        yield instance
    finally:
        instance.stop()


@pytest.fixture
def day(day_hotline: HotlineInstance) -> Iterator[HotlineInstance]:
    """The same with nothing left over from the test before."""
    yield day_hotline
    day_hotline.start(*(part for part in USUAL_PARTS if day_hotline.processes[part].poll() is not None))
    clear(day_hotline)


def clear(hotline: HotlineInstance) -> None:
    """All calls are over, and everybody goes home."""
    until(hotline.nobody_calls)
    with ami.current(hotline.settings) as connection:
        for name in seat_secrets.seat_names(hotline.settings):
            with suppress(ami.ActionRefused):  # was not signed in
                members.remove(connection, hotline.settings, name)


def calling(hotline: HotlineInstance, folder: Path, number: str = "13800001234") -> Caller:
    """A caller who has been answered."""
    caller = Caller(Dial(port=hotline.sip_port, own_number=number), PROMPTS, folder / f"{number}.wav")
    caller.is_answered(PATIENCE)
    return caller


def answered_by(hotline: HotlineInstance) -> dict[str, str]:
    """Caller → the seat that has recorded the talk."""
    parts = map(spool.parse, hotline.settings.spool_dir.glob("*.wav"))
    return {part.caller: part.seat for part in parts if part.number == spool.CALLER_SIDE}


def waiting(hotline: HotlineInstance) -> int:
    """How many callers wait in the queue."""
    with ami.current(hotline.settings) as connection:
        events = connection.listing("QueueStatus", Queue=members.QUEUE)
    return sum(each["Event"] == "QueueEntry" for each in events)
