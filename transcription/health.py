"""What ``hotline doctor`` asks of the transcription."""

from collections.abc import Iterator

from hotline.finding import Finding
from hotline.settings_file import Settings
from transcription import choice, loading
from transcription import speech as detection
from transcription.models import ModelError


def speech(settings: Settings) -> Iterator[Finding]:
    """A speech engine and its model are there, and the worker has loaded it."""
    try:
        line = choice.choose(settings.transcription, settings.models_dir).line
    except ModelError as error:
        yield Finding("speech", False, "recordings wait to be transcribed", str(error))
        return
    if reason := loading.failure(settings):
        yield Finding("speech", False, f"{line} Recordings wait to be transcribed", reason)
    else:
        yield Finding("speech", True, line)
    if not detection.is_known():
        told = "nobody notices speech that an engine leaves out"
        yield Finding(
            "speech", False, told, "install the package faster-whisper, which finds where somebody speaks"
        )
