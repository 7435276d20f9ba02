"""Reading recorded sound: WAV files of one channel at 8 or 16 kHz, linear PCM or G.711.

What cannot be read is refused with the reason before its content is loaded.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from hotline.recordings import g711, wav
from hotline.recordings.no_draft import NoDraft

RATES = (8000, 16000)
_LINEAR, _ALAW, _ULAW = 1, 6, 7
_BITS = {_LINEAR: 16, _ALAW: 8, _ULAW: 8}

Samples = npt.NDArray[np.int16]


class UnreadableAudio(Exception):
    """The sound cannot be used; the message says why, without any word of the caller."""

    def __init__(self, message: str, why: NoDraft = NoDraft.UNREADABLE) -> None:
        super().__init__(message)
        self.why = why


@dataclass(frozen=True)
class Audio:
    """Linear 16-bit samples of one channel; ``rate`` is samples a second."""

    samples: Samples
    rate: int

    @property
    def seconds(self) -> float:
        return len(self.samples) / self.rate


def read(paths: Sequence[Path], longest_seconds: float) -> Audio:
    """Read the parts of one message as one audio, in their order, with nothing between them.

    Raises UnreadableAudio for a part that is no such WAV file, and for a message that is too long.
    """
    if not paths:
        raise UnreadableAudio("the message has no part", NoDraft.NO_PART)
    layouts = [_examine(path) for path in paths]
    seconds = sum(layout.seconds for layout in layouts)
    if seconds > longest_seconds:
        minutes, most = round(seconds / 60), round(longest_seconds / 60)
        raise UnreadableAudio(f"{minutes} minutes long, at most {most} are transcribed", NoDraft.TOO_LONG)
    rates = {layout.rate for layout in layouts}
    if len(rates) > 1:
        raise UnreadableAudio(f"the parts have different sample rates: {sorted(rates)}")
    samples = [_samples(path, layout) for path, layout in zip(paths, layouts, strict=True)]
    return Audio(np.concatenate(samples), rates.pop())


def _examine(path: Path) -> wav.Layout:
    if not path.exists():
        raise UnreadableAudio("the file is missing in the store", NoDraft.NO_FILE)
    layout = wav.layout(path)
    if layout is None:
        raise UnreadableAudio(f"no WAV file ({path.stat().st_size} bytes)")
    if layout.codec not in _BITS or layout.bits != _BITS[layout.codec]:
        raise UnreadableAudio(f"codec {layout.codec:#06x}, {layout.bits} bits; 16-bit PCM or G.711 is read")
    if layout.channels != 1 or layout.rate not in RATES:
        raise UnreadableAudio(
            f"{layout.channels} channels, {layout.rate} Hz; one at 8000 or 16000 Hz is read"
        )
    if layout.byte_rate != layout.rate * layout.bits // 8:
        raise UnreadableAudio(f"the header contradicts itself: {layout.byte_rate} bytes a second")
    return layout


def _samples(path: Path, layout: wav.Layout) -> Samples:
    with path.open("rb") as file:
        file.seek(layout.data_at)
        content = file.read(layout.data_bytes)
    if layout.codec == _ALAW:
        return g711.from_alaw(content)
    if layout.codec == _ULAW:
        return g711.from_ulaw(content)
    return np.frombuffer(content[: len(content) // 2 * 2], "<i2").astype(np.int16)
