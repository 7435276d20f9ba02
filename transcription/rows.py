"""From what an engine heard to the rows of the database: a transcript and its segments."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from hotline.recordings import digits
from hotline.recordings.recordings import Speaker
from hotline.recordings.transcripts import Segment, Transcript
from transcription import loudness, segments, text, unheard
from transcription.audio import Audio
from transcription.draft import DoubtfulStretch, Draft, Word
from transcription.intervals import Interval


@dataclass(frozen=True)
class HeardTrack:
    """What one engine run is given and gives back; a message is one track, a call one for each speaker."""

    heard: Audio
    draft: Draft
    speaker: Speaker | None = None
    begins: float = 0.0
    """Seconds into the recording's sound."""
    speech: Sequence[Interval] | None = ()
    """Where somebody speaks, whatever the engine heard; None where that is not known."""


def kept(recording_id: str, tracks: Sequence[HeardTrack], at: datetime) -> tuple[Transcript, list[Segment]]:
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


def _segments(track: HeardTrack, first: int) -> list[Segment]:
    """The stretches of one track; ``first`` is the place of its words among those of all."""
    draft = track.draft
    found = [*segments.cut(draft.words, draft.doubtful), *_without_words(track)]
    if draft.note or (not found and loudness.has_sound(track.heard)):
        found = [DoubtfulStretch(0, 0, 0.0, track.heard.seconds)]
    return [_segment(track, stretch, first) for stretch in found]


def _without_words(track: HeardTrack) -> list[DoubtfulStretch]:
    """The stretches of speech for which the engine gave no words, not even doubtful ones."""
    covered = [unheard.around(word) for word in track.draft.words]
    covered += [Interval(each.start, each.end) for each in track.draft.doubtful]
    return [DoubtfulStretch(0, 0, *each) for each in unheard.intervals(track.speech or (), covered)]


def _segment(track: HeardTrack, stretch: DoubtfulStretch, first: int) -> Segment:
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
