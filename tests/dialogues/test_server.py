"""The FastAGI server over real sockets, with Asterisk's side played byte by byte."""

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import select

from hotline import heartbeat
from hotline.cases import case_number
from hotline.intake import sweep as sweeping
from hotline.recordings.recordings import Recording
from hotline.sections import Agi
from ivr import message
from ivr.fastagi import PART, CannotListen, FastAgiServer
from tests.dialogues.night import Night
from tests.kit.agi_peer import Exchange, recorded_file, voice, write_wav
from tests.kit.hearts import another_heart_beats

CALLERS = 60


@pytest.fixture
def unused_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
def server(night: Night, unused_port: int) -> Iterator[FastAgiServer]:
    closed = night.settings.hours.model_copy(update={"override": "closed"})
    settings = night.settings.model_copy(update={"agi": Agi(port=unused_port), "hours": closed})
    with FastAgiServer(settings) as serving:
        thread = threading.Thread(target=serving.serve_forever, args=(0.05,))
        thread.start()
        yield serving
        serving.shutdown()
        thread.join()


def port(server: FastAgiServer) -> int:
    return int(server.server_address[1])


def numbers(night: Night) -> list[str]:
    with night.db.reading() as session:
        return list(session.scalars(select(Recording.case_number)))


def until(condition: Callable[[], bool]) -> None:
    """Wait for what must come; the test's own time limit ends a vain wait."""
    while not condition():
        time.sleep(0.01)


def test_a_message_and_its_number(server: FastAgiServer, night: Night) -> None:
    call = Exchange("11").call(port(server))
    assert call.variables["HOTLINE_DONE"] == "1"
    assert call.heard[:5] == ["welcome-closed", "english-offer", "message-ask", "beep", "message-review"]
    assert numbers(night) == [call.number]
    assert case_number.is_valid(call.number)


def test_the_number_tells_where_the_case_stands(server: FastAgiServer, night: Night) -> None:
    number = Exchange("11").call(port(server)).number
    call = Exchange(["2", f"{number}"], agi_uniqueid="1763885000.13").call(port(server))
    assert call.heard[3:5] == ["case-number", "digit-2"]
    assert "case-state-received" in call.heard
    assert call.variables["HOTLINE_DONE"] == "1"


@pytest.mark.thorough
def test_many_callers_beside_some_that_mean_harm(server: FastAgiServer, night: Night) -> None:
    harm = [socket.create_connection(("127.0.0.1", port(server))) for _ in range(40)]
    for line, bytes_sent in zip(
        harm, [b"", b"agi_", b"\xff" * 9000, b"GET / HTTP/1.0\r\n\r\n"] * 10, strict=True
    ):
        line.sendall(bytes_sent)
    calls = [Exchange("11", agi_uniqueid=f"1763885000.{index}") for index in range(CALLERS)]
    with ThreadPoolExecutor(CALLERS) as pool:
        list(pool.map(lambda call: call.call(port(server)), calls))
    for line in harm:
        line.close()
    assert [call.variables.get("HOTLINE_DONE") for call in calls] == ["1"] * CALLERS
    spoken = {call.number for call in calls if "number-is" in call.heard}
    sweeping.sweep(night.settings, night.db, now=lambda: time.time() + 60)
    assert len(set(numbers(night))) == CALLERS
    assert spoken <= set(numbers(night))


@pytest.mark.parametrize("commands", range(1, 14))
def test_whoever_goes_away_leaves_what_was_said(server: FastAgiServer, night: Night, commands: int) -> None:
    call = Exchange("11", commands=commands).call(port(server))
    said = any(words[:2] == ["EXEC", "Record"] for words in call.commands)
    until(lambda: len(numbers(night)) == said)
    until(lambda: not list(night.settings.spool_dir.iterdir()))
    assert len(numbers(night)) == said


@pytest.mark.parametrize(("keys", "outcome"), [("11", "MESSAGE"), ("2", None)])
def test_the_exchange_is_told_what_became_of_a_call(
    keys: str, outcome: str | None, server: FastAgiServer, night: Night
) -> None:
    call = Exchange(keys).call(port(server))
    assert call.variables.get("HOTLINE_OUTCOME") == outcome


def test_the_exchange_is_told_after_a_hang_up_too(server: FastAgiServer, night: Night) -> None:
    class HangsUp(Exchange):
        """In mid-sentence; from then on only variables are to be had."""

        def reply(self, words: list[str]) -> bytes:
            answer = super().reply(words)
            if words[:2] == ["EXEC", "Record"]:
                self.variables["RECORD_STATUS"] = "HANGUP"
                return b"HANGUP\n" + answer
            return answer

    call = HangsUp("11").call(port(server))
    assert call.variables["HOTLINE_OUTCOME"] == "MESSAGE"
    assert "HOTLINE_DONE" not in call.variables
    until(lambda: len(numbers(night)) == 1)


def test_of_a_caller_who_goes_on_to_a_seat_nothing_is_taken_in(server: FastAgiServer, night: Night) -> None:
    """The seat records under the same name; what it writes is not to be touched."""
    exchange = Exchange()
    exchange.variables["HOTLINE_STAGE"] = "answered"
    talk = night.settings.spool_dir / f"{exchange.variables['HOTLINE_CALL_ID']}.70@seat01+138.wav"
    write_wav(talk, voice(3.0))
    call = exchange.call(port(server))
    assert call.variables["HOTLINE_DONE"] == "1"
    assert "HOTLINE_OUTCOME" not in call.variables
    assert Exchange("1", agi_uniqueid="1763885000.13").call(port(server)).variables["HOTLINE_DONE"] == "1"
    assert talk.exists()


def test_a_failure_of_ours_leaves_the_call_to_the_next_rung(server: FastAgiServer, night: Night) -> None:
    class Strange(Exchange):
        def reply(self, words: list[str]) -> bytes:
            if words[:2] == ["GET", "OPTION"] and words[2].endswith("message-review"):
                return b"510 Invalid or unknown command\n"
            return super().reply(words)

    call = Strange("1").call(port(server))
    assert "HOTLINE_DONE" not in call.variables
    assert [path.suffix for path in sorted(night.settings.spool_dir.iterdir())] == [".wav", ".json"]
    assert Exchange("11", agi_uniqueid="1763885000.13").call(port(server)).variables["HOTLINE_DONE"] == "1"


def test_a_call_without_a_thread_leaves_its_place_to_the_next(
    server: FastAgiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none_left(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    server._places = threading.BoundedSemaphore(1)
    with monkeypatch.context() as machine:
        machine.setattr(threading.Thread, "start", none_left)
        with socket.create_connection(("127.0.0.1", port(server))) as line:
            assert line.recv(1) == b""  # turned away: the dialplan goes on with the next rung
    assert Exchange("11").call(port(server)).variables["HOTLINE_DONE"] == "1"


def test_a_channel_in_english_is_answered_in_english(server: FastAgiServer, night: Night) -> None:
    """The second rung finds the language that the caller chose on the first one there."""
    call = Exchange("11", agi_language="en").call(port(server))
    sounds = [words[2] for words in call.commands if words[1:2] in (["FILE"], ["OPTION"])]
    assert {Path(sound).parent.name for sound in sounds} == {"en"}
    assert "english-offer" not in call.heard


def test_no_room_on_the_disk(server: FastAgiServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(message, "LEFT_FREE_BYTES", 1 << 60)
    call = Exchange("1").call(port(server))
    assert call.heard[-2:] == ["message-ask", "cannot-record"]
    assert call.variables["HOTLINE_DONE"] == "1"


def test_no_room_for_more(server: FastAgiServer, night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    call = Exchange("14")

    def fill_up(words: list[str]) -> None:
        if words[:2] == ["EXEC", "Record"]:
            monkeypatch.setattr(message, "LEFT_FREE_BYTES", 1 << 60)

    call.at = fill_up
    call.call(port(server))
    told = call.heard.index("cannot-record")
    assert call.heard[told : told + 3] == ["cannot-record", "message-kept", "number-is"]
    assert numbers(night) == [call.number]


def test_a_recording_that_was_cut_by_a_full_disk_is_kept(server: FastAgiServer, night: Night) -> None:
    class Full(Exchange):
        def reply(self, words: list[str]) -> bytes:
            reply = super().reply(words)
            self.variables["RECORD_STATUS"] = "ERROR"
            return reply

    call = Full("1").call(port(server))
    assert call.heard[-1] == "cannot-record"
    until(lambda: len(numbers(night)) == 1)


def test_a_disk_that_is_full_at_the_end(
    server: FastAgiServer, night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(message, "BLOCK_BYTES", 1 << 60)
    call = Exchange("1").call(port(server))
    assert call.heard[-1] == "cannot-record"
    until(lambda: len(numbers(night)) == 1)


def test_a_database_that_does_not_answer(server: FastAgiServer, night: Night) -> None:
    """The caller hears that the message is kept and that there is no number; the sweep gives it one."""
    with night.db.writing() as session:
        session.scalar(select(Recording.id))  # from here on, nobody else can write
        call = Exchange("11").call(port(server))
    assert call.heard[-1] == "number-later"
    assert call.variables["HOTLINE_DONE"] == "1"
    until(lambda: len(numbers(night)) == 1)


@pytest.mark.parametrize("unfit", ["", "../../etc/passwd", "a/b", "*", "x" * 200])
def test_a_call_that_is_not_named_as_it_should_be(server: FastAgiServer, night: Night, unfit: str) -> None:
    call = Exchange("11", agi_uniqueid="also/unfit")
    call.variables["HOTLINE_CALL_ID"] = unfit
    assert call.call(port(server)).variables["HOTLINE_DONE"] == "1"
    assert numbers(night) == [call.number]
    assert {path.parent for path in map(Path, recorded(call))} == {night.settings.spool_dir}


def recorded(call: Exchange) -> list[str]:
    return [str(recorded_file(words[2])) for words in call.commands if words[:2] == ["EXEC", "Record"]]


def test_the_heartbeat_stops_with_the_loop_that_accepts(
    server: FastAgiServer, night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = heartbeat.file_of(night.settings.run_dir, PART)
    stuck, free = threading.Event(), threading.Event()

    def turn_to_stone(request: object, address: object) -> bool:
        stuck.set()
        free.wait()
        return False

    first = beat(file)
    until(lambda: beat(file) != first)
    monkeypatch.setattr(server, "verify_request", turn_to_stone)
    socket.create_connection(("127.0.0.1", port(server))).close()
    stuck.wait()
    last = beat(file)
    another_heart_beats(night.settings.run_dir)
    assert beat(file) == last
    free.set()
    until(lambda: beat(file) != last)


def test_calls_are_answered_while_no_heartbeat_can_be_written(
    server: FastAgiServer, night: Night, caplog: pytest.LogCaptureFixture
) -> None:
    file = heartbeat.file_of(night.settings.run_dir, PART)
    file.unlink()
    file.mkdir()  # nothing can be written in its place
    (file / "full").touch()
    until(lambda: "no heartbeat" in caplog.text)
    assert Exchange("11").call(port(server)).variables["HOTLINE_DONE"] == "1"
    (file / "full").unlink()
    file.rmdir()
    until(lambda: heartbeat.pid(file) == os.getpid())
    assert caplog.text.count("no heartbeat") == 1


@pytest.mark.parametrize(
    "said", ["", "another", "said-by-our-asteris", "信访", "said-by-our-asterisk\nagi_x: 1"]
)
def test_who_is_not_our_asterisk_is_turned_away(server: FastAgiServer, night: Night, said: str) -> None:
    call = Exchange("11", agi_arg_1=said).call(port(server))
    is_ours = said.startswith("said-by-our-asterisk")
    assert bool(call.commands) == is_ours
    assert ("HOTLINE_DONE" in call.variables) == is_ours
    assert len(numbers(night)) == is_ours


def test_the_first_of_two_headers_counts(server: FastAgiServer) -> None:
    forged = "another\nagi_arg_1: said-by-our-asterisk"
    assert Exchange("11", agi_arg_1=forged).call(port(server)).commands == []


def test_a_server_starts_where_no_heartbeat_can_be_written(night: Night, unused_port: int) -> None:
    night.settings.run_dir.touch()  # a file, where the folder should be
    with FastAgiServer(night.settings.model_copy(update={"agi": Agi(port=unused_port)})) as server:
        assert port(server) == unused_port


def test_a_predecessors_heartbeat_is_taken_over(server: FastAgiServer, night: Night) -> None:
    file = heartbeat.file_of(night.settings.run_dir, PART)
    file.write_text("1")
    until(lambda: heartbeat.pid(file) != 1)
    assert heartbeat.pid(file) == os.getpid()


def test_a_port_that_is_taken_names_the_setting(server: FastAgiServer, night: Night) -> None:
    with pytest.raises(CannotListen, match=f"port {port(server)} .*agi.port"):
        FastAgiServer(night.settings.model_copy(update={"agi": Agi(port=port(server))}))


def beat(file: Path) -> int:
    return file.stat().st_mtime_ns
