"""What is kept of what was said, frame by frame: A-law that a caller has sent against the recording of it."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from tests.kit.lines.landmarks import coded, linear_samples
from tests.kit.lines.rtp import FRAME, FRAME_SECONDS


@dataclass(frozen=True)
class Missing:
    """Seconds of speech that a recording lacks before its first sound, after its last, and in between.

    ``shifted``: by how much it is longer or shorter in between than what was said.
    """

    before: float
    between: float
    after: float
    shifted: float


def missing(recording: Path, spoken: list[bytes]) -> Missing | None:
    """What a recording (WAV, 16 bit, 8 kHz) lacks of the frames spoken; None where nothing of them is there.

    Only frames that are like no other are looked for; where those are missing, what lies around them is.
    """
    kept = coded(linear_samples(recording))
    often = Counter(spoken)
    at = {index: kept.find(frame) for index, frame in enumerate(spoken) if often[frame] == 1}
    found = [index for index, place in at.items() if place >= 0]
    if not found:
        return None
    first, last = found[0], found[-1]
    gaps = sum(first < index < last for index, place in at.items() if place < 0)
    shifted = (at[last] - at[first]) / FRAME - (last - first)
    before = first - min(at)
    return Missing(*(each * FRAME_SECONDS for each in (before, gaps, max(at) - last, shifted)))
