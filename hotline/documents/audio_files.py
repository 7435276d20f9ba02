"""Sound that is handed in: WAV, MP3, M4A. Kept as it is; looked at so far that it is that, and whole."""

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from hotline.documents.refusals import CannotKeep
from hotline.refusals import Refused

_FRAMES_IN_A_ROW = 4
"""So many frames of MP3 one after the other are no accident."""
_BITRATES = {
    1: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
"""Of layer III, by the version of MPEG, in kbit/s."""
_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
"""By the version's bits in a frame's head, in Hz."""
_MOST_BOXES = 10_000


def check_wav(path: Path) -> None:
    """Raises Refused, for ``file``, where its chunks do not fill the file, or hold no sound."""
    size = path.stat().st_size
    with path.open("rb") as file:
        said = struct.unpack("<4xI", file.read(8))[0]
        if not size - 1 <= said + 8 <= size:
            raise Refused("file", CannotKeep.DAMAGED)
        file.seek(12)
        names = [name for name, _ in _chunks(file, size)]
    if not {b"fmt ", b"data"} <= set(names):
        raise Refused("file", CannotKeep.DAMAGED)


def _chunks(file: BinaryIO, size: int) -> Iterator[tuple[bytes, int]]:
    """Names and lengths of the chunks from here to the end."""
    while file.tell() + 8 <= size:
        name, length = struct.unpack("<4sI", file.read(8))
        if file.tell() + length > size:
            raise Refused("file", CannotKeep.DAMAGED)
        yield name, length
        file.seek(length + length % 2, 1)


def begins_a_frame(head: bytes) -> bool:
    """Whether bytes begin a frame of MPEG layer III."""
    return _frame_bytes(head) > 0


def _frame_bytes(head: bytes) -> int:
    """The length of the frame that begins here, by its head; 0 for none."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:  # the layer's bits: 01
        return 0
    version, rate, bits = head[1] >> 3 & 3, head[2] >> 2 & 3, head[2] >> 4
    if version == 1 or rate == 3 or bits in (0, 15):
        return 0
    is_first = version == 3
    kilobits = _BITRATES[1 if is_first else 2][bits]
    return (144 if is_first else 72) * kilobits * 1000 // _RATES[version][rate] + (head[2] >> 1 & 1)


def check_mp3(path: Path) -> None:
    """Raises Refused, for ``file``, where behind its tags no frames stand in a row."""
    with path.open("rb") as file:
        head = file.read(10)
        if head.startswith(b"ID3"):
            length = sum(
                (each & 0x7F) << shift for each, shift in zip(head[6:10], (21, 14, 7, 0), strict=False)
            )
            file.seek(10 + length + (10 if len(head) > 5 and head[5] & 0x10 else 0))
        else:
            file.seek(0)
        for _ in range(_FRAMES_IN_A_ROW):
            frame = _frame_bytes(file.read(4))
            if not frame:
                raise Refused("file", CannotKeep.DAMAGED)
            file.seek(frame - 4, 1)


def check_m4a(path: Path) -> None:
    """Raises Refused, for ``file``, where its boxes do not fill the file, or hold no sound, or a video."""
    size = path.stat().st_size
    with path.open("rb") as file:
        about = b""
        for name, (begin, length) in list(_boxes(file, size)):
            if name == b"moov":
                file.seek(begin)
                about += file.read(length)
    if not about:
        raise Refused("file", CannotKeep.DAMAGED)
    handlers = {about[at + 12 : at + 16] for at in _all(about, b"hdlr")}
    if b"vide" in handlers:
        raise Refused("file", CannotKeep.VIDEO)
    if b"soun" not in handlers:
        raise Refused("file", CannotKeep.NOT_ACCEPTED)


def _boxes(file: BinaryIO, size: int) -> Iterator[tuple[bytes, tuple[int, int]]]:
    """Name → begin and length of each outer box (ISO/IEC 14496-12), which together are the whole file."""
    at = 0
    for _ in range(_MOST_BOXES):
        if at == size:
            return
        file.seek(at)
        head = file.read(16)
        if len(head) < 8:
            break
        length, name = struct.unpack(">I4s", head[:8])
        if length == 1 and len(head) == 16:
            length = struct.unpack(">Q", head[8:])[0]
        length = length or size - at
        if length < 8 or at + length > size:
            break
        yield name, (at, length)
        at += length
    raise Refused("file", CannotKeep.DAMAGED)


def _all(content: bytes, wanted: bytes) -> Iterator[int]:
    at = content.find(wanted)
    while at >= 0:
        yield at
        at = content.find(wanted, at + 1)
