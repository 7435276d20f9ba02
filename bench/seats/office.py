"""The office under measurement: a real hotline without its worker, and a telephone at every seat."""

import re
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.seats import screens
from hotline.seats import seat_secrets
from ivr.softphone.process import MOST_SEATS, SoftphoneProcess
from tests.kit.instance import HotlineInstance, free_port
from tests.kit.seats import phones, sign_in, states, until

PARTS = ("asterisk", "agi", "seats", "web", "clock")
MOST_CALLS = 200
WRAP_UP_SECONDS = 30


@dataclass(frozen=True)
class Office:
    """The hotline, and the telephones, some in each process."""

    hotline: HotlineInstance
    phones: list[SoftphoneProcess]


@contextmanager
def running(folder: Path, seats: int, speed: float, with_screens: bool) -> Iterator[Office]:
    """A hotline in office hours whose wrap-up is as much shorter as the day; all seats are signed in."""
    rtp = free_port(socket.SOCK_DGRAM, 4 * MOST_CALLS)
    settings = {
        "HOTLINE_RTP__START": str(rtp),
        "HOTLINE_RTP__END": str(rtp + 4 * MOST_CALLS - 1),
        "HOTLINE_HOURS__OVERRIDE": "open",
        "HOTLINE_SEATS__COUNT": str(seats),
        "HOTLINE_SEATS__QUEUE_LENGTH": "99",
        "HOTLINE_SEATS__WRAP_UP_SECONDS": str(max(1, round(WRAP_UP_SECONDS / speed))),
    }
    instance = HotlineInstance(folder / "state", settings)
    try:
        instance.start(*PARTS)
        _hush(instance)
        with ExitStack() as stack:
            office = Office(instance, list(_occupied(instance, folder, stack)))
            if with_screens:
                stack.enter_context(screens.opened(instance))
            else:
                sign_in(instance, *seat_secrets.seat_names(instance.settings))
            until(lambda: {seat.state for seat in states(instance).values()} == {"ready"})
            yield office
    finally:
        instance.stop()


def _hush(hotline: HotlineInstance) -> None:
    """Nobody is told the place: a sentence cannot be said faster, and nobody is answered while it is said."""
    file = hotline.state_dir / "asterisk" / "etc" / "queues.conf"
    hushed, found = re.subn(r"(?m)^announce-frequency = \d+$", "announce-frequency = 0", file.read_text())
    if not found:
        raise LookupError(f"{file} has no announce-frequency")
    file.write_text(hushed)
    hotline.console("queue reload parameters")


def _occupied(hotline: HotlineInstance, folder: Path, stack: ExitStack) -> Iterator[SoftphoneProcess]:
    names = seat_secrets.seat_names(hotline.settings)
    for first in range(0, len(names), MOST_SEATS):
        process = phones(hotline, names[first : first + MOST_SEATS], folder, answers=True)
        stack.callback(process.close)
        yield process
