"""Transcribing one recording: claim, read, hear, cut, keep. Every ending is on the recording's row."""

import logging
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

from celery.exceptions import SoftTimeLimitExceeded

from hotline import jobs, store
from hotline.database import Database
from hotline.recordings import Recording, spoken_parts
from hotline.settings import Settings
from hotline.transcripts import Segment, Transcript
from transcription import audio, loudness, segments, text
from transcription.audio import Audio
from transcription.draft import Draft, Engine

log = logging.getLogger(__name__)

START_SECONDS = 60.0
SECONDS_PER_AUDIO_SECOND = 2.0
"""The slowest engine that is of use; Vosk needs about 0.1 and Whisper base 0.2 to 0.5 on one core."""
GRACE_SECONDS = 15.0
MESSAGES_LONG = 4
"""A message with its parts may be so many times as long as one part."""


def time_limit(audio_seconds: float, chosen: Settings) -> float:
    """Seconds that transcribing may take: a start, and a share for each minute of audio."""
    return START_SECONDS + SECONDS_PER_AUDIO_SECOND * min(audio_seconds, longest(chosen))


def longest(chosen: Settings) -> float:
    """Seconds of the longest message that is transcribed at all."""
    return MESSAGES_LONG * chosen.message.max_seconds


def transcribe(
    recording_id: str,
    engine: Engine,
    chosen: Settings,
    database: Database,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> None:
    """Transcribe a recording if it waits for that; never raises for what the recording holds."""
    with database.writing() as session:
        recording = session.get(Recording, recording_id)
        if recording is None:
            return
        lease = timedelta(seconds=time_limit(recording.seconds, chosen) + 2 * GRACE_SECONDS)
        attempt = jobs.claim(session, recording_id, now(), lease)
        paths = [store.path_of(chosen.store_dir, part.store_key) for part in spoken_parts(recording)]
        language = recording.language
    if attempt is None:
        return
    try:
        heard = audio.read(paths, longest(chosen))
        draft = engine.transcribe(heard, language)
    except Exception as error:
        log.warning("recording %s, attempt %s: %s", recording_id, attempt, _reason(error))
        with database.writing() as session:
            jobs.fail(session, recording_id, attempt, _reason(error), now())
        return
    transcript, spans = kept(recording_id, draft, heard, now())
    with database.writing() as session:
        jobs.finish(session, recording_id, attempt, transcript, spans, now(), draft.note)


def kept(recording_id: str, draft: Draft, heard: Audio, at: datetime) -> tuple[Transcript, list[Segment]]:
    """The rows of a draft.

    Where there was sound and the engine found no word in it, one empty segment over all of it asks the
    clerk to listen, and so does a draft with a note; where there was none, there is no segment: no speech.
    """
    words = list(draft.words)
    transcript = Transcript(
        recording_id=recording_id,
        engine=draft.engine,
        model=draft.model,
        settings=dict(draft.settings),
        words=[asdict(word) for word in words],
        text=text.join(word.text for word in words),
        created_at=at,
    )
    if draft.note or (not words and loudness.has_sound(heard)):
        return transcript, [_segment(0, 0.0, heard.seconds, segments.Span(0, -1), "")]
    return transcript, [
        _segment(position, words[span.first].start, words[span.last].end, span, _joined(draft, span))
        for position, span in enumerate(segments.cut(words))
    ]


def _joined(draft: Draft, span: segments.Span) -> str:
    return text.join(word.text for word in draft.words[span.first : span.last + 1])


def _segment(position: int, start: float, end: float, span: segments.Span, draft: str) -> Segment:
    return Segment(
        position=position, start=start, end=end, first_word=span.first, last_word=span.last, draft=draft
    )


def _reason(error: Exception) -> str:
    if isinstance(error, audio.UnreadableAudio):
        return str(error)
    if isinstance(error, SoftTimeLimitExceeded):
        return "transcribing took too long"
    return f"the engine failed: {type(error).__name__}: {error}"
