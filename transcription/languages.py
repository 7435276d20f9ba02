"""An engine for every caller: one who pressed 9 and speaks English is not heard by a Mandarin model."""

from collections.abc import Callable

from transcription.audio import Audio
from transcription.draft import Draft, Engine
from transcription.models import Model

_FOREIGN = {"en": "English"}
"""The languages a caller asks for; whoever asks for none speaks that of the office, and of its model."""


def hears(model: Model, language: str) -> bool:
    """Whether the model can hear a caller of this language."""
    return model.language in ("*", language) or language not in _FOREIGN


class EveryLanguage:
    """The engine of the office's language, and for the others one that is loaded at the first of them."""

    def __init__(self, model: Model, engine: Engine, load_other: Callable[[], Engine] | None) -> None:
        self._model, self._engine = model, engine
        self._load_other = load_other
        self._other: Engine | None = None

    def transcribe(self, audio: Audio, language: str = "zh") -> Draft:
        """Hear a message, or say in the draft's note that nobody here can."""
        if hears(self._model, language):
            return self._engine.transcribe(audio, language)
        if self._load_other is None:
            return Draft((), "none", "none", note=f"not transcribed: {_FOREIGN[language]}")
        self._other = self._other or self._load_other()
        return self._other.transcribe(audio, language)
