"""The level of a voice and the telephone front-end of Vosk."""

import numpy as np
import pytest

from tests.kit import speech
from transcription import loudness, telephone_front_end
from transcription.audio import Audio


def tone(amplitude: float, seconds: float = 1.0, hertz: float = 1000.0) -> Audio:
    at = np.arange(round(seconds * 8000)) / 8000
    return Audio((amplitude * np.sin(2 * np.pi * hertz * at)).astype(np.int16), 8000)


def power_above_4_khz(audio: Audio) -> float:
    spectrum = np.abs(np.fft.rfft(audio.samples)) ** 2
    return float(spectrum[len(spectrum) // 2 :].sum() / spectrum.sum())


def test_between_two_samples_comes_their_middle() -> None:
    samples = np.array([0, 10, -32768, 32767], np.int16)
    assert list(telephone_front_end.interpolate(samples)) == [0, 5, 10, -16379, -32768, -1, 32767, 32767]


def test_the_upper_band_is_filled() -> None:
    voice = speech.prompt("message-ask")[0]
    widened = telephone_front_end.widen(voice, sigma=0)
    assert (widened.rate, len(widened.samples)) == (16000, 2 * len(voice.samples))
    assert power_above_4_khz(widened) > 1e-4


@pytest.mark.parametrize("decibels", [-24, -12, 0, 6])
def test_quiet_and_loud_voices_come_to_one_level(decibels: float) -> None:
    voice = tone(6000 * 10 ** (decibels / 20))
    assert loudness.voice_level(loudness.levelled(voice)) == pytest.approx(loudness.VOICE_LEVEL, rel=0.02)


def test_the_hum_of_an_empty_line_does_not_become_a_voice() -> None:
    hum = speech.hiss(2, sigma=8)
    assert loudness.voice_level(loudness.levelled(hum)) < loudness.VOICE_LEVEL / 15


def test_the_same_recording_gives_the_same_samples() -> None:
    voice = tone(5000)
    first, second = (telephone_front_end.widen(voice).samples for _ in range(2))
    assert np.array_equal(first, second)


@pytest.mark.parametrize("samples", [0, 1, 159])
def test_next_to_nothing_is_no_fault(samples: int) -> None:
    almost_nothing = Audio(np.full(samples, 7, np.int16), 8000)
    assert len(telephone_front_end.widen(almost_nothing).samples) == 2 * samples


@pytest.mark.parametrize(
    ("heard", "audible"),
    [
        (speech.silence(5), False),
        (speech.hiss(5, 60), False),
        (tone(3000, 0.1), False),
        (tone(300, 1.0), True),
        (speech.hiss(5, 1000), True),
    ],
    ids=["silence", "hiss", "a click", "a quiet tone", "noise"],
)
def test_sound_is_told_from_silence(heard: Audio, audible: bool) -> None:
    assert loudness.has_sound(heard) is audible
