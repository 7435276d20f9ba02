"""Which engine hears, and the line that says why."""

import os
from pathlib import Path

import pytest

from hotline.sections import Transcription
from hotline.settings_file import Settings
from tests.kit.models import lay
from transcription import choice, health, loading
from transcription.models import KOREAN, LARGE_MANDARIN, MANDARIN, WHISPER, Model, ModelError


def test_vosk_is_the_default_where_its_mandarin_model_is(tmp_path: Path) -> None:
    lay(tmp_path, MANDARIN, WHISPER, LARGE_MANDARIN)
    chosen = choice.choose(Transcription(), tmp_path)
    assert chosen.line == "Speech engine: Vosk with vosk-model-small-cn-0.22, the default."


def test_whisper_takes_its_place_and_the_line_says_why(tmp_path: Path) -> None:
    lay(tmp_path, WHISPER, KOREAN)
    line = choice.choose(Transcription(), tmp_path).line
    assert line.startswith("Speech engine: Whisper with whisper-base, because vosk-model-small-cn-0.22 is")
    assert "hotline models fetch vosk-model-small-cn-0.22" in line
    assert "\n" not in line


def test_half_a_model_is_none(tmp_path: Path) -> None:
    lay(tmp_path, WHISPER)
    (tmp_path / WHISPER.name / "model.bin").unlink()
    with pytest.raises(ModelError, match="run: hotline models fetch auto"):
        choice.choose(Transcription(), tmp_path)


def test_a_model_in_the_settings_is_the_one(tmp_path: Path) -> None:
    lay(tmp_path, MANDARIN, WHISPER, KOREAN)
    assert choice.choose(Transcription(model=KOREAN.name), tmp_path).model is KOREAN
    assert choice.choose(Transcription(engine="whisper"), tmp_path).model is WHISPER


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        (Transcription(model="vosk-model-xx"), "There is no model 'vosk-model-xx'; the known ones are: "),
        (Transcription(engine="whisper", model=KOREAN.name), "one of the engine vosk, but .* is whisper"),
        (Transcription(model=LARGE_MANDARIN.name), "run: hotline models fetch vosk-model-cn-0.22"),
        (Transcription(engine="vosk"), "run: hotline models fetch auto"),
    ],
)
def test_what_cannot_be_is_said_in_one_sentence(tmp_path: Path, wanted: Transcription, message: str) -> None:
    lay(tmp_path, WHISPER)
    with pytest.raises(ModelError, match=message):
        choice.choose(wanted, tmp_path)


def test_the_doctor_says_what_to_do_without_a_model(tmp_path: Path) -> None:
    (finding,) = health.speech(Settings(models_dir=tmp_path))
    assert not finding.ok
    assert finding.remedy == "No speech model is installed; run: hotline models fetch auto"
    lay(tmp_path, MANDARIN)
    (finding,) = health.speech(Settings(models_dir=tmp_path))
    assert finding.ok


@pytest.mark.parametrize("model", [MANDARIN, WHISPER], ids=["vosk", "whisper"])
def test_a_damaged_model_is_one_sentence_and_the_doctor_tells(tmp_path: Path, model: Model) -> None:
    chosen = Settings(models_dir=tmp_path / "models", state_dir=tmp_path / "state")
    chosen.run_dir.mkdir(parents=True)
    lay(chosen.models_dir, model)
    with pytest.raises(ModelError, match=f"^{model.name} cannot be loaded") as refusal:
        loading.load(model, chosen)
    assert str(refusal.value).endswith(f"and run: hotline models fetch {model.name}")
    (finding,) = health.speech(chosen)
    assert (finding.ok, finding.remedy) == (False, str(refusal.value))


def test_a_load_that_comes_to_no_end_is_told_by_its_age(tmp_path: Path) -> None:
    chosen = Settings(models_dir=tmp_path, state_dir=tmp_path)
    lay(tmp_path, MANDARIN)
    mark = chosen.run_dir / "speech.loading"
    mark.parent.mkdir(parents=True)
    mark.touch()
    assert loading.failure(chosen) == ""
    os.utime(mark, (0, 0))
    assert "has not come to an end" in loading.failure(chosen)
