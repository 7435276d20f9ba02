"""What a caller really heard: prompts recognised in recorded telephone audio.

A prompt reaches the caller as the same samples after A-law coding and a jitter buffer that now and then drops or
repeats 20 ms. So its opening is found by normalised cross-correlation, and then followed piece by piece, each piece
a little earlier or later than expected, until it stops: that tells how much of the prompt was heard.

Audio is mono, 8000 samples a second, as float32 arrays.
"""

import wave
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Audio = NDArray[np.float32]

SAMPLE_RATE = 8000
OPENING = SAMPLE_RATE * 3 // 10
BLOCK = 16384  # samples correlated at once: small enough for the processor's cache
PIECE = SAMPLE_RATE // 5
SLACK = SAMPLE_RATE * 6 // 100  # three packets dropped or repeated between two pieces
SURE = 0.85  # after A-law a prompt is 0.99 like itself; different speech stays below 0.8
MAY_MISS = 2  # pieces in a row, lost or torn by the jitter buffer
QUIET = 60.0  # 16-bit units: below this an A-law line carries nothing but its own noise
WAV_HEADER_BYTES = 44


@dataclass(frozen=True)
class Prompt:
    """One prompt's audio, without the silence at both ends; ``lead`` seconds were taken off its beginning."""

    key: str
    language: str
    audio: Audio
    lead: float

    @property
    def seconds(self) -> float:
        return len(self.audio) / SAMPLE_RATE


@dataclass(frozen=True)
class Heard:
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
        return self.share > 0.8

    def later(self, seconds: float) -> "Heard":
        return replace(self, start=self.start + seconds, end=self.end + seconds)


def read_audio(file: Path) -> Audio:
    """The samples of a WAV of 16-bit mono at 8 kHz, even of one still being written. No file: no samples."""
    if not file.exists():
        return np.zeros(0, np.float32)
    samples = file.read_bytes()[WAV_HEADER_BYTES:]
    return np.frombuffer(samples[: len(samples) // 2 * 2], "<i2").astype(np.float32)


def load_prompts(sounds: Path, languages: Iterable[str] = ("zh", "en")) -> list[Prompt]:
    """Every prompt below ``sounds/<language>/``; one that sounds the same in two languages belongs to the first."""
    prompts: dict[bytes, Prompt] = {}
    for language in languages:
        for file in sorted((sounds / language).rglob("*.wav")):
            prompt = _read_prompt(file, file.relative_to(sounds / language).with_suffix("").as_posix(), language)
            if len(prompt.audio):
                prompts.setdefault(prompt.audio.tobytes(), prompt)
    return list(prompts.values())


def _read_prompt(file: Path, key: str, language: str) -> Prompt:
    with wave.open(str(file), "rb") as sound:
        if (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) != (SAMPLE_RATE, 1, 2):
            raise ValueError(f"{file} is not 16-bit mono at 8 kHz")
        audio = np.frombuffer(sound.readframes(sound.getnframes()), "<i2").astype(np.float32)
    loud = np.flatnonzero(np.abs(audio) > QUIET)
    first, last = (int(loud[0]), int(loud[-1]) + 1) if len(loud) else (0, 0)
    return Prompt(key, language, audio[first:last], first / SAMPLE_RATE)


def likeness(audio: Audio, pattern: Audio) -> Audio:
    """Normalised cross-correlation: how like ``pattern`` the audio is, -1 to 1, at every place it could begin."""
    places = len(audio) - len(pattern) + 1
    if places < 1:
        return np.zeros(0, np.float32)
    size = 1 << (len(audio) + len(pattern)).bit_length()
    products = np.fft.irfft(np.fft.rfft(audio, size) * np.conj(np.fft.rfft(pattern, size)), size)[:places]
    return np.asarray(products / (_loudness(audio, len(pattern)) * np.sqrt(np.sum(pattern**2))), np.float32)


def _loudness(audio: Audio, length: int) -> Audio:
    """The root of the energy of the ``length`` samples from every place on, never less than that of quiet."""
    energy = np.concatenate(([0.0], np.cumsum(audio.astype(np.float64) ** 2)))
    floor = length * QUIET**2  # else the quotient of two silences is anything
    return np.asarray(np.sqrt(np.maximum(energy[length:] - energy[:-length], floor)), np.float32)


@dataclass(frozen=True)
class Anchor:
    """A stretch of a prompt, ``offset`` samples from its beginning, by which it is found."""

    prompt: Prompt
    offset: int


def _anchors(prompts: Iterable[Prompt]) -> list[Anchor]:
    """Two for a longer prompt: the first packets of a call may be lost, and the jitter buffer may tear one."""
    return [
        Anchor(prompt, offset)
        for prompt in prompts
        for offset in ((0, OPENING) if len(prompt.audio) >= 3 * OPENING else (0,))
    ]


def find(audio: Audio, prompts: Iterable[Prompt]) -> list[tuple[Anchor, int]]:
    """Every anchor found in the audio, with the sample at which its prompt began (below 0: before the audio)."""
    anchors = _anchors(prompts)
    patterns = [anchor.prompt.audio[anchor.offset :][:OPENING] for anchor in anchors]
    spectra = np.conj(np.array([np.fft.rfft(_unit(pattern), BLOCK) for pattern in patterns], np.complex64))
    padded = np.concatenate((audio, np.zeros(BLOCK, np.float32)))
    loudness = _loudness(padded, OPENING)
    found = []
    step = BLOCK - OPENING
    for begin in range(0, len(audio), step):
        block = padded[begin : begin + BLOCK]
        if len(block) < BLOCK or np.abs(block).max() < QUIET:
            continue
        like = np.fft.irfft(np.fft.rfft(block) * spectra, axis=1)[:, :step] / loudness[begin : begin + step]
        for number in np.flatnonzero(like.max(axis=1) >= SURE):
            anchor = anchors[number]
            found += [(anchor, begin + place - anchor.offset) for place in _peaks(like[number])]
    return found


def _peaks(like: Audio) -> list[int]:
    """Places above SURE, best first, none closer than OPENING to a better one."""
    peaks: list[int] = []
    for place in np.argsort(like)[::-1]:
        if like[place] < SURE:
            break
        if all(abs(int(place) - other) >= OPENING for other in peaks):
            peaks.append(int(place))
    return peaks


def _unit(pattern: Audio) -> Audio:
    """A pattern of OPENING samples and energy 1."""
    filled = np.pad(pattern, (0, OPENING - len(pattern)))
    return np.asarray(filled / np.sqrt(np.sum(filled**2)), np.float32)


def follow(audio: Audio, prompt: Prompt, start: int, surely: int) -> Heard:
    """How much is heard of a prompt beginning at sample ``start``, of whose first ``surely`` samples some were found.

    ``start`` is below 0 where the first packets were lost.
    """
    pieces = [begin for begin in range(0, len(prompt.audio), PIECE) if _loud(prompt.audio[begin : begin + PIECE])]
    shift = missed = 0
    heard: list[int] = []
    for begin in pieces:
        piece = prompt.audio[begin : begin + PIECE]
        expected = start + begin + shift
        earliest = max(0, expected - SLACK)
        like = likeness(audio[earliest : max(0, expected + SLACK + len(piece))], piece)
        if len(like) and like.max() >= SURE:
            shift += earliest + _nearest(like, expected - earliest) - expected
            heard.append(begin)
            missed = 0
        elif (missed := missed + 1) > MAY_MISS:
            break
    reached = max(heard[-1] + PIECE if heard else 0, surely)
    end = start + shift + min(reached, len(prompt.audio))
    return Heard(
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


def _nearest(like: Audio, expected: int) -> int:
    """The place of the greatest likeness; of many about equal, as in a tone, the one nearest to the expected."""
    equal = np.flatnonzero(like > like.max() * 0.98)
    return int(equal[np.abs(equal - expected).argmin()])


def heard_prompts(audio: Audio, prompts: Iterable[Prompt]) -> list[Heard]:
    """The prompts heard, in order. Where two begin alike, the one that could be followed longer was heard."""
    candidates = [
        follow(audio, anchor.prompt, start, anchor.offset + OPENING) for anchor, start in find(audio, prompts)
    ]
    candidates.sort(key=lambda heard: heard.matched, reverse=True)
    chosen: list[Heard] = []
    for heard in candidates:
        if all(_overlap(heard, other) < 0.1 for other in chosen):
            chosen.append(heard)
    return sorted(chosen, key=lambda heard: heard.start)


def _overlap(one: Heard, other: Heard) -> float:
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


def spoken_digits(heard: Iterable[Heard], keys: Mapping[str, str]) -> str:
    """The digits spoken by prompts, in order; ``keys`` names the prompt of each digit."""
    return "".join(keys[one.key] for one in heard if one.key in keys)
