"""What ``hotline doctor`` asks of the transcription."""

from collections.abc import Iterator

from hotline.health import Finding
from hotline.settings import Settings
from transcription import choice
from transcription.models import ModelError


def speech(chosen: Settings) -> Iterator[Finding]:
    """A speech engine and its model are there."""
    try:
        yield Finding("speech", True, choice.choose(chosen.transcription, chosen.models_dir).line)
    except ModelError as error:
        yield Finding("speech", False, "recordings wait to be transcribed", str(error))
