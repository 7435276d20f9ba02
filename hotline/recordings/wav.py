"""RIFF/WAVE files as Asterisk writes them: how long, and a header that a crash left behind.

Format: Microsoft/IBM "Multimedia Programming Interface and Data Specifications 1.0" (RIFF).
"""

import os
import struct
from dataclasses import dataclass
from pathlib import Path

_RIFF_SIZE_AT = 4
_FIRST_CHUNK_AT = 12


@dataclass(frozen=True)
class Layout:
    """Where the sound of a file lies, offset and length in bytes, and what its header says of it.

    ``codec`` is the WAVE format tag (1 linear PCM, 6 A-law, 7 µ-law; 0 where the header names none),
    ``rate`` counts samples a second, ``bits`` those of a sample.
    """

    data_at: int
    data_bytes: int
    codec: int = 0
    channels: int = 0
    rate: int = 0
    byte_rate: int = 0
    block: int = 0
    bits: int = 0

    @property
    def seconds(self) -> float:
        return self.data_bytes / self.byte_rate if self.byte_rate else 0.0


def layout(path: Path) -> Layout | None:
    """Where the sound lies, by the length of the file and not by its header; None if it is no WAV file."""
    size = path.stat().st_size
    with path.open("rb") as file:
        riff = file.read(_FIRST_CHUNK_AT)
        if len(riff) < _FIRST_CHUNK_AT or riff[:4] != b"RIFF" or riff[8:] != b"WAVE":
            return None
        format_chunk: tuple[int, ...] = ()
        while len(head := file.read(8)) == 8:
            name, length = head[:4], struct.unpack("<I", head[4:])[0]
            at = file.tell()
            if name == b"data":
                kept = length if 0 < length <= size - at else size - at
                return Layout(at, kept, *format_chunk)
            if name == b"fmt " and length >= 16 and len(chunk := file.read(16)) == 16:
                format_chunk = struct.unpack("<HHIIHH", chunk)
            file.seek(at + length + length % 2)
    return None


def repair(path: Path) -> bool:
    """Set right the two lengths in a header that was never closed; the sound is not touched.

    Returns whether anything was written. What follows the sound is not ours and stays.
    """
    found = layout(path)
    if found is None or _header_is_right(path, found):
        return False
    with path.open("r+b") as file:
        file.seek(_RIFF_SIZE_AT)
        file.write(struct.pack("<I", min(path.stat().st_size - 8, 0xFFFFFFFF)))
        file.seek(found.data_at - 4)
        file.write(struct.pack("<I", min(found.data_bytes, 0xFFFFFFFF)))
        file.flush()
        os.fsync(file.fileno())
    return True


def _header_is_right(path: Path, found: Layout) -> bool:
    with path.open("rb") as file:
        (riff_bytes,) = struct.unpack("<4xI", file.read(8))
        file.seek(found.data_at - 4)
        (data_bytes,) = struct.unpack("<I", file.read(4))
    return bool(riff_bytes + 8 == path.stat().st_size and data_bytes == found.data_bytes)
