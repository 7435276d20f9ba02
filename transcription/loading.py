"""Loading the engine of a worker, with a mark in the run directory while that has not succeeded."""

import os
from contextlib import suppress
from functools import partial
from pathlib import Path

from hotline import heartbeat
from hotline.settings_file import Settings
from transcription import choice
from transcription.draft import Engine
from transcription.languages import EveryLanguage
from transcription.models import WHISPER, Model, ModelError, is_installed

_PATIENCE_SECONDS = 60.0


def load(model: Model, settings: Settings) -> Engine:
    """The engine of the model, beside it one for other languages where there is one. Raises ModelError."""
    mark = _mark(settings)
    with suppress(FileExistsError):
        mark.touch(exist_ok=False)  # so its age is that of the first of several tries
    threads = max(1, (os.cpu_count() or 1) // settings.transcription.workers)
    try:
        engine = choice.load(model, settings.models_dir, threads)
    except ModelError as error:
        mark.write_text(str(error))
        raise
    mark.unlink(missing_ok=True)
    other = None
    if is_installed(WHISPER, settings.models_dir) and choice.has_engine(WHISPER):
        other = partial(choice.load, WHISPER, settings.models_dir, threads)
    return EveryLanguage(model, engine, other)


def failure(settings: Settings) -> str:
    """Why the worker has not loaded its model; empty when it has, or has only just begun."""
    mark = _mark(settings)
    age = heartbeat.age(mark)
    if age is None:
        return ""
    with suppress(FileNotFoundError):
        if reason := mark.read_text():
            return reason
    begun = f"the worker began to load its model {age:.0f} s ago and has not come to an end"
    return begun if age > _PATIENCE_SECONDS else ""


def _mark(settings: Settings) -> Path:
    return settings.run_dir / "speech.loading"
