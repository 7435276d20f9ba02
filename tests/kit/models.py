"""Speech models that are only files of the right names."""

import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from transcription.models import KNOWN, Model, ModelArchive, ModelPackage

VOSK_FILES = ("am/final.mdl", "conf/model.conf", "graph/HCLr.fst")
WHISPER_FILES = ("model.bin", "config.json", "tokenizer.json", "vocabulary.json")


def lay(models_dir: Path, *models: Model) -> None:
    for model in models:
        for file in VOSK_FILES if model.engine == "vosk" else WHISPER_FILES:
            path = models_dir / model.name / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()


def zipped(path: Path, files: dict[str, bytes], folder: str = "vosk-model-small-cn-0.22/") -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(folder + name, content)
    return path


def known_as(monkeypatch: pytest.MonkeyPatch, model: Model, *sources: ModelArchive | ModelPackage) -> Model:
    """The registry, with files of this test as the sources of a model."""
    changed = replace(model, sources=sources)
    monkeypatch.setitem(KNOWN, model.name, changed)
    return changed
