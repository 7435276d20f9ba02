"""Whoever calls as often as they can leaves room: for the seats, and for the next citizen."""

import re
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from hotline.calls import call_limits
from hotline.calls.call_limits import CallLimits
from ivr.softphone.caller import Caller
from ivr.softphone.process import Dial
from tests.asterisk.crowd import PROMPTS as LANDMARKS
from tests.asterisk.crowd import Crowd, ask_for_a_seat, leave_a_message
from tests.kit.conversations import PATIENCE, PROMPTS, recordings_from
from tests.kit.instance import HotlineInstance
from tests.kit.lines import sip
from tests.kit.lines.line import SipLine
from tests.kit.seats import SeatPhone, occupied, sign_in, states, until

CALLS = 210
UNANSWERED, UNANSWERED_UNKNOWN = 16, 60
"""So many calls arrive while none is answered: fewer than have ports to be turned away with, beside as many
callers as there may be, with any number and without one."""
AGAIN_SECONDS = 2.0
SERVICE_UNAVAILABLE, BUSY_HERE = 503, 486
WITHHELD = (b"anonymous", b"%00", b"unavailable", b"12", b"9" * 60, b"-", b"%EF%BC%91")
ALONE = {
    "HOTLINE_SEATS__COUNT": "4",
    "HOTLINE_SEATS__WRAP_UP_SECONDS": "0",
    "HOTLINE_HOURS__OVERRIDE": "open",
    "HOTLINE_NUISANCE__CALLS_AT_ONCE": "3",
}


class Attacker:
    """Calls and calls, and never hangs up; answers nothing but what a call needs."""

    def __init__(self, hotline: HotlineInstance) -> None:
        self._hotline, self._socket = hotline, socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.settimeout(AGAIN_SECONDS)
        self._target = ("127.0.0.1", hotline.sip_port)
        self.calls: dict[bytes, sip.Dialog] = {}
        self.answers: dict[bytes, int] = {}

    def call(self, numbers: list[bytes], unanswered: int = UNANSWERED, confirms: bool = True) -> list[int]:
        """Call from each of the numbers, ``unanswered`` at once; the answers."""
        own_port, number = self._socket.getsockname()[1], self._hotline.settings.number
        calls = [sip.Dialog(self._target, number, each, own_port, 9) for each in numbers]
        self.calls |= {each.call_id.encode(): each for each in calls}
        invites = {each.call_id.encode(): each.invite() for each in calls}
        sent: dict[bytes, bytes] = {}
        for call_id, invite in invites.items():
            sent[call_id] = invite
            self._send(invite)
            self._listen(sent, unanswered, confirms)
        self._listen(sent, 0, confirms)
        return [self.answers[each.call_id.encode()] for each in calls]

    def _listen(self, sent: dict[bytes, bytes], unanswered: int, confirms: bool) -> None:
        """Until no more than so many of what was sent are without an answer."""
        while len(silent := sent.keys() - self.answers.keys()) > unanswered:
            try:
                self._take(self._socket.recv(65536), confirms)
            except TimeoutError:  # of so many datagrams at once some are lost
                self._send(*(sent[each] for each in silent))

    def _take(self, message: bytes, confirms: bool) -> None:
        found = re.search(rb"Call-ID: (\S+)", message)
        assert found
        code, call = sip.status(message), self.calls[found[1]]
        if not code:
            self._socket.sendto(sip.ok(message), self._target)
        elif code >= 200 and sip.method_answered(message) == b"INVITE":
            self.answers[found[1]] = code
            call.to_tag = sip.to_tag(message)
            if confirms:
                self._socket.sendto(call.ack(), self._target)

    def hang_up(self) -> None:
        """End what was answered."""
        answered = [each for each, code in self.answers.items() if code == 200]
        self._send(*(self.calls[each].bye() for each in answered))

    def _send(self, *messages: bytes) -> None:
        for message in messages:
            self._socket.sendto(message, self._target)


@pytest.fixture(scope="module")
def hotline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HotlineInstance]:
    instance = HotlineInstance(tmp_path_factory.mktemp("ports"), ALONE)
    try:
        instance.start("asterisk", "agi")
        yield instance
    finally:
        instance.stop()


@pytest.fixture
def limits(hotline: HotlineInstance) -> CallLimits:
    return call_limits.limits_of(hotline.settings)


@pytest.fixture
def attacker(hotline: HotlineInstance) -> Iterator[Attacker]:
    attacker = Attacker(hotline)
    yield attacker

    def is_over() -> bool:
        attacker.hang_up()  # and again, where a datagram was lost
        return hotline.nobody_calls()

    until(is_over)


def pairs_in_use(hotline: HotlineInstance) -> int:
    """Even ports of the sound that its Asterisk has bound."""
    rtp, own = hotline.settings.rtp, Path(f"/proc/{hotline.processes['asterisk'].pid}/fd")
    sockets = set()
    for each in own.iterdir():
        with suppress(FileNotFoundError):  # it has been closed
            sockets.add(str(each.readlink()))
    with Path("/proc/net/udp").open() as table:
        rows = [line.split() for line in list(table)[1:]]
    bound = {int(row[1].partition(":")[2], 16) for row in rows if f"socket:[{row[9]}]" in sockets}
    return sum(port in bound for port in range(rtp.start, rtp.end, 2))


def a_citizen_gets_through_to_a_seat(hotline: HotlineInstance, folder: Path) -> None:
    with SeatPhone(hotline, "seat01", folder) as seat:
        sign_in(hotline, "seat01")
        with Caller(
            Dial(port=hotline.sip_port, own_number="13700005678"), PROMPTS, folder / "citizen.wav"
        ) as citizen:
            citizen.is_answered(PATIENCE)
            citizen.begins_to_hear("welcome-open", timeout=PATIENCE)
            citizen.presses("0")
            seat.answers()
            citizen.hangs_up()
        seat.does("over")


def test_two_hundred_callers_without_a_number(
    hotline: HotlineInstance, limits: CallLimits, attacker: Attacker, tmp_path: Path
) -> None:
    numbers = [WITHHELD[call % len(WITHHELD)] for call in range(CALLS)]
    codes = attacker.call(numbers, UNANSWERED_UNKNOWN)
    assert set(codes) == {200, SERVICE_UNAVAILABLE}
    served = codes.count(200)
    assert 0 < served <= limits.unknown
    until(lambda: pairs_in_use(hotline) <= served)  # fewer where one is over already
    assert call_limits.turned_away(hotline.settings, call_limits.FILE_UNKNOWN) >= CALLS - served
    with ThreadPoolExecutor(1) as thread:
        pressing_in = thread.submit(attacker.call, numbers, UNANSWERED_UNKNOWN)
        a_citizen_gets_through_to_a_seat(hotline, tmp_path)
        assert set(pressing_in.result()) <= {200, SERVICE_UNAVAILABLE}


def test_two_hundred_callers_each_with_another_number(
    hotline: HotlineInstance, limits: CallLimits, attacker: Attacker, tmp_path: Path
) -> None:
    codes = attacker.call([b"139%08d" % call for call in range(CALLS)])
    assert set(codes) == {200, SERVICE_UNAVAILABLE}
    assert codes.count(200) <= limits.callers
    until(lambda: pairs_in_use(hotline) <= limits.callers)
    assert limits.callers + limits.seats < (hotline.settings.rtp.end - hotline.settings.rtp.start) // 2
    assert call_limits.turned_away(hotline.settings, call_limits.FILE_ALL) >= codes.count(SERVICE_UNAVAILABLE)


WAYS = (
    b"13900001234",
    b"%2b8613900001234",
    b"8613900001234",
    b"013900001234",
    b"008613900001234",
    b"13900001234*",
)


def test_one_number_however_it_is_written(
    hotline: HotlineInstance, limits: CallLimits, attacker: Attacker, tmp_path: Path
) -> None:
    """It has its share, and not more; another citizen and the seats have theirs."""
    codes = attacker.call([WAYS[call % len(WAYS)] for call in range(60)])
    assert set(codes) == {200, BUSY_HERE}
    assert hotline.settings.nuisance.calls_at_once < codes.count(200) <= limits.number
    assert (hotline.settings.run_dir / call_limits.FILE_NUMBER).exists()
    a_citizen_gets_through_to_a_seat(hotline, tmp_path)


async def leave_a_message_instead(line: SipLine) -> None:
    """The number has no seat any more."""
    await ask_for_a_seat(line)
    await line.hears(LANDMARKS["welcome-busy"], PATIENCE)
    await leave_a_message(line)


async def hang_up(line: SipLine) -> None:
    line.hangs_up()


def talks(hotline: HotlineInstance) -> int:
    return sum(each.state == "on a call" for each in states(hotline).values())


def test_the_fourth_of_a_factory_leaves_a_message(hotline: HotlineInstance, tmp_path: Path) -> None:
    """Though seats are free; and when one of the first three has gone, the next comes to a seat."""
    number, seats = "04712391500", ["seat01", "seat02", "seat03", "seat04"]
    several = [number, f"86{number[1:]}"]
    with occupied(hotline, seats, tmp_path, answers=True), Crowd(hotline) as crowd:
        sign_in(hotline, *seats)
        until(lambda: all("State:Unavailable" not in hotline.console(f"core show hint {x}") for x in seats))
        first = [crowd.call(number, ask_for_a_seat).result(2 * PATIENCE) for _ in range(3)]
        until(lambda: talks(hotline) == 3)
        for each in [crowd.call(each, leave_a_message_instead) for each in several]:
            each.result(4 * PATIENCE)
        crowd.go_on(first[0], hang_up).result(PATIENCE)
        until(lambda: talks(hotline) == 2)
        crowd.call(number, ask_for_a_seat).result(2 * PATIENCE)
        until(lambda: talks(hotline) == 3)
    assert until(lambda: sum(len(recordings_from(hotline, each)) for each in several) == 2)


def test_calls_that_are_never_confirmed(
    hotline: HotlineInstance, limits: CallLimits, attacker: Attacker
) -> None:
    codes = attacker.call([b"anonymous"] * CALLS, UNANSWERED_UNKNOWN, confirms=False)
    assert codes.count(200) <= limits.unknown
    until(lambda: pairs_in_use(hotline) <= codes.count(200))
