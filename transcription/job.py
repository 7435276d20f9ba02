"""Transcribing one recording: claim, read, hear, cut, keep. Every ending is on the recording's row."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from celery.exceptions import SoftTimeLimitExceeded

from hotline.database import Database
from hotline.recordings import digits, jobs, store, transcripts
from hotline.recordings.recordings import Recording, Speaker, spoken_parts
from hotline.recordings.transcripts import Segment, Transcript
from hotline.settings import Settings
from transcription import audio, loudness, segments, speech, text, unheard
from transcription.audio import Audio
from transcription.draft import Draft, Engine, Stretch, Word
from transcription.speech import Interval

log = logging.getLogger(__name__)

START_SECONDS = 60.0
SECONDS_PER_AUDIO_SECOND = 2.0
"""The slowest engine that is of use; Vosk needs about 0.1 and Whisper base 0.2 to 0.5 on one core."""
GRACE_SECONDS = 15.0
MESSAGES_LONG = 4
"""A message with its parts may be so many times as long as one part."""
LONGEST_CALL_SECONDS = 7200.0
"""The dialplan ends every call by then."""


@dataclass(frozen=True)
class Track:
    """What one engine run is given and gives back; a message is one track, a call one for each speaker."""

    heard: Audio
    draft: Draft
    speaker: Speaker | None = None
    begins: float = 0.0
    """Seconds into the recording's sound."""
    speech: Sequence[Interval] | None = ()
    """Where somebody speaks, whatever the engine heard; None where that is not known."""


def to_hear(recording: Recording) -> float:
    """Seconds of sound in a recording: both channels of a call are heard one after the other."""
    return sum(part.seconds for part in spoken_parts(recording))


def time_limit(audio_seconds: float, chosen: Settings) -> float:
    """Seconds that transcribing may take: a start, and a share for each minute of audio."""
    most = max(longest(chosen), 2 * LONGEST_CALL_SECONDS)
    return START_SECONDS + SECONDS_PER_AUDIO_SECOND * min(audio_seconds, most)


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
        lease = timedelta(seconds=time_limit(to_hear(recording), chosen) + 2 * GRACE_SECONDS)
        attempt = jobs.claim(session, recording_id, now(), lease)
        sounds = _sounds(recording, chosen)
        language = recording.language
    if attempt is None:
        return
    try:
        tracks = [_hear(engine, paths, chosen, language, speaker) for speaker, paths in sounds.items()]
    except Exception as error:
        log.warning("recording %s, attempt %s: %s", recording_id, attempt, _reason(error))
        with database.writing() as session:
            jobs.fail(session, recording_id, attempt, _reason(error), now())
        return
    transcript, spans = kept(recording_id, tracks, now())
    with database.writing() as session:
        bare = None if any(each.speech is None for each in tracks) else transcripts.unheard_seconds(spans)
        jobs.finish(session, recording_id, attempt, transcript, spans, now(), tracks[0].draft.note, bare)


def _sounds(recording: Recording, chosen: Settings) -> dict[Speaker | None, list[Path]]:
    """The files of each track, in order. A recording without files is one track without any."""
    found: dict[Speaker | None, list[Path]] = {}
    for part in spoken_parts(recording):
        found.setdefault(part.speaker, []).append(store.path_of(chosen.store_dir, part.store_key))
    return found or {None: []}


def _hear(
    engine: Engine, paths: list[Path], chosen: Settings, language: str, speaker: Speaker | None
) -> Track:
    heard = audio.read(paths, LONGEST_CALL_SECONDS if speaker else longest(chosen))
    draft = engine.transcribe(heard, language)
    return Track(heard, draft, speaker, speech=_speech(heard, speaker))


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


def kept(recording_id: str, tracks: Sequence[Track], at: datetime) -> tuple[Transcript, list[Segment]]:
    """The rows of what was heard, the segments of all speakers in the order they began.

    An empty segment asks the clerk to listen: to a stretch of speech in which the engine found no word, and
    to all of a sound that has neither words nor speech, or whose draft has a note. Where there was no sound,
    there is no segment: no speech. A stretch that is doubtful is an empty segment as well, and the engine's
    words for it stay its words; so they do where the draft has their digits written one way.
    """
    words: list[Word] = []
    spans: list[Segment] = []
    talk = max((track.heard.seconds for track in tracks if track.speaker), default=0.0)
    for track in tracks:
        placed = track if track.speaker else replace(track, begins=talk)
        spans += _segments(placed, len(words))
        words += _later(placed.draft.words, placed.begins)
    spans.sort(key=lambda segment: segment.start)
    for position, segment in enumerate(spans):
        segment.position = position
    draft = tracks[0].draft
    drafts = [segment.draft for segment in spans if segment.draft]
    transcript = Transcript(
        recording_id=recording_id,
        engine=draft.engine,
        model=draft.model,
        settings=dict(draft.settings),
        words=[asdict(word) for word in words],
        text=text.join(drafts) if len(tracks) == 1 else "\n".join(drafts),
        created_at=at,
    )
    return transcript, spans


def _later(words: Sequence[Word], seconds: float) -> list[Word]:
    """A message left after talking to a seat is heard when the talk is over."""
    return [replace(word, start=word.start + seconds, end=word.end + seconds) for word in words]


def _segments(track: Track, first: int) -> list[Segment]:
    """The stretches of one track; ``first`` is the place of its words among those of all."""
    draft = track.draft
    found = [*segments.cut(draft.words, draft.doubtful), *_without_words(track)]
    if draft.note or (not found and loudness.has_sound(track.heard)):
        found = [Stretch(0, 0, 0.0, track.heard.seconds)]
    return [_segment(track, stretch, first) for stretch in found]


def _without_words(track: Track) -> list[Stretch]:
    """The stretches of speech for which the engine gave no words, not even doubtful ones."""
    covered = [unheard.around(word) for word in track.draft.words]
    covered += [Interval(each.start, each.end) for each in track.draft.doubtful]
    return [Stretch(0, 0, *each) for each in unheard.intervals(track.speech or (), covered)]


def _segment(track: Track, stretch: Stretch, first: int) -> Segment:
    words = track.draft.words[stretch.first : stretch.stop]
    return Segment(
        start=track.begins + stretch.start,
        end=track.begins + stretch.end,
        first_word=first + stretch.first,
        last_word=first + stretch.stop - 1,
        draft="" if stretch.doubt else digits.written(text.join(word.text for word in words)),
        speaker=track.speaker,
        doubt=stretch.doubt,
    )


def _reason(error: Exception) -> str:
    if isinstance(error, audio.UnreadableAudio):
        return str(error)
    if isinstance(error, SoftTimeLimitExceeded):
        return "transcribing took too long"
    return f"the engine failed: {type(error).__name__}: {error}"
