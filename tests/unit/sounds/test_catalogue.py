"""Every prompt is there, in every language, as a telephone wants it."""

import wave
from pathlib import Path

import numpy as np
import pytest

from sounds import level, texts
from sounds.texts import Prompt

PROMPTS = texts.catalogue()
SPOKEN = [prompt for prompt in PROMPTS if prompt.speech]
SEAMLESS = 0.25  # seconds of silence at an end that nobody takes for a pause


def seconds(name: str) -> float:
    return len(level.read(texts.SOUNDS / f"{name}.wav")) / level.RATE


def is_telephone_audio(prompt: Prompt) -> bool:
    with wave.open(str(prompt.wav), "rb") as file:
        shape = file.getnchannels(), file.getsampwidth(), file.getframerate()
        return shape == (1, 2, 8000) and file.getnframes() > 0


def is_evenly_loud(prompt: Prompt) -> bool:
    samples = level.read(prompt.wav)
    return abs(level.loudness(samples) - level.LOUDNESS) <= 3 and level.peak(samples) <= level.PEAK + 0.1


def is_seamless(prompt: Prompt) -> bool:
    powers = level.frame_powers(level.read(prompt.wav))
    heard = np.flatnonzero(powers > powers.max() * 10 ** (-level.GATE / 10))
    return bool(max(heard[0], len(powers) - 1 - heard[-1]) * level.FRAME <= SEAMLESS)


def test_each_is_telephone_audio_that_matches_its_text() -> None:
    assert [prompt.name for prompt in PROMPTS if not is_telephone_audio(prompt)] == []
    digests = texts.read_manifest()
    changed = [prompt.name for prompt in PROMPTS if digests.get(prompt.name) != prompt.digest()]
    assert changed == [], "text or voice has changed, run `make sounds`"


def test_each_is_evenly_loud_and_not_clipped() -> None:
    assert [prompt.name for prompt in SPOKEN if not is_evenly_loud(prompt)] == []


def test_each_starts_and_ends_without_a_wait() -> None:
    assert [prompt.name for prompt in SPOKEN if not is_seamless(prompt)] == []


@pytest.mark.parametrize("greeting", ["welcome-closed", "welcome-busy"])
def test_a_greeting_takes_at_most_eight_seconds(greeting: str) -> None:
    assert seconds(f"zh/{greeting}") + seconds("zh/english-offer") <= 8.0
    assert seconds(f"en/{greeting}") <= 8.0


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_the_greeting_by_day_takes_at_most_six_seconds(language: str) -> None:
    assert seconds(f"{language}/welcome-open") <= 6.0


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_the_beep_is_a_short_tone_and_the_pauses_are_silent(language: str) -> None:
    folder = texts.SOUNDS / language
    beep = level.read(folder / "beep.wav")
    assert len(beep) == 0.25 * level.RATE
    assert np.fft.rfftfreq(len(beep), 1 / level.RATE)[np.abs(np.fft.rfft(beep)).argmax()] == 1000
    for milliseconds in (300, 600):
        pause = level.read(folder / f"silence-{milliseconds}.wav")
        assert len(pause) == milliseconds * level.RATE // 1000
        assert not pause.any()


def test_numbers_and_dates_are_complete() -> None:
    keys = {prompt.key for prompt in PROMPTS}
    parts = {"digit": range(10), "month": range(1, 13), "day": range(1, 32), "year": range(2025, 2037)}
    assert {f"{part}-{number}" for part, numbers in parts.items() for number in numbers} <= keys


def test_no_file_is_left_over_from_a_prompt_that_is_gone() -> None:
    files = {path.relative_to(texts.SOUNDS).with_suffix("") for path in texts.SOUNDS.glob("*/*.wav")}
    assert files == {Path(prompt.name) for prompt in PROMPTS}


def test_one_is_yao_in_a_case_number() -> None:
    assert {prompt.name: prompt.text for prompt in PROMPTS}["zh/digit-1"] == "幺"


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_every_unit_has_its_name_spoken(language: str) -> None:
    manifest = texts.read_manifest()
    units = texts.units(languages=(language,))
    assert len(units) == 454
    stale = [unit.name for unit in units if manifest.get(unit.name) != unit.digest()]
    assert stale == [], "run `make sounds ARGS=--all-units`"
    assert [unit.name for unit in units if not unit.wav.exists()] == []
