"""The manager interface byte by byte: what an Asterisk, or something in its place, may answer."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import BinaryIO

import pytest

from ivr import ami_connection
from ivr.ami import ActionRefused, Ami, AmiError

GREETING = b"Asterisk Call Manager/11.0.0\r\n"
SOON = 0.3

Headers = dict[str, str]


def message(*lines: str) -> bytes:
    return "".join(f"{line}\r\n" for line in lines).encode() + b"\r\n"


def answer(asked: Headers, *lines: str, response: str = "Success") -> bytes:
    return message(f"Response: {response}", f"ActionID: {asked['ActionID']}", *lines)


class Exchange:
    """Asterisk's side: lets everybody in, and answers every other action as ``reply`` says."""

    def __init__(self) -> None:
        self.reply: Callable[[Headers], bytes | None] = answer
        self.greeting = GREETING
        self.asked: list[Headers] = []
        self.raw = b""
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._server.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._server.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                line, _ = self._server.accept()
                threading.Thread(target=self._talk, args=(line,), daemon=True).start()

    def _talk(self, line: socket.socket) -> None:
        with line, suppress(OSError):
            line.sendall(self.greeting)
            file = line.makefile("rb")
            while asked := self._read(file):
                if asked["Action"] == "Login":
                    line.sendall(answer(asked))
                    continue
                self.asked.append(asked)
                reply = self.reply(asked)
                if reply is None:  # the connection breaks
                    return
                line.sendall(reply)

    def _read(self, file: BinaryIO) -> Headers:
        headers: Headers = {}
        while line := file.readline():
            self.raw += line
            if line == b"\r\n":
                return headers
            key, _, value = line.decode().rstrip("\r\n").partition(": ")
            headers[key] = value
        return {}


@pytest.fixture
def exchange() -> Iterator[Exchange]:
    made = Exchange()
    yield made
    made.close()


@pytest.fixture
def line(exchange: Exchange) -> Iterator[Ami]:
    with Ami(exchange.port, "secret", SOON) as connection:
        yield connection


def test_an_action_and_its_answer(exchange: Exchange, line: Ami) -> None:
    exchange.reply = lambda asked: answer(asked, "Message: Added")
    assert line.action("QueueAdd", Queue="seats", MemberName="座席")["Message"] == "Added"
    [asked] = exchange.asked
    assert asked.items() >= {"Action": "QueueAdd", "Queue": "seats", "MemberName": "座席"}.items()


def test_nothing_of_one_action_is_in_the_next(exchange: Exchange, line: Ami) -> None:
    line.action("QueueAdd", Queue="seats")
    line.action("Ping")
    assert set(exchange.asked[1]) == {"Action", "ActionID"}
    assert exchange.asked[0]["ActionID"] != exchange.asked[1]["ActionID"]


@pytest.mark.parametrize("value", ["a\r\nAction: Originate", "a\nb", "a\rb", "a\0b"])
def test_a_value_that_would_begin_a_line_is_refused(exchange: Exchange, line: Ami, value: str) -> None:
    with pytest.raises(ValueError, match="Reason cannot be sent"):
        line.action("QueuePause", Reason=value)
    line.action("Ping")
    assert [asked["Action"] for asked in exchange.asked] == ["Ping"]
    assert b"Originate" not in exchange.raw


def test_a_refusal_keeps_the_connection(exchange: Exchange, line: Ami) -> None:
    exchange.reply = lambda asked: answer(asked, "Message: Unable to add", response="Error")
    with pytest.raises(ActionRefused, match="Unable to add"):
        line.action("QueueAdd")
    exchange.reply = answer
    line.action("Ping")
    assert exchange.raw.count(b"Login") == 1


def test_an_answer_that_does_not_come_is_given_up_and_the_next_connects_again(
    exchange: Exchange, line: Ami
) -> None:
    exchange.reply = lambda asked: b""
    with pytest.raises(AmiError, match="has not answered"):
        line.action("Ping")
    exchange.reply = answer
    line.action("Ping")
    assert exchange.raw.count(b"Login") == 2


def test_answers_to_others_are_passed_over(exchange: Exchange, line: Ami) -> None:
    late = message("Response: Success", "ActionID: long-ago", "Message: late")
    event = message("Event: FullyBooted", "Status: Fully Booted")
    exchange.reply = lambda asked: late + event + answer(asked, "Message: mine")
    assert line.action("Ping")["Message"] == "mine"


def test_a_broken_connection_is_said_and_made_again(exchange: Exchange, line: Ami) -> None:
    exchange.reply = lambda asked: None
    with pytest.raises(AmiError, match="closed the connection"):
        line.action("Ping")
    exchange.reply = answer
    line.action("Ping")


def test_a_list_is_the_events_between_its_beginning_and_its_end(exchange: Exchange, line: Ami) -> None:
    def members(asked: Headers) -> bytes:
        own = f"ActionID: {asked['ActionID']}"
        return (
            answer(asked, "EventList: start", "Message: Queue status will follow")
            + message("Event: QueueMember", "ActionID: another", "Name: seat09")
            + message("Event: QueueMember", own, "Name: seat01")
            + message("Event: QueueMember", own, "Name: seat02")
            + message("Event: QueueStatusComplete", own, "EventList: Complete")
        )

    exchange.reply = members
    for _ in range(2):
        listed = line.listing("QueueStatus")
        assert [event["Name"] for event in listed] == ["seat01", "seat02"]


def test_variables_are_headers_of_their_own_whoever_has_set_them(exchange: Exchange, line: Ami) -> None:
    def channels(asked: Headers) -> bytes:
        own = f"ActionID: {asked['ActionID']}"
        return (
            answer(asked, "EventList: start")
            + message("Event: Status", own, "ChanVariable: HOTLINE_CALL_ID=a-1", "ChanVariable: SEAT=seat01")
            + message("Event: Status", own, "ChanVariable(Local/s@callback-wait-0;1): HOTLINE_CALL_ID=b-2")
            + message("Event: StatusComplete", own, "EventList: Complete")
        )

    exchange.reply = channels
    first, second = line.listing("Status")
    assert (first["Variable-HOTLINE_CALL_ID"], first["Variable-SEAT"]) == ("a-1", "seat01")
    assert second["Variable-HOTLINE_CALL_ID"] == "b-2"


def test_a_list_without_an_end_is_given_up(exchange: Exchange, line: Ami) -> None:
    exchange.reply = lambda asked: answer(asked, "EventList: start")
    with pytest.raises(AmiError, match="not ended its list"):
        line.listing("QueueStatus")


def test_threads_take_turns(exchange: Exchange, line: Ami) -> None:
    exchange.reply = lambda asked: answer(asked, f"Message: {asked['Queue']}")
    with ThreadPoolExecutor(8) as pool:
        names = [f"queue{number}" for number in range(200)]
        assert list(pool.map(lambda name: line.action("Ask", Queue=name)["Message"], names)) == names


def test_nobody_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    with Ami(port, "secret", SOON) as line, pytest.raises(AmiError, match="is it running"):
        line.action("Ping")


def test_somebody_else_is_there(exchange: Exchange, line: Ami, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ami_connection, "ANSWER_SECONDS", SOON)
    exchange.greeting = b""  # takes the call and says nothing
    with pytest.raises(AmiError, match="does not answer"):
        line.action("Ping")


@pytest.mark.parametrize("greeting", [b"", GREETING])
def test_an_asterisk_that_is_frozen_leaves_no_thread_behind(
    exchange: Exchange, line: Ami, monkeypatch: pytest.MonkeyPatch, greeting: bytes
) -> None:
    monkeypatch.setattr(ami_connection, "ANSWER_SECONDS", SOON)
    exchange.greeting, exchange.reply = greeting, lambda asked: b""
    before = set(threading.enumerate())
    for _ in range(3):
        with pytest.raises(AmiError):
            line.action("Ping")

    def left() -> list[str]:
        """Ours: those of the exchange end when they notice that nobody is there any more."""
        new = {each.name for each in threading.enumerate() if each not in before}
        return [name for name in new if not name.endswith("(_talk)")]

    for _ in range(500):
        if not left():
            break
        time.sleep(0.01)
    assert left() == []


def test_closing_twice_and_after_the_end(exchange: Exchange, line: Ami) -> None:
    line.action("Ping")
    exchange.reply = lambda asked: None
    with suppress(AmiError):
        line.action("Logoff")
    line.close()
    line.close()
    exchange.reply = answer
    assert line.action("Ping")["Response"] == "Success"
