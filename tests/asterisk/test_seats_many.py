"""More callers than seats, and parts that fail: every caller gets a person or a recording."""

import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from hotline import spool
from hotline.processes import HOTLINE
from ivr.softphone.caller import Caller
from ivr.softphone.process import Dial
from tests.asterisk.conftest import running
from tests.asterisk.conversations import PATIENCE, PROMPTS
from tests.asterisk.instance import HotlineInstance
from tests.asterisk.seats import SeatPhone, sign_in, sign_out, states, until
from tests.asterisk.test_reserve import take_python_away

SEATS = ("seat01", "seat02", "seat03", "seat04")
CALLERS = 10
LONGEST_WAIT = 10
OPEN = {
    "HOTLINE_HOURS__OVERRIDE": "open",
    "HOTLINE_SEATS__COUNT": "4",
    "HOTLINE_SEATS__RING_SECONDS": "60",
    "HOTLINE_SEATS__WRAP_UP_SECONDS": "0",
    "HOTLINE_SEATS__LONGEST_WAIT_SECONDS": "120",
}


@pytest.fixture
def hotline(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[HotlineInstance]:
    changed = getattr(request, "param", {})
    yield from running(tmp_path_factory.mktemp("seats"), ("asterisk", "agi"), OPEN | changed)


def caller(hotline: HotlineInstance, folder: Path, number: str) -> Caller:
    return Caller(Dial(port=hotline.sip_port, own_number=number), PROMPTS, folder / f"{number}.wav")


def answered_by(hotline: HotlineInstance) -> dict[str, str]:
    """Caller → the seat that has recorded the talk."""
    parts = map(spool.parse, hotline.settings.spool_dir.glob("*.wav"))
    return {part.caller: part.seat for part in parts if part.number == spool.CALLER_SIDE}


@pytest.mark.timeout(240)
def test_ten_callers_and_four_seats(hotline: HotlineInstance, tmp_path: Path) -> None:
    sign_in(hotline, *SEATS)
    numbers = [f"1380000{index:04d}" for index in range(CALLERS)]
    with ExitStack() as stack:
        seats = [stack.enter_context(SeatPhone(hotline, name, tmp_path, answers=True)) for name in SEATS]
        callers = [stack.enter_context(caller(hotline, tmp_path, number)) for number in numbers]
        for each in callers:
            each.is_answered(PATIENCE)
        until(lambda: len(answered_by(hotline)) == len(SEATS))
        for _ in range(CALLERS - len(SEATS)):
            before = len(answered_by(hotline))
            free = next(seat for seat in seats if seat.in_call())
            free.hangs_up()
            until(lambda before=before: len(answered_by(hotline)) > before)
            assert sum(1 for each in states(hotline).values() if each.state == "on a call") == len(SEATS)
        assert set(answered_by(hotline)) == set(numbers)
        assert all(seat.refused() == 0 for seat in seats)  # none was rung while it talked


def test_the_seat_that_has_been_idle_longest_is_rung(hotline: HotlineInstance, tmp_path: Path) -> None:
    with ExitStack() as stack:
        seats = {
            name: stack.enter_context(SeatPhone(hotline, name, tmp_path, answers=True)) for name in SEATS[:3]
        }
        order = []
        for call, name in enumerate([*seats, "", ""]):
            if name:
                sign_in(hotline, name)  # each answers its first call alone
            number = f"1390000{call:04d}"
            with caller(hotline, tmp_path, number) as each:
                each.is_answered(PATIENCE)
                each.presses("0")
                until(lambda number=number: number in answered_by(hotline))
                each.waits(1.1)  # idle times are counted in whole seconds
                each.hangs_up()
            order.append(answered_by(hotline)[number])
            until(lambda: {each.state for each in states(hotline).values()} <= {"ready", "signed out"})
        assert order == ["seat01", "seat02", "seat03", "seat01", "seat02"]


@pytest.mark.parametrize(
    "hotline", [{"HOTLINE_SEATS__LONGEST_WAIT_SECONDS": str(LONGEST_WAIT)}], indirect=True
)
def test_after_the_longest_wait_a_message(hotline: HotlineInstance, tmp_path: Path) -> None:
    sign_in(hotline, "seat01")
    seat = SeatPhone(hotline, "seat01", tmp_path, answers=True)
    with seat, caller(hotline, tmp_path, "13800000001") as first:
        first.is_answered(PATIENCE)
        first.presses("0")
        seat.does("recording")
        with caller(hotline, tmp_path, "13800000002") as second:
            second.is_answered(PATIENCE)
            second.presses("0")
            second.begins_to_hear("welcome-busy", timeout=PATIENCE + LONGEST_WAIT)
        assert not first.ended


def test_the_script_and_the_dialplan_alone_ring_the_seats(hotline: HotlineInstance, tmp_path: Path) -> None:
    sign_in(hotline, "seat01")
    hotline.stop_part("agi")
    with SeatPhone(hotline, "seat01", tmp_path) as seat:
        with caller(hotline, tmp_path, "13800000000") as first:  # the script does what the server did
            first.begins_to_hear("welcome-open", timeout=PATIENCE)
            first.presses("0")
            seat.does("ringing")
        seat.does("over")
        take_python_away(hotline)
        with caller(hotline, tmp_path, "13800000001") as first:
            seat.answers()
            assert not first.ended
        seat.does("over")
        with caller(hotline, tmp_path, "13800000002") as second:
            seat.does("ringing")
            second.presses("1")
            second.begins_to_hear("fault-message-ask", timeout=PATIENCE)


def test_the_server_dies_while_a_caller_waits(hotline: HotlineInstance, tmp_path: Path) -> None:
    sign_in(hotline, "seat01")
    with SeatPhone(hotline, "seat01", tmp_path) as seat, caller(hotline, tmp_path, "13800000001") as waiting:
        seat.does("ringing")
        hotline.stop_part("agi")
        seat.answers_ringing()
        assert not waiting.ended


def test_waiting_callers_hear_their_place(hotline: HotlineInstance, tmp_path: Path) -> None:
    sign_in(hotline, "seat01")
    with ExitStack() as stack:
        seat = stack.enter_context(SeatPhone(hotline, "seat01", tmp_path, answers=True))
        first = stack.enter_context(caller(hotline, tmp_path, "13800000001"))
        first.is_answered(PATIENCE)
        first.presses("0")
        seat.does("recording")
        for number, wanted in (("2", "queue-youarenext"), ("3", "queue-thereare")):
            waiting = stack.enter_context(caller(hotline, tmp_path, f"1380000000{number}"))
            waiting.is_answered(PATIENCE)
            waiting.presses("0")
            waiting.hears(wanted, timeout=PATIENCE)
        waiting.hears("digit-2")
        waiting.hears("queue-callswaiting")
        waiting.hears("queue-thankyou")
        sign_out(hotline, "seat01")  # the last seat: nobody would come
        waiting.begins_to_hear("welcome-busy", timeout=PATIENCE)


def test_a_browser_finds_an_encrypted_line(hotline: HotlineInstance) -> None:
    port = hotline.settings.seats.wss_port
    certificate = hotline.state_dir / "secrets" / "asterisk.pem"
    trusted = ssl.create_default_context(cafile=certificate)
    with (
        socket.create_connection(("127.0.0.1", port)) as line,
        trusted.wrap_socket(line, server_hostname="127.0.0.1") as encrypted,
    ):
        encrypted.sendall(
            b"GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
            b"Sec-WebSocket-Protocol: sip\r\n\r\n"
        )
        answer = encrypted.recv(1000)
    assert answer.startswith(b"HTTP/1.1 101 ")
    assert b"Sec-WebSocket-Protocol: sip\r\n" in answer


def test_the_command_line_shows_and_changes_seats(hotline: HotlineInstance) -> None:
    def run(*words: str) -> str:
        done = subprocess.run(
            [HOTLINE, "seats", *words], env=hotline.environment, capture_output=True, text=True, check=False
        )
        return done.stdout + done.stderr

    assert run("sign-in", "seat02") == run("pause", "seat02", "--reason", "meal") == ""
    first, second, *_ = run("list").splitlines()
    assert first.split() == ["seat01", "signed", "out", "0"]
    assert second.split()[:3] == ["seat02", "paused", "meal"]
    assert run("resume", "seat02") == run("sign-out", "seat02") == ""
    assert run("sign-out", "seat02") == "Error: Unable to remove interface: Not there\n"
    assert "seat01 to seat04" in run("sign-in", "seat99")
    hotline.stop_part("asterisk")
    assert "is it running?" in run("list")
