"""A seat: one real SIP telephone that registers and is rung, told from the agent's side."""

import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from hotline import seat_secrets
from ivr import ami
from ivr.seats import members as seats
from ivr.seats.members import Seat
from ivr.softphone.process import SoftphoneProcess
from ivr.softphone.sounds import Audio, read_audio
from tests.asterisk.instance import HotlineInstance

PATIENCE = 30.0


class SeatPhone:
    """An agent with a telephone. Raises AssertionError when what the agent waits for does not come."""

    def __init__(self, hotline: HotlineInstance, name: str, folder: Path, *, answers: bool = False) -> None:
        self.name = name
        self.folder = folder / name
        self.folder.mkdir()
        self._server = f"127.0.0.1:{hotline.sip_port}"
        arguments = ("--seat", name, "--registrar", self._server, "--folder", str(self.folder))
        password = seat_secrets.passwords(hotline.settings)[name]
        self._phone = SoftphoneProcess(
            "seat", *arguments, *(("--answers",) if answers else ()), SEAT_PASSWORD=password
        )
        self._seen = 0

    def __enter__(self) -> Self:
        self.does("registered")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._phone.close()

    def does(self, event: str, timeout: float = PATIENCE) -> dict[str, Any]:
        """Wait for the next event of this kind."""
        found = self._phone.await_event(event, timeout, after=self._seen)
        assert found, f"{self.name}: no {event} within {timeout} s, only {self._phone.events}"
        self._seen = self._phone.events.index(found) + 1
        return found

    def times(self, event: str) -> int:
        """How often this has happened."""
        return sum(each["event"] == event for each in self._phone.events)

    def in_call(self) -> bool:
        """Whether a call that was answered is not over yet."""
        return self.times("recording") > self.times("over")

    def refused(self) -> int:
        """How many calls came while there was another."""
        return sum(each["event"] == "over" and each["code"] == 486 for each in self._phone.events)

    def answers(self) -> None:
        """Wait for the ring, and answer it."""
        self.does("ringing")
        self.answers_ringing()

    def answers_ringing(self) -> None:
        """Answer what rings."""
        self._phone.order(do="answer")
        self.does("recording")

    def dials(self, number: str) -> int:
        """Try to call somebody; the code of the refusal."""
        self._phone.order(do="dial", to=f"sip:{number}@{self._server}")
        return int(self.does("over")["code"])

    def speaks(self, speech: Path) -> None:
        """Play a WAV to its end."""
        self._phone.order(do="play", file=str(speech))
        self.does("played")

    def hangs_up(self) -> None:
        """Hang up, or decline while it rings."""
        self._phone.order(do="hang_up")
        self.does("over")

    def heard(self, call: int = 1) -> Audio:
        """What was heard in a call so far."""
        return read_audio(self.folder / f"call-{call}.wav")


def sign_in(hotline: HotlineInstance, *names: str) -> None:
    """Sign agents in to seats, one after the other."""
    with ami.current(hotline.settings) as connection:
        for name in names:
            seats.sign_in(connection, hotline.settings, name)


def sign_out(hotline: HotlineInstance, name: str) -> None:
    """Sign an agent out."""
    with ami.current(hotline.settings) as connection:
        seats.sign_out(connection, hotline.settings, name)


def states(hotline: HotlineInstance) -> dict[str, Seat]:
    """Every seat by its name."""
    with ami.current(hotline.settings) as connection:
        return {seat.name: seat for seat in seats.states(connection, hotline.settings)}


def until(condition: Callable[[], object], timeout: float = PATIENCE) -> None:
    """Wait for what must come."""
    give_up = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < give_up
        time.sleep(0.1)
