"""The sound of a recording as one WAV file, put together while it is read from the parts in the store.

Nothing is copied or converted: a header made up here, then the samples of each part as they lie on disk.
The two sides of a call are laid over each other, as they were spoken; a message left afterwards follows.
"""

import hashlib
import io
import struct
import wave
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np

from hotline.recordings import store, wav
from hotline.recordings.recordings import RecordingPart, talks

HEADER_BYTES = 44


class NotPlayable(Exception):
    """A part is missing, is no linear PCM, or differs from the others in its format."""


@dataclass(frozen=True)
class SoundFormat:
    """Linear PCM: channels, bytes a sample, samples a second."""

    channels: int
    width: int
    rate: int


@dataclass(frozen=True)
class FileStretch:
    """A run of samples inside a file."""

    path: Path
    at: int
    length: int

    def read(self, at: int, wanted: int) -> bytes:
        """At most ``wanted`` bytes from ``at`` on."""
        with self.path.open("rb") as file:
            file.seek(self.at + at)
            return file.read(max(0, min(wanted, self.length - at)))


@dataclass(frozen=True)
class MixedSides:
    """Runs of 16-bit samples that are heard at once, as long as the longest of them."""

    sides: tuple[FileStretch, ...]

    @property
    def length(self) -> int:
        """In bytes."""
        return max(side.length for side in self.sides)

    def read(self, at: int, wanted: int) -> bytes:
        """At most ``wanted`` bytes from ``at`` on, which may be in the middle of a sample."""
        begin, end = at // 2 * 2, min(at + wanted + 1, self.length) // 2 * 2
        total = np.zeros(max(0, end - begin) // 2, dtype=np.int32)
        for side in self.sides:
            samples = np.frombuffer(side.read(begin, end - begin), dtype="<i2")
            total[: len(samples)] += samples
        return total.clip(-32768, 32767).astype("<i2").tobytes()[at - begin : at - begin + wanted]


@dataclass(frozen=True)
class JoinedSound:
    """The joined sound: its format, where its samples lie, and what names exactly these bytes."""

    format: SoundFormat
    stretches: tuple[FileStretch | MixedSides, ...]
    etag: str

    @property
    def data_bytes(self) -> int:
        """The samples of all parts together, in bytes."""
        return sum(each.length for each in self.stretches)

    @property
    def seconds(self) -> float:
        """The length of the sound."""
        return self.data_bytes / (self.format.channels * self.format.width * self.format.rate)

    def header(self) -> bytes:
        """A RIFF header for the joined samples (format tag 1, linear PCM)."""
        sound, size = self.format, self.data_bytes
        frame = sound.channels * sound.width
        riff = struct.pack("<4sI4s", b"RIFF", HEADER_BYTES - 8 + size, b"WAVE")
        shape = (16, 1, sound.channels, sound.rate, sound.rate * frame, frame, sound.width * 8)
        return riff + struct.pack("<4sIHHIIHH", b"fmt ", *shape) + struct.pack("<4sI", b"data", size)


def join(parts: list[RecordingPart], store_dir: Path) -> JoinedSound:
    """The sound of these parts: the two sides of a talk at once, all else one after the other.

    Raises NotPlayable.
    """
    found = [_look_at(store.path_of(store_dir, part.store_key)) for part in parts]
    formats = {sound for sound, _ in found}
    if len(formats) != 1:
        raise NotPlayable("no part, or parts of different formats")
    one = formats.pop()
    stretches = {part.id: stretch for part, (_, stretch) in zip(parts, found, strict=True)}
    sides = [tuple(stretches[part.id] for part in talk) for talk in talks(parts)]
    others = tuple(stretches[part.id] for part in parts if not part.speaker)
    if any(len(talk) > 1 for talk in sides) and one.width != 2:
        raise NotPlayable("only 16-bit samples can be mixed")
    name = "".join(f"{part.speaker or ''}{part.sha256}" for part in parts)
    etag = hashlib.sha256(name.encode()).hexdigest()[:32]
    said = tuple(MixedSides(talk) if len(talk) > 1 else talk[0] for talk in sides)
    return JoinedSound(one, said + others, etag)


def _look_at(path: Path) -> tuple[SoundFormat, FileStretch]:
    try:
        with wave.open(str(path)) as file:
            sound = SoundFormat(file.getnchannels(), file.getsampwidth(), file.getframerate())
        layout = wav.layout(path)
    except (wave.Error, EOFError, OSError) as error:
        raise NotPlayable(str(error)) from None
    frame = sound.channels * sound.width
    if layout is None or not frame or not sound.rate:
        raise NotPlayable("no sound in it")
    return sound, FileStretch(path, layout.data_at, layout.data_bytes - layout.data_bytes % frame)


class SoundFile(io.RawIOBase):
    """The joined WAV as a file that can be read and sought in."""

    def __init__(self, sound: JoinedSound) -> None:
        super().__init__()
        self._header = sound.header()
        self._stretches = sound.stretches
        lengths = (len(self._header), *(each.length for each in sound.stretches))
        self._starts = [0, *accumulate(lengths)]
        self._at = 0
        self.size = self._starts[-1]

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, buffer: Any) -> int:
        if self._at >= self.size:
            return 0
        piece = bisect_right(self._starts, self._at) - 1
        wanted = min(len(buffer), self._starts[piece + 1] - self._at)
        read = self._read(piece, self._at - self._starts[piece], wanted)
        buffer[: len(read)] = read
        self._at += len(read)
        return len(read)

    def _read(self, piece: int, at: int, wanted: int) -> bytes:
        if piece == 0:
            return self._header[at : at + wanted]
        return self._stretches[piece - 1].read(at, wanted)
