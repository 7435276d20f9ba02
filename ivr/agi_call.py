"""The line as Asterisk offers it: AGI commands over a socket (FastAGI) or over standard input and output.

The only module that imports pyst2, whose ways are corrected here: it escapes nothing, logs everything,
knows five kinds of hang-up and several more that come out as other errors. Grammar of the replies:
Asterisk, ``res/res_agi.c``.
"""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NoReturn

from asterisk.agi import AGI, AGIAppError, AGIError, AGIInvalidCommand, AGIUsageError

from hotline.recordings import spool
from ivr.agi_reply import (
    DEAD_CHANNEL,
    HANGUP,
    OK,
    UNKNOWN_COMMAND,
    WRONG_USAGE,
    Reply,
    code_of,
    masked,
    parsed,
)
from ivr.agi_wire import Wire, decoded
from ivr.call import CallerHungUp, CannotRecord

log = logging.getLogger(__name__)

KEYS = "0123456789*#"
RECORDED = ("DTMF", "SILENCE", "TIMEOUT")
"""How a recording ends in which everything went well and the caller is still there."""
LONGEST_COMMAND = 2000
"""Bytes. Asterisk reads a command into 2048 bytes and takes the rest for a command of its own."""
REPLY_SECONDS = 7200.0
"""No reply takes longer than a call may last."""
HEADER_SECONDS = 5.0
LEAVE_SECONDS = 2.0

_UNSPEAKABLE = re.compile(r"[\x00-\x1f\x7f]")
_MEANS_MORE = frozenset(',"\\()[]{}%')
"""What Asterisk does not take for itself in an application's argument: `Record` would write elsewhere."""


class AgiCall(AGI):  # type: ignore[misc]
    """One call. Everything that ends it, anywhere, is CallerHungUp."""

    def __init__(self, wire: Wire) -> None:
        """Reads the header. pyst2's own beginning is left out: its signal handler wants the main thread."""
        self._wire = wire
        self._got_sighup = False
        self.hung_up = False
        self.env = self._read_header()

    def play(self, sound: str, *, barge_in: bool = True) -> str:
        """See ``ivr.call.CallChannel``. A sound that cannot be played is logged and the call goes on."""
        with _logged(sound) as key:
            key.append(self.stream_file(self._quote(sound), KEYS if barge_in else ""))
        return "".join(key)

    def ask_key(self, sound: str, seconds: float) -> str:
        """See ``ivr.call.CallChannel``. One command for prompt and wait: no key can fall in between."""
        wait = round(seconds * 1000)
        if not sound:
            return str(self.wait_for_digit(wait))
        with _logged(sound) as key:
            key.append(self.get_option(self._quote(sound), KEYS, wait))
        return "".join(key)

    def ask_digits(self, sound: str, seconds: float, most: int) -> str:
        """See ``ivr.call.CallChannel``."""
        with _logged(sound) as digits:
            digits.append(self.get_data(self._quote(sound), round(seconds * 1000), most))
        return "".join(digits)

    def record(self, path: Path, most_seconds: float, silence_seconds: float) -> None:
        """See ``ivr.call.CallChannel``. Asterisk closes the file before it replies.

        `Record` and not ``RECORD FILE``, which deletes the silence that ended it, and with it a voice too
        low to be told from silence. k: kept on a hang-up. q: the tone is ours. u: nothing deleted.
        """
        if not str(path).isprintable() or _MEANS_MORE.intersection(str(path)):
            raise CannotRecord(f"{path}: Asterisk would take this name for another")
        limits = (max(1, round(seconds)) for seconds in (silence_seconds, most_seconds))  # 0: no limit
        self._exchange("EXEC Record", self._quote(",".join(map(str, (path, *limits, "kqu")))))
        ending = self.get_variable("RECORD_STATUS")  # the result says nothing: it is 0 after a hang-up, too
        spool.note_clock(path, self.get_variable("RECORDING_INFO(duration)"))
        if ending == "HANGUP":
            self._end()
        if ending not in RECORDED:
            raise CannotRecord(f"{path} could not be written to its end")

    def speak(self, language: str) -> None:
        """See ``ivr.call.CallChannel``. The dialplan, should it have to go on alone, reads it there, too."""
        self.set_variable("CHANNEL(language)", language)

    def leave(self, name: str, value: str) -> None:
        """Set a variable for the end of the call: the exchange takes it after a hang-up, too, if at all."""
        with suppress(OSError, EOFError):
            self.send_command("SET VARIABLE", name, self._quote(value))
            self._wire.read_line(LEAVE_SECONDS)

    def execute(self, command: str, *args: object) -> dict[str, tuple[str, str]]:
        """Send a command and return the parsed reply, in the form pyst2's methods expect."""
        reply = self._exchange(command, *args)
        if self.hung_up or reply.reason == HANGUP:
            self._end()
        if reply.result == "-1":  # a hang-up, or a sound that is not there
            if self._exchange("CHANNEL STATUS").result == "-1" or self.hung_up:
                self._end()
            raise AGIAppError(f"{command} has failed")
        return {"result": (reply.result, reply.reason)}

    def _exchange(self, command: str, *args: object) -> Reply:
        if self.hung_up:
            self._end()
        try:
            self.send_command(command, *args)
            return self._read_reply()
        except (OSError, EOFError):
            self._end()

    def send_command(self, command: str, *args: object) -> None:
        """Send exactly one line. Raises ValueError for one that Asterisk would break in two."""
        line = " ".join((command, *map(str, args))).encode()
        if len(line) > LONGEST_COMMAND or b"\n" in line:
            raise ValueError(f"{command}: the command has {len(line)} bytes or more than one line")
        if log.isEnabledFor(logging.DEBUG):
            log.debug("> %s", masked(line.decode()))
        self._wire.write_line(line)

    def _read_reply(self) -> Reply:
        """The reply to the last command. Raises AGIError for a command that is not understood."""
        while True:
            line = decoded(self._wire.read_line(REPLY_SECONDS))
            if log.isEnabledFor(logging.DEBUG):
                log.debug("< %s", masked(line))
            if line == "HANGUP":  # comes between replies; the command's own reply still follows
                self.hung_up = True
            elif code := code_of(line):
                return self._reply(code, line)
            else:
                log.warning("not an AGI reply: %r", masked(line[:200]))

    def _reply(self, code: str, line: str) -> Reply:
        if code == OK:
            return parsed(line)
        if code == DEAD_CHANNEL:
            self.hung_up = True
            return Reply("-1", HANGUP)
        if code == WRONG_USAGE:
            while line.startswith("520-"):  # the usage follows, up to a line that begins with 520 and a blank
                line = self._end_of_usage()
            raise AGIUsageError(line)
        raise AGIInvalidCommand(line) if code == UNKNOWN_COMMAND else AGIError(line)

    def _end_of_usage(self) -> str:
        while not (line := decoded(self._wire.read_line(REPLY_SECONDS))).startswith("520 "):
            pass
        return line

    def _quote(self, value: object) -> str:
        """One argument, whatever it holds. A line feed cannot be sent at all: it becomes a blank."""
        text = _UNSPEAKABLE.sub(" ", str(value)).encode(errors="replace").decode()
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'

    def _read_header(self) -> dict[str, str]:
        """The ``agi_*`` lines up to an empty one. Raises CallerHungUp if they do not come in time."""
        try:
            lines = self._wire.read_header(HEADER_SECONDS)
        except (OSError, EOFError):
            self._end()
        pairs = (decoded(line).partition(":") for line in reversed(lines))  # the first of a name counts
        return {key.strip(): value.strip() for key, _, value in pairs}

    def _end(self) -> NoReturn:
        self.hung_up = True
        raise CallerHungUp from None


@contextmanager
def _logged(sound: str) -> Iterator[list[str]]:
    """Collects what was pressed; a sound that cannot be played is logged and nothing was pressed."""
    try:
        yield []
    except AGIAppError:
        log.error("%s cannot be played", sound)
