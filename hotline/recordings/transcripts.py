"""Transcripts: what an engine heard, and every revision a clerk made of it. Nothing is overwritten."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from hotline.mapping import Base
from hotline.recordings.recordings import Recording, Speaker


class Doubt(StrEnum):
    """Why the words an engine gave for a stretch are no draft of it, and a clerk has to listen."""

    LOOP = "loop"
    """It repeats itself, or gives more than anybody can say: so does Whisper that understands nothing."""
    INVENTED = "invented"
    """It took the stretch for no speech, or was at a loss and wrote something."""
    LANGUAGE = "language"
    """Perhaps another language than the one it was told."""


class Transcript(Base):
    """One run of an engine: its words as they came (text, start, end in seconds, confidence 0 … 1).

    ``words`` are all it gave; ``text`` is without those of segments that are in doubt.
    """

    __tablename__ = "transcripts"

    id: Mapped[int] = mapped_column(primary_key=True)
    recording_id: Mapped[str] = mapped_column(ForeignKey("recordings.id"), index=True)
    engine: Mapped[str] = mapped_column(String(40))
    model: Mapped[str] = mapped_column(String(100))
    settings: Mapped[dict[str, Any]] = mapped_column(JSON)
    words: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]

    segments: Mapped[list["Segment"]] = relationship(order_by="Segment.position", lazy="selectin")


class Segment(Base):
    """A stretch of speech between pauses; start and end in seconds of the joined message.

    ``first_word`` and ``last_word`` are positions in the transcript's words, the last one included. Where
    there is a ``doubt`` the draft is empty: the clerk listens, and sees those words when asking for them.
    An empty draft without a doubt is a stretch in which the engine found no words at all.
    """

    __tablename__ = "segments"

    id: Mapped[int] = mapped_column(primary_key=True)
    transcript_id: Mapped[int] = mapped_column(ForeignKey("transcripts.id"), index=True)
    position: Mapped[int]
    start: Mapped[float]
    end: Mapped[float]
    first_word: Mapped[int]
    last_word: Mapped[int]
    draft: Mapped[str] = mapped_column(Text)
    speaker: Mapped[Speaker | None] = mapped_column(String(6))
    doubt: Mapped[Doubt | None] = mapped_column(String(8))

    revisions: Mapped[list["Revision"]] = relationship(order_by="Revision.number", lazy="selectin")

    @property
    def text(self) -> str:
        """As it reads now: the last revision, else the draft."""
        return self.revisions[-1].text if self.revisions else self.draft

    @property
    def revision(self) -> int:
        """The number of the last revision; 0 is the draft."""
        return self.revisions[-1].number if self.revisions else 0


class Revision(Base):
    """One saved text of a segment."""

    __tablename__ = "revisions"
    __table_args__ = (UniqueConstraint("segment_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    segment_id: Mapped[int] = mapped_column(ForeignKey("segments.id"))
    number: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]


@dataclass(frozen=True)
class RevisionConflict(Exception):
    """Somebody saved another text meanwhile; nothing was lost, both texts are there."""

    number: int
    text: str
    author_id: int


class TranscriptSuperseded(Exception):
    """The segment belongs to an older transcript; a newer one of the same recording is there."""


def unheard_seconds(segments: Sequence[Segment]) -> float:
    """Seconds of the stretches that nobody has written down: speech without words, and words in doubt."""
    return sum(each.end - each.start for each in segments if not each.text)


def latest(session: Session, recording_id: str) -> Transcript | None:
    """The newest transcript of a recording."""
    query = select(Transcript).where(Transcript.recording_id == recording_id).order_by(Transcript.id.desc())
    return session.scalars(query.limit(1)).first()


def corrected_before(session: Session, recording_id: str, shown: Transcript | None) -> list[Transcript]:
    """The transcripts besides the one shown in which clerks corrected something, newest first."""
    query = (
        select(Transcript)
        .where(Transcript.recording_id == recording_id, Transcript.segments.any(Segment.revisions.any()))
        .order_by(Transcript.id.desc())
    )
    return [each for each in session.scalars(query) if each is not shown]


def revise(session: Session, segment: Segment, based_on: int, text: str, author_id: int, at: datetime) -> int:
    """Save a text for a segment and return its revision number.

    Raises RevisionConflict or TranscriptSuperseded.

    ``based_on`` is the revision the author saw. The same text again saves nothing.
    """
    if _has_newer(session, segment):
        raise TranscriptSuperseded
    if segment.revision != based_on:
        raise _conflict(segment)
    if segment.text == text:
        return based_on
    number = based_on + 1
    try:
        with session.begin_nested():
            segment.revisions.append(
                Revision(segment_id=segment.id, number=number, text=text, author_id=author_id, created_at=at)
            )
    except IntegrityError:  # saved by another in this very moment
        session.refresh(segment)
        raise _conflict(segment) from None
    _note_in_lists(session, segment, at)
    return number


def _note_in_lists(session: Session, segment: Segment, at: datetime) -> None:
    """Lists show how a recording begins and how much of it is not written down: as it reads now."""
    transcript = session.get_one(Transcript, segment.transcript_id)
    recording = session.get_one(Recording, transcript.recording_id)
    between = " " if recording.language == "en" else ""
    begins = between.join(each.text for each in transcript.segments if each.text)[:80]
    known = recording.unheard_seconds is not None  # else nobody found out where there is speech
    unheard = unheard_seconds(transcript.segments) if known else None
    if (begins, unheard) != (recording.first_words, recording.unheard_seconds):
        recording.first_words, recording.unheard_seconds, recording.changed_at = begins, unheard, at


def _conflict(segment: Segment) -> RevisionConflict:
    if not segment.revisions:
        return RevisionConflict(0, segment.draft, 0)
    last = segment.revisions[-1]
    return RevisionConflict(last.number, last.text, last.author_id)


def _has_newer(session: Session, segment: Segment) -> bool:
    same = select(Transcript.recording_id).where(Transcript.id == segment.transcript_id).scalar_subquery()
    newer = select(Transcript.id).where(
        Transcript.recording_id == same, Transcript.id > segment.transcript_id
    )
    return session.scalar(newer.limit(1)) is not None
