"""Transcribing one recording: claim, read, hear, cut, keep. Every ending is on the recording's row."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from celery.exceptions import SoftTimeLimitExceeded

from hotline.database import Database
from hotline.recordings import jobs, store, transcripts
from hotline.recordings.no_draft import NoDraft
from hotline.recordings.recordings import Recording, Speaker, spoken_parts
from hotline.settings_file import Settings
from transcription import audio, speech
from transcription.audio import Audio
from transcription.draft import Engine
from transcription.intervals import Interval
from transcription.rows import HeardTrack, kept

log = logging.getLogger(__name__)

START_SECONDS = 60.0
SECONDS_PER_AUDIO_SECOND = 2.0
"""The slowest engine that is of use; Vosk needs about 0.1 and Whisper base 0.2 to 0.5 on one core."""
GRACE_SECONDS = 15.0
MESSAGES_LONG = 4
"""A message with its parts may be so many times as long as one part."""
LONGEST_CALL_SECONDS = 7200.0
"""The dialplan ends every call by then."""


def to_hear(recording: Recording) -> float:
    """Seconds of sound in a recording: both channels of a call are heard one after the other."""
    return sum(part.seconds for part in spoken_parts(recording))


def time_limit(audio_seconds: float, settings: Settings) -> float:
    """Seconds that transcribing may take: a start, and a share for each minute of audio."""
    most = max(longest(settings), 2 * LONGEST_CALL_SECONDS)
    return START_SECONDS + SECONDS_PER_AUDIO_SECOND * min(audio_seconds, most)


def longest(settings: Settings) -> float:
    """Seconds of the longest message that is transcribed at all."""
    return MESSAGES_LONG * settings.message.max_seconds


def transcribe(
    recording_id: str,
    engine: Engine,
    settings: Settings,
    database: Database,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> None:
    """Transcribe a recording if it waits for that; never raises for what the recording holds."""
    with database.writing() as session:
        recording = session.get(Recording, recording_id)
        if recording is None:
            return
        lease = timedelta(seconds=time_limit(to_hear(recording), settings) + 2 * GRACE_SECONDS)
        attempt = jobs.claim(session, recording_id, now(), lease)
        sounds = _sounds(recording, settings)
        language = recording.language
    if attempt is None:
        return
    try:
        tracks = [_hear(engine, paths, settings, language, speaker) for speaker, paths in sounds.items()]
    except Exception as error:
        why, said = _why(error)
        log.warning("recording %s, attempt %s: %s", recording_id, attempt, said)
        with database.writing() as session:
            jobs.fail(session, recording_id, attempt, why, said, now())
        return
    transcript, spans = kept(recording_id, tracks, now())
    with database.writing() as session:
        bare = None if any(each.speech is None for each in tracks) else transcripts.unheard_seconds(spans)
        jobs.finish(session, recording_id, attempt, transcript, spans, now(), tracks[0].draft.note, bare)


def _sounds(recording: Recording, settings: Settings) -> dict[Speaker | None, list[Path]]:
    """The files of each track, in order. A recording without files is one track without any."""
    found: dict[Speaker | None, list[Path]] = {}
    for part in spoken_parts(recording):
        found.setdefault(part.speaker, []).append(store.path_of(settings.store_dir, part.store_key))
    return found or {None: []}


def _hear(
    engine: Engine, paths: list[Path], settings: Settings, language: str, speaker: Speaker | None
) -> HeardTrack:
    heard = audio.read(paths, LONGEST_CALL_SECONDS if speaker else longest(settings))
    draft = engine.transcribe(heard, language)
    return HeardTrack(heard, draft, speaker, speech=_speech(heard, speaker))


def _speech(heard: Audio, speaker: Speaker | None) -> list[Interval] | None:
    """Where somebody speaks. Without it a draft is still a draft, and nobody knows what is missing in it."""
    if not speech.is_known():
        return None
    try:
        found = speech.intervals(heard)
        return speech.without_echo(heard, found) if speaker else found
    except Exception:
        log.exception("the draft is kept, but the voice detection failed: what is missing in it is not known")
        return None


def _why(error: Exception) -> tuple[NoDraft, str]:
    """As a clerk is told, and as the administrator is."""
    if isinstance(error, audio.UnreadableAudio):
        return error.why, str(error)
    if isinstance(error, SoftTimeLimitExceeded):
        return NoDraft.TOO_SLOW, "transcribing took too long"
    return NoDraft.ENGINE_FAILED, f"the engine failed: {type(error).__name__}: {error}"
