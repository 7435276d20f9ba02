"""Which engine hears the recordings, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from hotline.sections import Transcription
from transcription.draft import Engine
from transcription.models import MANDARIN, WHISPER, Model, ModelError, is_installed, named

_DEFAULTS = {
    "auto": (MANDARIN.name, WHISPER.name),
    "vosk": (MANDARIN.name,),
    "whisper": (WHISPER.name,),
}
_TITLES = {"vosk": "Vosk", "whisper": "Whisper"}


@dataclass(frozen=True)
class ModelChoice:
    """A model that is installed, and the reason it was taken."""

    model: Model
    reason: str

    @property
    def line(self) -> str:
        """For the administrator, in one line."""
        return f"Speech engine: {_TITLES[self.model.engine]} with {self.model.name}, {self.reason}."


def candidates(wanted: Transcription) -> Sequence[Model]:
    """The models that the settings allow, best first. Raises ModelError when they contradict each other."""
    if not wanted.model:
        return [named(name) for name in _DEFAULTS[wanted.engine]]
    model = named(wanted.model)
    if wanted.engine not in ("auto", model.engine):
        raise ModelError(
            f"transcription.model {model.name} is one of the engine {model.engine}, "
            f"but transcription.engine is {wanted.engine}."
        )
    return (model,)


def choose(wanted: Transcription, models_dir: Path) -> ModelChoice:
    """The first of the candidates that can work. Raises ModelError, saying what to do, when none can."""
    allowed = candidates(wanted)
    for model in allowed:
        if is_installed(model, models_dir) and has_engine(model):
            return ModelChoice(model, _reason(wanted, model))
    raise ModelError(f"No speech model is installed; run: hotline models fetch {wanted.model or 'auto'}")


def has_engine(model: Model) -> bool:
    """Whether the Python package of the model's engine is there; Whisper's is optional."""
    return find_spec({"vosk": "vosk", "whisper": "faster_whisper"}[model.engine]) is not None


def load(model: Model, models_dir: Path, threads: int) -> Engine:
    """The engine with its model in memory; ``threads`` is for those that use several. Raises ModelError."""
    directory = models_dir / model.name
    try:
        return _loaded(model, directory, threads)
    except Exception as error:  # each engine has its own
        raise ModelError(
            f"{model.name} cannot be loaded ({error}); remove {directory} and run: "
            f"hotline models fetch {model.name}"
        ) from error


def _loaded(model: Model, directory: Path, threads: int) -> Engine:
    if model.engine == "vosk":
        from transcription.vosk_engine import VoskEngine

        return VoskEngine(directory)
    from transcription.whisper_engine import WhisperEngine  # an extra that need not be installed

    return WhisperEngine(directory, threads)


def _reason(wanted: Transcription, model: Model) -> str:
    if wanted.model or wanted.engine != "auto":
        return "as the settings say"
    if model.name == MANDARIN.name:
        return "the default"
    return f"because {MANDARIN.name} is not installed (to get it: hotline models fetch {MANDARIN.name})"
