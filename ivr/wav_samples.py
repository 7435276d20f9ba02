"""The samples of a WAV file of any usual kind: linear PCM, floating point or G.711, of any width and order.

Formats: Microsoft/IBM "Multimedia Programming Interface and Data Specifications 1.0" (RIFF, and RIFX with the
higher byte first), WAVE_FORMAT_EXTENSIBLE, and EBU Tech 3306 (RF64). Where a header is wrong about lengths,
as a crash or a hurried program leaves it, the file's own length counts.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hotline.recordings import g711

_LINEAR, _FLOAT, _ALAW, _ULAW, _EXTENSIBLE = 1, 3, 6, 7, 0xFFFE
_PACKED = {2: "ADPCM", 0x11: "IMA ADPCM", 0x31: "GSM", 0x50: "MPEG", 0x55: "MP3", 0x161: "WMA", 0xFF: "AAC"}
_ORDERS = {b"RIFF": "<", b"RIFX": ">", b"RF64": "<", b"BW64": "<"}
_KNOWN = (b"fmt ", b"data", b"LIST", b"fact", b"bext", b"cue ", b"JUNK", b"id3 ", b"smpl", b"PEAK")
RATES = range(1000, 768_001)
LOUDEST = 32767

Samples = NDArray[np.int16]


class NotReadable(Exception):
    """The file's sound cannot be used; the message says why, and what to do."""


@dataclass(frozen=True)
class SampledSound:
    """16-bit samples of one channel (the mean of all); ``rate`` counts samples a second."""

    samples: Samples
    rate: int


@dataclass(frozen=True)
class _Format:
    tag: int
    channels: int
    rate: int
    width: int
    """Bytes a sample takes up."""
    order: str
    """``<`` where the lower byte comes first, else ``>``."""


def read(path: Path) -> SampledSound:
    """The sound of a file. Raises NotReadable, and OSError where there is no file."""
    content = path.read_bytes()
    order = _ORDERS.get(content[:4], "")
    if not order or content[8:12] != b"WAVE":
        raise NotReadable("this is no WAV file")
    found: _Format | None = None
    for name, chunk in _chunks(content, order):
        if name == b"fmt " and len(chunk) >= 16:
            found = _format(chunk, order)
        elif name == b"data" and found:
            return SampledSound(_mono(_decoded(chunk, found), found.channels), found.rate)
    raise NotReadable("the WAV file has no sound" if found else "the WAV file does not say what is in it")


def _chunks(content: bytes, order: str) -> Iterator[tuple[bytes, bytes]]:
    """Each chunk with its name; one that is longer than the file, or 0 bytes of sound, ends with the file."""
    at, long = 12, 0
    while at + 8 <= len(content):
        name, length = content[at : at + 4], struct.unpack(f"{order}I", content[at + 4 : at + 8])[0]
        at += 8
        if name == b"ds64" and length >= 16:
            long = struct.unpack("<Q", content[at + 8 : at + 16].ljust(8, b"\0"))[0]
        if name == b"data" and length == 0xFFFFFFFF and long:
            length = long
        if name == b"data" and not length:
            length = len(content) - at
        yield name, content[at : at + length]
        at += length
        if length % 2 and content[at : at + 4] not in _KNOWN:  # not every program fills up to even lengths
            at += 1


def _format(chunk: bytes, order: str) -> _Format:
    tag, channels, rate, _, block, bits = struct.unpack(f"{order}HHIIHH", chunk[:16])
    if tag == _EXTENSIBLE and len(chunk) >= 28:
        tag = struct.unpack(f"{order}I", chunk[24:28])[0] & 0xFFFF  # the beginning of a GUID
    if tag not in (_LINEAR, _FLOAT, _ALAW, _ULAW):
        kind = _PACKED.get(tag, "a way that is not known here")
        raise NotReadable(
            f"its sound is packed as {kind} (tag {tag:#06x}); make 16-bit PCM of it, as with: "
            "sox IN.wav -e signed -b 16 OUT.wav"
        )
    if not channels:
        raise NotReadable("its header names no channel")
    if rate not in RATES:
        raise NotReadable(f"its header says {rate} samples a second; 8000 is usual on the telephone")
    width = block // channels if block and block % channels == 0 else (bits + 7) // 8
    if not _is_width(tag, width):
        raise NotReadable(f"its header says {width} bytes a sample, which this kind of sound never has")
    return _Format(tag, channels, rate, width, order)


def _is_width(tag: int, width: int) -> bool:
    return width in {_FLOAT: (2, 4, 8), _LINEAR: range(1, 9)}.get(tag, (1,))


def _decoded(chunk: bytes, found: _Format) -> Samples:
    whole = chunk[: len(chunk) // found.width * found.width]
    if found.tag in (_ALAW, _ULAW):
        return g711.from_alaw(whole) if found.tag == _ALAW else g711.from_ulaw(whole)
    if found.tag == _FLOAT:
        levels = np.frombuffer(whole, f"{found.order}f{found.width}").astype(np.float64)
        return (np.nan_to_num(levels, nan=0.0).clip(-1, 1) * LOUDEST).astype(np.int16)
    octets = np.frombuffer(whole, np.uint8).reshape(-1, found.width)
    if found.width == 1:  # 8 bits and fewer have no sign
        return ((octets[:, 0].astype(np.int16) - 128) << 8).astype(np.int16)
    highest = octets[:, -2:] if found.order == "<" else octets[:, :2]
    return np.ascontiguousarray(highest).view(f"{found.order}i2")[:, 0].astype(np.int16)


def _mono(samples: Samples, channels: int) -> Samples:
    frames = samples[: len(samples) // channels * channels].reshape(-1, channels)
    return frames[:, 0] if channels == 1 else frames.mean(axis=1).astype(np.int16)
