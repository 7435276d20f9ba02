"""The real engines with real models: words with times and confidence, silence, no sound at all."""

from itertools import pairwise

import numpy as np
import pytest

from hotline.recordings.transcripts import Doubt
from tests.kit import speech
from transcription import accuracy, audio, models, text
from transcription.audio import Audio
from transcription.draft import Draft
from transcription.resampling import resample

pytestmark = pytest.mark.thorough

BOTH = [models.KOREAN.name, models.WHISPER.name]


def heard(draft: Draft) -> str:
    return text.join(word.text for word in draft.words)


def assert_in_order(draft: Draft, seconds: float) -> None:
    for word in draft.words:
        assert word.text == word.text.strip() != ""
        assert 0 <= word.start <= word.end <= seconds + 0.5
        assert 0 <= word.confidence <= 1
    assert all(one.start <= next_one.start for one, next_one in pairwise(draft.words))


def test_whisper_hears_mandarin_from_a_telephone() -> None:
    sound, said = speech.prompt("enquiry-too-many")
    draft = speech.engine(models.WHISPER.name).transcribe(sound)
    assert accuracy.character_error_rate(said, heard(draft)) < 0.25
    assert_in_order(draft, sound.seconds)
    assert (draft.engine, draft.model) == ("whisper", "whisper-base")


def test_whisper_leaves_no_sentence_out() -> None:
    """Given these sentences at once it writes the first, says where that ends, and the rest for silence."""
    sound, said = speech.sentences(pause=0.3)
    text = heard(speech.engine(models.WHISPER.name).transcribe(sound))
    assert len(accuracy.spoken(text)) > 0.9 * len(accuracy.spoken(said))
    assert accuracy.character_error_rate(said, text) < 0.5


def test_vosk_hears_words_from_a_telephone() -> None:
    sound = speech.korean()
    draft = speech.engine(models.KOREAN.name).transcribe(sound)
    assert len(draft.words) >= 5
    assert_in_order(draft, sound.seconds)
    assert draft.settings["front_end"] == "telephone"
    if speech.KOREAN_SPEECH.exists():
        assert "공정을 거쳐야 한다" in heard(draft)


def test_vosk_times_count_from_the_beginning_of_the_message() -> None:
    sound = speech.korean()
    pause = np.zeros(4 * sound.rate, np.int16)  # long enough for a result in between
    twice = Audio(np.concatenate([sound.samples, pause, sound.samples]), sound.rate)
    words = speech.engine(models.KOREAN.name).transcribe(twice).words
    second = [word for word in words if word.start > sound.seconds + 2]
    assert len(second) >= 5
    assert second[0].start == pytest.approx(sound.seconds + 4 + words[0].start, abs=0.5)


@pytest.mark.parametrize("name", BOTH)
@pytest.mark.parametrize("sigma", [0.0, 60.0], ids=["silence", "a hissing line"])
def test_silence_has_no_words(name: str, sigma: float) -> None:
    assert not speech.engine(name).transcribe(speech.hiss(3, sigma)).words


@pytest.mark.parametrize("name", BOTH)
@pytest.mark.parametrize("samples", [0, 1, 500])
def test_next_to_nothing_is_no_fault(name: str, samples: int) -> None:
    assert not speech.engine(name).transcribe(Audio(np.zeros(samples, np.int16), 8000)).words


def test_whisper_that_is_spoken_to_in_another_language_says_so_and_hears_it_when_told() -> None:
    sound = audio.read([speech.prompt_path("welcome-busy", "en")], 60)
    whisper = speech.engine(models.WHISPER.name)
    (stretch,) = whisper.transcribe(sound, "zh").doubtful
    assert stretch.doubt is Doubt.LANGUAGE and stretch.end - stretch.start > 5
    told = whisper.transcribe(sound, "en")
    assert "to leave a message press" in heard(told).lower().replace(",", "") and not told.doubtful


def test_the_same_recording_gives_the_same_draft() -> None:
    sound, engine = speech.prompt("goodbye")[0], speech.engine(models.WHISPER.name)
    assert engine.transcribe(sound) == engine.transcribe(sound)  # not so Vosk: Kaldi dithers


def test_resampling_keeps_the_length_and_the_pitch() -> None:
    at = np.arange(8000) / 8000
    sound = Audio((10000 * np.sin(2 * np.pi * 1000 * at)).astype(np.int16), 8000)
    wide = resample(sound)
    assert len(wide) == pytest.approx(16000, abs=64)
    assert np.argmax(np.abs(np.fft.rfft(wide))) == pytest.approx(1000, abs=5)
