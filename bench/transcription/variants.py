"""Ways for a voice to reach an engine; each takes the original wideband audio."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from bench.transcription import line
from transcription import loudness, telephone_front_end
from transcription.audio import Audio

SIGMAS = (0.0, 5.0, 15.0, 30.0, 60.0)
LEVELS = (1000.0, 3000.0, 6000.0, 9000.0)
GAINS = (-24.0, -12.0, 12.0)


@dataclass(frozen=True)
class Variant:
    """A name for the table, and what is done to the audio."""

    name: str
    prepare: Callable[[Audio], Audio]


def for_vosk(thorough: bool) -> Iterator[Variant]:
    """From the original to the front-end that Vosk has, and both sides of each of its numbers."""
    yield Variant("wideband original", lambda wide: wide)
    yield Variant("A-law, resampled to 16 kHz", lambda wide: line.resampled(line.through(wide), 16000))
    yield Variant("A-law, handed over at 8000 Hz", line.through)
    yield Variant("A-law, linear", _linear(0.0))
    yield Variant("A-law, linear, noise 30", _linear(30.0))
    yield Variant("A-law, telephone front-end", _front_end())
    if thorough:
        for sigma in SIGMAS:
            yield Variant(f"A-law, telephone front-end with noise {sigma:.0f}", _front_end(sigma=sigma))
        for level in LEVELS:
            yield Variant(f"A-law, telephone front-end with level {level:.0f}", _front_end(level=level))
    for gain in GAINS:
        yield Variant(f"{gain:+.0f} dB: wideband", partial(line.louder, decibels=gain))
        yield Variant(f"{gain:+.0f} dB: A-law, linear, noise 30", _linear(30.0, gain))
        yield Variant(f"{gain:+.0f} dB: A-law, telephone front-end", _front_end(gain))


def for_whisper() -> Iterator[Variant]:
    """Whisper resamples what has 8 kHz itself; what has 16 kHz it takes as it is."""
    yield Variant("wideband original", lambda wide: wide)
    yield Variant("A-law, resampled to 16 kHz", line.through)
    yield Variant("A-law, Vosk's telephone front-end", _front_end())
    for gain in GAINS:
        yield Variant(f"{gain:+.0f} dB: A-law, resampled", partial(line.through, decibels=gain))


def _linear(sigma: float, gain: float = 0.0) -> Callable[[Audio], Audio]:
    """The front-end without its levelling: the level aimed at is the one there is."""

    def prepare(wide: Audio) -> Audio:
        heard = line.through(wide, gain)
        return telephone_front_end.widen(heard, loudness.voice_level(heard), sigma)

    return prepare


def _front_end(gain: float = 0.0, **numbers: float) -> Callable[[Audio], Audio]:
    return lambda wide: telephone_front_end.widen(line.through(wide, gain), **numbers)
