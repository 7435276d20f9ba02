"""What a caller really heard: prompts recognised in recorded telephone audio.

A prompt reaches the caller as the same samples after A-law coding and a jitter buffer that now and then
drops or repeats 20 ms. So an opening is found, and the prompt is then followed piece by piece, each a little
earlier or later than expected, until it stops: that tells how much of it was heard.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from threading import Lock

import numpy as np

from ivr.softphone.matching import OPENING, SURE, find, likeness, nearest
from ivr.softphone.sounds import QUIET, SAMPLE_RATE, Audio, Prompt

PIECE = SAMPLE_RATE // 5
EARLIER = SAMPLE_RATE * 6 // 100  # between two pieces three packets may have been dropped
LATER = SAMPLE_RATE * 6 // 10  # and the sound may have stopped for so long, on a busy machine
FINDING = Lock()  # many callers hear the same at once: one of them works out what it is like
MAY_MISS = 3  # pieces in a row, lost or torn by the jitter buffer


@dataclass(frozen=True)
class HeardPrompt:
    """A prompt that was heard from ``start`` to ``end``, ``share`` of it before it was interrupted.

    ``matched`` is how much of the heard sound, in seconds, was like this prompt.
    """

    key: str
    language: str
    start: float
    end: float
    share: float
    matched: float

    @property
    def whole(self) -> bool:
        return self.share > 0.7

    def later(self, seconds: float) -> "HeardPrompt":
        return replace(self, start=self.start + seconds, end=self.end + seconds)


def follow(audio: Audio, prompt: Prompt, start: int, surely: int) -> HeardPrompt:
    """How much is heard of a prompt that begins at sample ``start``, and is known to reach to ``surely``.

    ``start`` is below 0 where the first packets were lost; ``surely`` counts from the prompt's beginning.
    """
    begins = range(0, len(prompt.audio), PIECE)
    pieces = [begin for begin in begins if _loud(prompt.audio[begin : begin + PIECE])]
    shift = missed = 0
    heard: list[int] = []
    for begin in pieces:
        piece = prompt.audio[begin : begin + PIECE]
        expected = start + begin + shift
        earliest = max(0, expected - EARLIER * (1 + missed))
        like = likeness(audio[earliest : max(0, expected + LATER + len(piece))], piece)
        if len(like) and like.max() >= SURE:
            shift += earliest + nearest(like, expected - earliest) - expected
            heard.append(begin)
            missed = 0
        elif (missed := missed + 1) > MAY_MISS:
            break
    reached = max(heard[-1] + PIECE if heard else 0, surely)
    end = start + shift + min(reached, len(prompt.audio))
    return HeardPrompt(
        prompt.key,
        prompt.language,
        max(0, start) / SAMPLE_RATE,
        max(0, end) / SAMPLE_RATE,
        share=len(heard) / len(pieces),
        matched=len(heard) * PIECE / SAMPLE_RATE,
    )


def _loud(piece: Audio) -> bool:
    """Whether a piece carries speech; a pause within a prompt says nothing about what was heard."""
    return bool(np.sqrt(np.mean(piece**2)) > QUIET * 2)


def candidates(audio: Audio, prompts: Iterable[Prompt]) -> list[HeardPrompt]:
    """Everything that some of the audio could be, the longest likeness first."""
    found = [
        follow(audio, anchor.prompt, start, anchor.offset + OPENING) for anchor, start in find(audio, prompts)
    ]
    return sorted(found, key=lambda heard: heard.matched, reverse=True)


def heard_prompts(audio: Audio, prompts: Iterable[Prompt]) -> list[HeardPrompt]:
    """The prompts heard, in order. Where two begin alike, the one that could be followed longer was heard."""
    chosen: list[HeardPrompt] = []
    for heard in candidates(audio, prompts):
        if all(_overlap(heard, other) < 0.1 for other in chosen):
            chosen.append(heard)
    return sorted(chosen, key=lambda heard: heard.start)


@cache
def _begin_alike(prompt: Prompt, prompts: tuple[Prompt, ...]) -> tuple[Prompt, ...]:
    found = find(prompt.audio[: 3 * OPENING], prompts)
    return tuple({anchor.prompt: None for anchor, _ in found if anchor.prompt is not prompt})


def begin_alike(prompt: Prompt, prompts: tuple[Prompt, ...]) -> tuple[Prompt, ...]:
    """Those of ``prompts`` that ``prompt`` could be taken for at first."""
    with FINDING:
        return _begin_alike(prompt, prompts)


def is_told_apart(heard: HeardPrompt, audio: Audio, others: Iterable[Prompt]) -> bool:
    """Whether enough was heard to know that it is none of ``others``: many sentences begin alike."""
    first = max(0, int((heard.start - 0.1) * SAMPLE_RATE))
    rivals = candidates(audio[first : int(heard.end * SAMPLE_RATE) + PIECE], others)
    return all(rival.matched < heard.matched for rival in rivals)


def _overlap(one: HeardPrompt, other: HeardPrompt) -> float:
    return min(one.end, other.end) - max(one.start, other.start)


def longest_silence(audio: Audio, spoken: Iterable[tuple[float, float]] = ()) -> float:
    """The longest time in seconds in which nothing was heard, not counting the times in ``spoken``."""
    tenth = SAMPLE_RATE // 10
    blocks = audio[: len(audio) // tenth * tenth].reshape(-1, tenth)
    sound = np.sqrt(np.mean(blocks**2, axis=1)) > QUIET
    for start, end in spoken:
        sound[int(start * 10) : int(end * 10) + 1] = True
    edges = np.concatenate(([-1], np.flatnonzero(sound), [len(sound)]))
    return float(np.max(np.diff(edges)) - 1) / 10
