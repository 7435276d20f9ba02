"""Why there is no draft, as a clerk reads it. What the engine said itself is kept for the administrator."""

from flask_babel import lazy_gettext

KINDS = (
    ("the engine failed", lazy_gettext("The transcription program stopped with an error.")),
    ("transcribing took too long", lazy_gettext("Transcribing took too long and was stopped.")),
    ("the worker died", lazy_gettext("The transcription program was interrupted.")),
    ("the file is missing", lazy_gettext("The recording's file is missing in the store.")),
    ("the message has no part", lazy_gettext("The recording has no sound file.")),
    (
        "not transcribed: English",
        lazy_gettext("An English message; no engine for English is installed. Listen to it."),
    ),
    ("are transcribed", lazy_gettext("The recording is too long to be transcribed.")),
)
"""Words in a kept reason (transcription/job.py, transcription/audio.py, hotline/recordings/jobs.py)."""
OTHER = lazy_gettext("The recording's file is damaged or of a kind that cannot be transcribed.")


def sentence(failure: str) -> str:
    """The sentence for a kept reason; empty where none was kept."""
    if not failure:
        return ""
    return str(next((said for words, said in KINDS if words in failure), OTHER))
