"""The AGI adapter against the bytes Asterisk sends, the odd ones included."""

import logging
import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from asterisk.agi import AGIUsageError

from hotline.recordings import spool
from ivr.agi_call import AgiCall
from ivr.agi_reply import masked
from ivr.agi_wire import Wire
from ivr.call import CallerHungUp, CannotRecord
from tests.kit.agi_peer import DEAD, header, parse

ALIVE = b"200 result=6\n"
GONE = b"200 result=-1\n"
OVER = b"200 result=0\n"
SPOOLED = Path("/spool/1763885000.12.01.wav")


class Peer:
    """Asterisk at the other end, whose replies are laid out beforehand."""

    def __init__(self) -> None:
        self.ours, self.theirs = socket.socketpair()
        self.theirs.sendall(header())
        self.line = AgiCall(Wire(self.ours.fileno(), self.ours.fileno(), self.ours.close))

    def replies(self, *lines: bytes) -> AgiCall:
        self.theirs.sendall(b"".join(lines))
        return self.line

    def ends(self) -> None:
        self.theirs.shutdown(socket.SHUT_WR)

    def sent(self) -> list[list[str]]:
        self.theirs.setblocking(False)
        try:
            return [parse(line) for line in self.theirs.recv(65536).splitlines()]
        except BlockingIOError:
            return []


@pytest.fixture
def peer() -> Iterator[Peer]:
    made = Peer()
    yield made
    made.ours.close()
    made.theirs.close()


def test_plays_a_sound_that_any_key_ends(peer: Peer) -> None:
    assert peer.replies(b"200 result=49 endpos=4000\n").play("/s/zh/goodbye") == "1"
    assert peer.sent() == [["STREAM", "FILE", "/s/zh/goodbye", "0123456789*#", "0"]]


def test_plays_a_sound_that_no_key_ends(peer: Peer) -> None:
    assert peer.replies(b"200 result=0 endpos=4000\n").play("/s/zh/beep", barge_in=False) == ""
    assert peer.sent() == [["STREAM", "FILE", "/s/zh/beep", "", "0"]]


def test_asks_for_a_key_in_one_command(peer: Peer) -> None:
    assert peer.replies(b"200 result=35 endpos=1\n").ask_key("/s/zh/menu", 4.0) == "#"
    assert peer.sent() == [["GET", "OPTION", "/s/zh/menu", "0123456789*#", "4000"]]


def test_waits_for_a_key_without_a_sound(peer: Peer) -> None:
    assert peer.replies(b"200 result=0\n").ask_key("", 4.0) == ""
    assert peer.sent() == [["WAIT", "FOR", "DIGIT", "4000"]]


@pytest.mark.parametrize(
    ("reply", "digits"),
    [
        (b"200 result=2600000012\n", "2600000012"),
        (b"200 result=26 (timeout)\n", "26"),
        (b"200 result= (timeout)\n", ""),
        (b"200 result=\n", ""),
        (b"200 result=*12\n", "*12"),
    ],
)
def test_reads_digits(peer: Peer, reply: bytes, digits: str) -> None:
    assert peer.replies(reply).ask_digits("/s/zh/enquiry-ask", 5.0, 11) == digits
    assert peer.sent() == [["GET", "DATA", "/s/zh/enquiry-ask", "5000", "11"]]


def test_a_sound_that_is_not_there_does_not_end_the_call(
    peer: Peer, caplog: pytest.LogCaptureFixture
) -> None:
    assert peer.replies(b"200 result=-1 endpos=0\n", ALIVE).play("/s/zh/lost") == ""
    assert "/s/zh/lost cannot be played" in caplog.text


ENDINGS = {
    "minus one": [b"200 result=-1 endpos=0\n", GONE],
    "hangup in brackets": [b"200 result=0 (hangup) endpos=0\n"],
    "HANGUP, then the reply": [b"HANGUP\n", b"200 result=-1 endpos=0\n"],
    "HANGUP, then success": [b"HANGUP\n", b"200 result=0 endpos=0\n"],
    "dead channel": [DEAD],
    "HANGUP on a dead channel": [b"HANGUP\n", DEAD],
    "end of file": [],
    "end of file after HANGUP": [b"HANGUP\n"],
    "end of file in a reply": [b"200 resu"],
}


@pytest.mark.parametrize("ending", ENDINGS.values(), ids=ENDINGS.keys())
@pytest.mark.parametrize("step", ["play", "ask_key", "ask_digits", "record", "speak"])
def test_every_ending_is_one_hang_up(peer: Peer, ending: list[bytes], step: str) -> None:
    line = peer.replies(*ending)
    peer.ends()
    steps: dict[str, Callable[[], object]] = {
        "play": lambda: line.play("/s/a"),
        "ask_key": lambda: line.ask_key("/s/a", 4.0),
        "ask_digits": lambda: line.ask_digits("/s/a", 5.0, 11),
        "record": lambda: line.record(SPOOLED, 300, 8),
        "speak": lambda: line.speak("en"),
    }
    with pytest.raises(CallerHungUp):
        steps[step]()
    peer.sent()
    with pytest.raises(CallerHungUp):
        line.play("/s/b")
    assert not any("/s/b" in words for words in peer.sent())


def test_a_variable_is_left_after_a_hang_up(peer: Peer) -> None:
    with pytest.raises(CallerHungUp):
        peer.replies(b"HANGUP\n", OVER).play("/s/zh/goodbye")
    peer.replies(b"200 result=1\n").leave("HOTLINE_OUTCOME", 'SERVED"')
    assert peer.sent()[-1] == ["SET", "VARIABLE", "HOTLINE_OUTCOME", 'SERVED"']


def test_a_variable_cannot_be_left_where_nobody_listens(peer: Peer) -> None:
    peer.theirs.close()
    peer.line.leave("HOTLINE_OUTCOME", "SERVED")  # is no error: the hang-up is told by the next step
    with pytest.raises(CallerHungUp):
        peer.line.play("/s/a")


def test_a_connection_that_breaks_is_a_hang_up(peer: Peer) -> None:
    peer.theirs.close()
    with pytest.raises(CallerHungUp):
        peer.line.play("/s/a")


def ended(how: str) -> bytes:
    return f"200 result=1 ({how})\n".encode()


@pytest.mark.parametrize("how", ["DTMF", "SILENCE", "TIMEOUT"])
def test_records_and_keeps_what_ends_it(peer: Peer, how: str) -> None:
    peer.replies(OVER, ended(how), OVER).record(SPOOLED, 300, 8)
    record = ["EXEC", "Record", "/spool/1763885000.12.01.wav,8,300,kqu"]
    asked = [["GET", "VARIABLE", name] for name in ("RECORD_STATUS", "RECORDING_INFO(duration)")]
    assert peer.sent() == [record, *asked]


@pytest.mark.parametrize("how", ["DTMF", "HANGUP"])
def test_how_long_it_took_is_noted_beside_the_recording(peer: Peer, how: str, tmp_path: Path) -> None:
    path = tmp_path / "1763885000.12.01.wav"
    with suppress(CallerHungUp):
        peer.replies(OVER, ended(how), b"200 result=1 (9120)\n").record(path, 300, 8)
    assert spool.clock_seconds(path) == 9.12


def test_no_limit_is_ever_none(peer: Peer) -> None:
    peer.replies(OVER, ended("TIMEOUT"), OVER).record(SPOOLED, 0.2, 0.2)
    assert peer.sent()[0] == ["EXEC", "Record", "/spool/1763885000.12.01.wav,1,1,kqu"]


@pytest.mark.parametrize("result", [b"200 result=0\n", GONE])
@pytest.mark.parametrize("after", [ended("HANGUP"), DEAD, b""], ids=["hang-up", "dead", "gone"])
def test_a_hang_up_while_recording(peer: Peer, result: bytes, after: bytes) -> None:
    line = peer.replies(result, after, OVER)
    peer.ends()
    with pytest.raises(CallerHungUp):
        line.record(SPOOLED, 300, 8)


@pytest.mark.parametrize("result", [0, -1, -2])
@pytest.mark.parametrize("how", [ended("ERROR"), b"200 result=0\n"], ids=["error", "no such application"])
def test_a_file_that_cannot_be_written(peer: Peer, result: int, how: bytes) -> None:
    line = peer.replies(f"200 result={result}\n".encode(), how, OVER)
    with pytest.raises(CannotRecord):
        line.record(SPOOLED, 300, 8)
    assert peer.replies(b"200 result=0 endpos=1\n").play("/s/zh/cannot-record") == ""


@pytest.mark.parametrize("special", list(',"\\()[]{}%\n\0\x7f\udcff'))
def test_a_name_that_asterisk_would_take_for_another_is_never_sent(peer: Peer, special: str) -> None:
    with pytest.raises(CannotRecord):
        peer.line.record(Path(f"/state{special}1/spool/1.2.01.wav"), 300, 8)
    assert peer.sent() == []


@pytest.mark.parametrize("plain", ["信访", "with blank", "a.b", "it's", "+&;|$"])
def test_any_other_name_is_sent_as_it_is(peer: Peer, plain: str) -> None:
    peer.replies(OVER, ended("DTMF"), OVER).record(Path(f"/{plain}/1.2.01.wav"), 300, 8)
    assert peer.sent()[0] == ["EXEC", "Record", f"/{plain}/1.2.01.wav,8,300,kqu"]


@pytest.mark.parametrize(
    "usage",
    [
        b"520 Invalid command syntax.  Proper usage not available.\n",
        b"520-Invalid command syntax.  Proper usage follows:\nUsage: STREAM FILE\n520 End of proper usage.\n",
    ],
)
def test_a_command_that_asterisk_does_not_understand_is_our_error(peer: Peer, usage: bytes) -> None:
    with pytest.raises(AGIUsageError):
        peer.replies(usage).play("/s/a")
    assert peer.replies(b"200 result=0 endpos=1\n").play("/s/a") == ""


def test_lines_that_are_no_replies_are_passed_over(peer: Peer, caplog: pytest.LogCaptureFixture) -> None:
    assert peer.replies(b"\n\xff\xfe what?\n", b"200 result=50 endpos=1\n").play("/s/a") == "2"
    assert "not an AGI reply" in caplog.text


@pytest.mark.parametrize(
    "name", ["王秀英".encode("gbk"), "王秀英".encode(), b"\xff\xfe\xfd", b'"; EXEC System rm']
)
def test_caller_names_in_any_encoding(name: bytes) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(header(agi_calleridname=name, agi_callerid="13800001234"))
        line = AgiCall(Wire(ours.fileno(), ours.fileno(), ours.close))
    assert line.env["agi_callerid"] == "13800001234"
    assert line.env["agi_uniqueid"] == "1763885000.12"


@pytest.mark.parametrize("garbage", [b"", b"GET / HTTP/1.1\r\n", b"x" * 100_000, b"agi_a: b\n" * 10_000])
def test_a_header_without_an_end_is_a_hang_up(garbage: bytes) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.setblocking(False)
        theirs.send(garbage)
        theirs.close()
        with pytest.raises(CallerHungUp):
            AgiCall(Wire(ours.fileno(), ours.fileno(), ours.close))


def test_the_log_shows_no_whole_number(peer: Peer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    peer.replies(b"200 result=2600000012\n").ask_digits("/s/a", 5.0, 11)
    peer.replies(b"200 result=1\n").set_variable("X", "13800001234")
    assert "2600000012" not in caplog.text
    assert "13800001234" not in caplog.text
    assert "138****34" in caplog.text


def test_masks_only_long_numbers() -> None:
    assert masked("result=-1 endpos=64000, 13800001234") == "result=-1 endpos=64000, 138****34"
