"""Whatever a value holds, one line is sent, and Asterisk takes the value out of it again."""

import re
import socket
from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ivr.agi_call import AgiCall
from ivr.agi_wire import Wire
from tests.kit.agi_peer import header, parse

VALUES = st.text(
    st.one_of(st.sampled_from('"\\\n\r\0\t \x7f\x85\u2028'), st.characters()), min_size=1, max_size=40
)

COMMANDS: dict[str, Callable[[AgiCall, str], object]] = {
    "SET VARIABLE": lambda line, value: line.set_variable("CALLERID(name)", value),
    "STREAM FILE": lambda line, value: line.play(value),
    "GET OPTION": lambda line, value: line.ask_key(value, 4.0),
    "GET DATA": lambda line, value: line.ask_digits(value, 5.0, 11),
}

WORDS = {"SET VARIABLE": 4, "STREAM FILE": 5, "GET OPTION": 5, "GET DATA": 5}


@pytest.fixture(scope="module")
def ends() -> Iterator[tuple[AgiCall, socket.socket]]:
    ours, theirs = socket.socketpair()
    theirs.sendall(header())
    with ours, theirs:
        yield AgiCall(Wire(ours.fileno(), ours.fileno(), ours.close)), theirs


@pytest.mark.thorough
@settings(max_examples=2_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(value=VALUES, command=st.sampled_from(sorted(COMMANDS)))
def test_exactly_one_line_is_sent(ends: tuple[AgiCall, socket.socket], value: str, command: str) -> None:
    line, asterisk = ends
    asterisk.sendall(b"200 result=1\n")
    COMMANDS[command](line, value)
    sent = asterisk.recv(65536)
    assert sent.endswith(b"\n")
    assert sent.count(b"\n") == 1
    assert not re.search(rb"[\x00-\x09\x0b-\x1f]", sent)
    words = parse(sent[:-1])
    assert " ".join(words[:2]) == command
    assert words[3 if command == "SET VARIABLE" else 2] == _meant(value)
    assert len(words) == WORDS[command]


def _meant(value: str) -> str:
    """What can be said of a value in one line: control characters are blanks, half characters are marked."""
    return re.sub(r"[\x00-\x1f\x7f]", " ", value).encode(errors="replace").decode()


@pytest.mark.parametrize("length", [2000, 2048, 5000])
def test_a_command_that_asterisk_would_break_in_two_is_not_sent(
    ends: tuple[AgiCall, socket.socket], length: int
) -> None:
    line, asterisk = ends
    with pytest.raises(ValueError, match="bytes"):
        line.set_variable("X", "a" * length)
    asterisk.setblocking(False)
    with pytest.raises(BlockingIOError):
        asterisk.recv(1)
    asterisk.setblocking(True)
