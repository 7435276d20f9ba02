"""Asterisk's side of AGI, byte by byte: what it makes of a command, and what it replies.

Grammar of commands and replies: Asterisk 22, ``res/res_agi.c`` (``parse_args``, ``handle_…``).
"""

import socket
import wave
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import numpy as np

RATE = 8000
DEAD = b"511 Command Not Permitted on a dead channel or intercept routine\n"
HEADER = {
    "agi_network": "yes",
    "agi_network_script": "answer",
    "agi_request": "agi://127.0.0.1/answer",
    "agi_channel": "PJSIP/trunk-00000001",
    "agi_language": "zh",
    "agi_type": "PJSIP",
    "agi_uniqueid": "1763885000.12",
    "agi_callerid": "13800001234",
    "agi_calleridname": "unknown",
    "agi_extension": "s",
    "agi_arg_1": "said-by-our-asterisk",
}


def parse(line: bytes) -> list[str]:
    """The words of a command, as Asterisk takes them apart."""
    words: list[bytearray] = []
    quoted = escaped = False
    blank = True
    for byte in line:
        if byte == ord('"') and not escaped:
            quoted = not quoted
            if quoted and blank:
                words.append(bytearray())
                blank = False
        elif byte in b" \t" and not quoted and not escaped:
            blank = True
        elif byte == ord("\\") and not escaped:
            escaped = True
        else:
            if blank:
                words.append(bytearray())
                blank = False
            words[-1].append(byte)
            escaped = False
    return [word.decode() for word in words]


def header(**changed: str | bytes) -> bytes:
    """The lines with which a session begins."""
    pairs = {**HEADER, **changed}
    lines = (
        f"{key}: ".encode() + (value if isinstance(value, bytes) else value.encode())
        for key, value in pairs.items()
    )
    return b"\n".join(lines) + b"\n\n"


@cache
def voice(seconds: float) -> bytes:
    """Something that comes and goes like speech, as 16-bit samples."""
    time = np.arange(int(seconds * RATE)) / RATE
    syllables = np.clip(np.sin(2 * np.pi * 2.5 * time) + 0.6, 0, 1)
    return bytes((6000 * syllables * np.sin(2 * np.pi * 220 * time)).astype("<i2").tobytes())


def write_wav(path: Path, samples: bytes) -> Path:
    """A file as Asterisk leaves it."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples)
    return path


def recorded_file(arguments: str) -> Path:
    """Where `Record` writes to."""
    path, _silence, _most, options = arguments.split(",")
    assert options == "kqu"
    return Path(path)


class Exchange:
    """One call on Asterisk's side.

    The caller answers each question with the next of ``keys``, then with silence; speaks for ``speaks``
    seconds when recorded; and is gone after ``commands`` commands. ``at`` is told of every command.
    """

    def __init__(
        self, keys: Sequence[str] = (), speaks: float = 3.0, commands: int = 1000, **changed: str
    ) -> None:
        self.keys = list(keys)
        self.speaks = speaks
        self.patience = commands
        self.at: Callable[[list[str]], None] = lambda words: None
        self.changed = changed
        self.variables = {"HOTLINE_CALL_ID": changed.get("agi_uniqueid", HEADER["agi_uniqueid"])}
        self.heard: list[str] = []
        self.commands: list[list[str]] = []

    @property
    def number(self) -> str:
        """The number that was spoken first."""
        spoken = self.heard[self.heard.index("number-is") + 1 :]
        return "".join(name[-1] for name in spoken if name.startswith("digit-"))[:10]

    def talk(self, read: Callable[[], bytes], write: Callable[[bytes], object]) -> "Exchange":
        """Hold the session to its end; ``read`` gives a line with its end, or nothing."""
        write(header(**self.changed))
        while len(self.commands) < self.patience and (line := read()):
            self.commands.append(parse(line.rstrip(b"\n")))
            reply = self.reply(self.commands[-1])
            self.at(self.commands[-1])
            try:
                write(reply)
            except OSError:
                break
        return self

    def call(self, port: int) -> "Exchange":
        """The same over FastAGI."""
        with socket.create_connection(("127.0.0.1", port), timeout=30) as line:
            file = line.makefile("rb")
            try:
                return self.talk(file.readline, line.sendall)
            except ConnectionError:
                return self

    def reply(self, words: list[str]) -> bytes:
        """What Asterisk answers, and what the caller does meanwhile."""
        match words:
            case ["GET", "VARIABLE", name]:
                value = self.variables.get(name)
                return f"200 result=1 ({value})\n".encode() if value else b"200 result=0\n"
            case ["SET", "VARIABLE", name, value]:
                self.variables[name] = value
                return b"200 result=1\n"
            case ["STREAM", "FILE", sound, *_]:
                self.heard.append(Path(sound).name)
                return b"200 result=0 endpos=8000\n"
            case ["GET", "OPTION", sound, *_]:
                self.heard.append(Path(sound).name)
                return f"200 result={ord(self._keys()[:1] or chr(0))} endpos=8000\n".encode()
            case ["GET", "DATA", sound, *_]:
                self.heard.append(Path(sound).name)
                return f"200 result={self._keys()}\n".encode()
            case ["EXEC", "Record", arguments]:
                write_wav(recorded_file(arguments), voice(self.speaks))
                self.variables["RECORD_STATUS"] = "DTMF"
                return b"200 result=0\n"
        return b"510 Invalid or unknown command\n"

    def _keys(self) -> str:
        return self.keys.pop(0) if self.keys else ""
