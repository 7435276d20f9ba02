"""Callers who wait: what they hear, and for how long; and what else there is at a seat."""

import socket
import ssl
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from tests.asterisk.day import LONGEST_WAIT, calling, waiting
from tests.kit.conversations import PATIENCE
from tests.kit.instance import HotlineInstance
from tests.kit.seats import SeatPhone, seats_command, sign_in, sign_out, until


def test_waiting_callers_hear_their_place_and_are_asked_for_a_message(
    day: HotlineInstance, tmp_path: Path
) -> None:
    sign_in(day, "seat01")
    with ExitStack() as stack:
        seat = stack.enter_context(SeatPhone(day, "seat01", tmp_path, answers=True))
        talking, second, third = (
            stack.enter_context(calling(day, tmp_path, f"1380000000{number}")) for number in (1, 2, 3)
        )
        talking.presses("0")
        seat.does("recording")
        second.presses("0")
        second.begins_to_hear("queue-youarenext", timeout=PATIENCE)
        third.presses("0")
        for heard in ("queue-thereare", "digit-2", "queue-callswaiting", "queue-thankyou"):
            third.begins_to_hear(heard, timeout=PATIENCE)
        second.begins_to_hear("welcome-busy", timeout=PATIENCE + LONGEST_WAIT)
        third.hangs_up()
        fourth = stack.enter_context(calling(day, tmp_path, "13800000004"))
        fourth.presses("0")
        until(lambda: waiting(day) == 1)
        sign_out(day, "seat01")  # the last seat: nobody would come
        fourth.begins_to_hear("welcome-busy", timeout=PATIENCE)
        assert left_the_queue(day) == ["EXITWITHTIMEOUT", "EXITEMPTY"]
        assert not talking.ended


def left_the_queue(day: HotlineInstance) -> list[str]:
    """Why the last two callers who waited have left it."""
    log = (day.state_dir / "asterisk" / "log" / "queue_log").read_text()
    return [event for line in log.splitlines() if (event := line.split("|")[4]).startswith("EXIT")][-2:]


def test_a_browser_finds_an_encrypted_line(day: HotlineInstance) -> None:
    port = day.settings.seats.wss_port
    certificate = day.state_dir / "secrets" / "asterisk.pem"
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


def test_the_command_line_shows_and_changes_seats(day: HotlineInstance) -> None:
    run = partial(seats_command, day)
    assert run("sign-in", "seat02") == run("pause", "seat02", "--reason", "meal") == ""
    head, first, second, *_ = run("list").splitlines()
    assert head.split() == ["SEAT", "STATE", "REASON", "SINCE", "CALLS", "USER"]
    assert first.split() == ["seat01", "signed", "out", "0"]
    assert second.split()[:3] == ["seat02", "paused", "meal"]
    assert run("resume", "seat02") == run("sign-out", "seat02") == ""
    assert run("sign-out", "seat02") == "Error: Unable to remove interface: Not there\n"
    assert "seat01 to seat16" in run("sign-in", "seat99")
