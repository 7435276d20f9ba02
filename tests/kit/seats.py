"""A seat: one real SIP telephone that registers and is rung, told from the agent's side."""

import json
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from hotline.running.processes import HOTLINE
from hotline.seats import seat_secrets
from ivr import ami
from ivr.seats import members as seats
from ivr.seats.members import ListedSeat
from ivr.softphone.caller import Caller
from ivr.softphone.process import MOST_SEATS, SoftphoneProcess
from ivr.softphone.sounds import Audio, read_audio
from tests.kit.conversations import hears
from tests.kit.instance import HotlineInstance

PATIENCE = 30.0


class SeatPhone:
    """An agent with a telephone. Raises AssertionError when what the agent waits for does not come."""

    def __init__(
        self,
        hotline: HotlineInstance,
        name: str,
        folder: Path,
        *,
        answers: bool = False,
        process: SoftphoneProcess | None = None,
    ) -> None:
        self.name = name
        self.folder = folder / name
        self._hotline = hotline
        self._server = registrar(hotline)
        self._phone = process or phones(hotline, [name], folder, answers=answers)
        self._seen = 0

    def __enter__(self) -> Self:
        """Registered, and asked by Asterisk whether it is there: before that it is not rung."""
        self.does("registered")
        until(lambda: "State:Unavailable" not in self._hotline.console(f"core show hint {self.name}"))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._phone.close()

    def pulled_out(self) -> None:
        """The telephone is gone without a word; so are those that share its process."""
        self._phone.kill()

    def does(self, event: str, timeout: float = PATIENCE) -> dict[str, Any]:
        """Wait for the next event of this kind."""
        found = self._phone.await_event(event, timeout, after=self._seen, seat=self.name)
        assert found, f"{self.name}: no {event} within {timeout} s, only {self._events()}"
        self._seen = self._phone.events.index(found, self._seen) + 1
        return found

    def times(self, event: str) -> int:
        """How often this has happened."""
        return sum(each["event"] == event for each in self._events())

    def _events(self) -> list[dict[str, Any]]:
        return [each for each in self._phone.events if each.get("seat") == self.name]

    def _order(self, **order: str) -> None:
        self._phone.order(seat=self.name, **order)

    def in_call(self) -> bool:
        """Whether a call that was answered is not over yet."""
        return self.times("recording") > self.times("over")

    def refused(self) -> int:
        """How many calls came while there was another."""
        return sum(each["event"] == "over" and each["code"] == 486 for each in self._events())

    def answers(self) -> None:
        """Wait for the ring, and answer it."""
        self.does("ringing")
        self.answers_ringing()

    def answers_ringing(self) -> None:
        """Answer what rings."""
        self._order(do="answer")
        self.does("recording")

    def dials(self, number: str) -> int:
        """Try to call somebody; the code of the refusal."""
        self._order(do="dial", to=f"sip:{number}@{self._server}")
        return int(self.does("over")["code"])

    def presses(self, digits: str) -> None:
        """Send keys."""
        self._order(do="keys", digits=digits)
        self.does("keys")

    def speaks(self, speech: Path) -> None:
        """Play a WAV to its end."""
        self._order(do="play", file=str(speech))
        self.does("played")

    def hangs_up(self) -> None:
        """Hang up, or decline while it rings."""
        self._order(do="hang_up")
        self.does("over")

    def vanishes(self) -> None:
        """End the call as a console whose page is closed does, and be there again at once."""
        until(lambda: self.times("answered") == self.times("recording"))  # before the ACK a BYE says none
        self._order(do="hang_up", reason="Q.850;cause=27")
        self.does("over")

    def heard(self, call: int = 1) -> Audio:
        """What was heard in a call so far."""
        return read_audio(self.folder / f"call-{call}.wav")


class CitizenPhone(SeatPhone):
    """A citizen at home, called at the port where the hotline's outward calls arrive."""

    def __init__(self, hotline: HotlineInstance, number: str, folder: Path) -> None:
        (folder / number).mkdir()
        port = hotline.settings.sip.outbound.partition(":")[2]
        arguments = ("--registrar", registrar(hotline), "--folder", str(folder), "--port", port)
        passwords = json.dumps({number: ""})
        process = SoftphoneProcess("seat", *arguments, SEAT_PASSWORDS=passwords)
        super().__init__(hotline, number, folder, process=process)

    def __enter__(self) -> Self:
        self.does("listening")
        return self


def phones(
    hotline: HotlineInstance, names: Sequence[str], folder: Path, *, answers: bool = False
) -> SoftphoneProcess:
    """One process with the telephones of up to MOST_SEATS seats; each call is recorded below ``folder``."""
    passwords = seat_secrets.passwords(hotline.settings)
    for name in names:
        (folder / name).mkdir()
    arguments = ("--registrar", registrar(hotline), "--folder", str(folder))
    secret = json.dumps({name: passwords[name] for name in names})
    return SoftphoneProcess("seat", *arguments, *(("--answers",) if answers else ()), SEAT_PASSWORDS=secret)


@contextmanager
def occupied(
    hotline: HotlineInstance, names: Sequence[str], folder: Path, *, answers: bool = False
) -> Iterator[dict[str, SeatPhone]]:
    """Many seats with a telephone each, in few processes."""
    with ExitStack() as stack:
        seats: dict[str, SeatPhone] = {}
        for first in range(0, len(names), MOST_SEATS):
            several = names[first : first + MOST_SEATS]
            process = phones(hotline, several, folder, answers=answers)
            stack.callback(process.close)
            seats |= {name: SeatPhone(hotline, name, folder, process=process) for name in several}
        for seat in seats.values():
            seat.does("registered")
        yield seats


@contextmanager
def given_up_after(hotline: HotlineInstance, seconds: int) -> Iterator[None]:
    """Asterisk waits so long for the sound of a seat's telephone, and not the usual time."""
    file = hotline.state_dir / "asterisk" / "etc" / "pjsip.conf"
    usual = file.read_text()
    assert "rtp_timeout = 30" in usual
    try:
        file.write_text(usual.replace("rtp_timeout = 30", f"rtp_timeout = {seconds}"))
        hotline.console("module reload res_pjsip.so")
        yield
    finally:
        file.write_text(usual)
        hotline.console("module reload res_pjsip.so")


def registrar(hotline: HotlineInstance) -> str:
    return f"127.0.0.1:{hotline.sip_port}"


def sign_in(hotline: HotlineInstance, *names: str) -> None:
    """Sign agents in to seats, one after the other."""
    with ami.current(hotline.settings) as connection:
        for name in names:
            seats.add(connection, hotline.settings, name)


def is_remembered(hotline: HotlineInstance, name: str, reason: str = "") -> bool:
    """Whether Asterisk would know after a crash that this seat is signed in, and paused for this reason.

    It writes once a second.
    """
    file = hotline.state_dir / "asterisk" / "lib" / "astdb.sqlite3"
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as remembered:
        query = "SELECT value FROM astdb WHERE key = '/Queue/PersistentMembers/seats'"
        seats = [seat for (members,) in remembered.execute(query) for seat in members.split("|")]
    return any(name in seat and reason in seat for seat in seats)


def sign_out(hotline: HotlineInstance, name: str) -> None:
    """Sign an agent out."""
    with ami.current(hotline.settings) as connection:
        seats.remove(connection, hotline.settings, name)


def states(hotline: HotlineInstance) -> dict[str, ListedSeat]:
    """Every seat by its name."""
    with ami.current(hotline.settings) as connection:
        return {seat.name: seat for seat in seats.states(connection, hotline.settings)}


def assert_they_talk(caller: Caller, seat: SeatPhone, of_caller: Path, of_agent: Path, call: int = 1) -> None:
    """Wait until each hears the other: they may not be connected yet, and sound may be torn.

    ``call``: which one it is of those that have rung at the seat.
    """

    def hear_each_other() -> bool:
        caller.begins_to_speak(of_caller)
        seat.speaks(of_agent)
        return hears(caller.audio(), of_agent) and hears(seat.heard(call), of_caller)

    until(hear_each_other)


def seats_command(hotline: HotlineInstance, *words: str) -> str:
    """What ``hotline seats`` prints."""
    command = [HOTLINE, "seats", *words]
    done = subprocess.run(command, env=hotline.environment, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def until(condition: Callable[[], object], timeout: float = PATIENCE) -> bool:
    """Wait for what must come; True, for a test that asserts it."""
    give_up = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < give_up
        time.sleep(0.1)
    return True
