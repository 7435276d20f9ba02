"""Small WAV files as Asterisk writes and leaves them."""

import math
import struct
import wave
from functools import cache
from pathlib import Path


def write_tone(path: Path, seconds: float, hertz: float = 440.0) -> Path:
    """A WAV file as Asterisk writes it: 8 kHz, mono, 16 bit."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(_tone(seconds, hertz))
    return path


@cache
def _tone(seconds: float, hertz: float) -> bytes:
    """Its samples; the same few tones are wanted by hundreds of tests."""
    samples = (
        int(8000 * math.sin(2 * math.pi * hertz * index / 8000)) for index in range(int(8000 * seconds))
    )
    return b"".join(struct.pack("<h", sample) for sample in samples)


def break_header(path: Path) -> bytes:
    """As Asterisk leaves it when killed: both lengths still 0. Returns the sound."""
    whole = path.read_bytes()
    path.write_bytes(whole[:4] + struct.pack("<I", 0) + whole[8:40] + struct.pack("<I", 0) + whole[44:])
    return whole[44:]
