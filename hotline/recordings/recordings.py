"""Recordings: what citizens said on the telephone, one row a message or an answered call, with its parts.

The row is also the job of transcribing it: ``pending → running → transcribed | no_speech | failed``.
What the clerk decided is kept beside it, so that undoing a decision shows the transcription's state again.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Index, String, and_, func, or_, select, true
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from hotline.mapping import Base
from hotline.recordings import spool

SHORTER_IS_NORMAL_SECONDS = 2.0
"""Seconds by which a recording may be shorter than it took: a key takes some along, clocks are rounded."""
TRANSCRIPTION_ATTEMPTS = 3
"""How often transcribing is tried before a person is needed."""


class TranscriptionState(StrEnum):
    """How far the transcription is. ``FAILED`` means: needs a person."""

    PENDING = "pending"
    RUNNING = "running"
    TRANSCRIBED = "transcribed"
    NO_SPEECH = "no_speech"
    FAILED = "failed"


class ScreeningOutcome(StrEnum):
    """What the clerk decided when screening (甄别) a recording."""

    REGISTERED = "registered"
    NO_CONTENT = "no_content"
    DUPLICATE = "duplicate"
    NUISANCE = "nuisance"


class RecordingKind(StrEnum):
    """A message left for the office, or a call that a seat has answered."""

    MESSAGE = "message"
    CALL = "call"


class Speaker(StrEnum):
    """Who is heard on a channel of a call."""

    CALLER = "caller"
    AGENT = "agent"


class Recording(Base):
    """One message or answered call: one case number, one or more parts.

    The parts of a message follow each other; those of a call are its two channels, side by side.
    """

    __tablename__ = "recordings"
    __table_args__ = (
        Index("ix_recordings_queue", "kind", "outcome", "transcription", "received_at"),
        Index("ix_recordings_kind_received_at", "kind", "received_at"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    call_id: Mapped[str] = mapped_column(String(100), unique=True)
    case_number: Mapped[str] = mapped_column(String(10), unique=True)
    caller: Mapped[str] = mapped_column(String(32), index=True)
    language: Mapped[str] = mapped_column(String(2))
    received_at: Mapped[datetime] = mapped_column(index=True)
    seconds: Mapped[float]
    kind: Mapped[RecordingKind] = mapped_column(
        String(8), default=RecordingKind.MESSAGE, server_default=RecordingKind.MESSAGE
    )
    seat: Mapped[str] = mapped_column(String(8), default="", server_default="")
    missing_seconds: Mapped[float] = mapped_column(default=0.0, server_default="0")
    """By how much it is shorter than it took by the exchange's clock."""
    first_words: Mapped[str] = mapped_column(String(80), default="")
    unheard_seconds: Mapped[float | None]
    """Seconds of its last draft that are to be listened to, since nothing is written for them yet."""

    transcription: Mapped[TranscriptionState] = mapped_column(String(12), default=TranscriptionState.PENDING)
    attempts: Mapped[int] = mapped_column(default=0)
    attempts_allowed: Mapped[int] = mapped_column(default=TRANSCRIPTION_ATTEMPTS)
    lease_until: Mapped[datetime | None]
    queued_at: Mapped[datetime | None]
    no_draft: Mapped[str] = mapped_column(String(20), default="", server_default="")
    """The name of a ``NoDraft``; empty where nothing failed."""
    failure: Mapped[str] = mapped_column(String(300), default="")
    """What was said then, for the administrator."""

    outcome: Mapped[ScreeningOutcome | None] = mapped_column(String(12))
    held_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    held_until: Mapped[datetime | None]
    held_page: Mapped[str | None] = mapped_column(String(32))
    changed_at: Mapped[datetime] = mapped_column(index=True)

    parts: Mapped[list["RecordingPart"]] = relationship(order_by="RecordingPart.position", lazy="selectin")

    @property
    def not_transcribed(self) -> float | None:
        """Seconds without a draft: all, where none could be made. None while that is not known: there is none
        yet, or it was not found out where there is speech (in drafts made before 2026-12)."""
        if self.transcription == TranscriptionState.FAILED:
            return self.seconds
        is_done = self.transcription in (TranscriptionState.TRANSCRIBED, TranscriptionState.NO_SPEECH)
        return self.unheard_seconds if is_done else None

    @property
    def state(self) -> str:
        """The one word that lists show: the clerk's decision, else how far the transcription is."""
        return str(self.outcome or self.transcription)


class RecordingPart(Base):
    """One stored file. ``source`` is the name it had in the spool, without the caller's digits; a part of a
    message has no ``speaker``."""

    __tablename__ = "recording_parts"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    recording_id: Mapped[str] = mapped_column(ForeignKey("recordings.id"), index=True)
    position: Mapped[int]
    source: Mapped[str] = mapped_column(String(1100))
    store_key: Mapped[str] = mapped_column(String(60), unique=True)
    sha256: Mapped[str] = mapped_column(String(64))
    bytes: Mapped[int]
    seconds: Mapped[float]
    clock_seconds: Mapped[float | None]
    """How long it took by the exchange's clock; None where that is not known."""
    speaker: Mapped[Speaker | None] = mapped_column(String(6))
    repaired: Mapped[bool] = mapped_column(default=False)
    """Asterisk never closed the file, and the lengths in its header were set right. A kill between that and
    the writing of this row leaves it unsaid; the sound is untouched in any case."""
    replaced: Mapped[bool] = mapped_column(default=False)
    checked_at: Mapped[datetime | None] = mapped_column(index=True)
    """When the file was last read and found as it was kept."""


ANY = true()
"""The condition for any recording at all."""

STATES = (*(str(each) for each in TranscriptionState), *(str(each) for each in ScreeningOutcome))


def in_state(state: str) -> ColumnElement[bool]:
    """The condition for recordings that show this state. Raises ValueError for an unknown one."""
    if state in ScreeningOutcome._value2member_map_:
        return Recording.outcome == ScreeningOutcome(state)
    return Recording.outcome.is_(None) & (Recording.transcription == TranscriptionState(state))


def missing(part: RecordingPart) -> float:
    """Seconds that a part is shorter than it took; 0.0 for less than can be told."""
    short = 0.0 if part.clock_seconds is None else part.clock_seconds - part.seconds
    return short if short > SHORTER_IS_NORMAL_SECONDS else 0.0


def shortened(session: Session, since: datetime) -> int:
    """How many recordings from then on are shorter than they took."""
    query = select(func.count()).where(Recording.received_at >= since, Recording.missing_seconds > 0)
    return session.scalar(query.select_from(Recording)) or 0


def is_left(recording: Any = Recording) -> ColumnElement[bool]:
    """The condition for messages that say something: none without any speech, unless it was registered."""
    registered = recording.outcome == ScreeningOutcome.REGISTERED
    says_something = or_(recording.transcription != TranscriptionState.NO_SPEECH, registered)
    return and_(recording.kind == RecordingKind.MESSAGE, says_something)


def by_number(session: Session, case_number: str) -> Recording | None:
    """The recording that was given this case number."""
    return session.scalars(select(Recording).where(Recording.case_number == case_number)).first()


def of_call(session: Session, call_id: str) -> Recording | None:
    """What was recorded of a call, talk or message; all of it is one recording."""
    return session.scalars(select(Recording).where(Recording.call_id == call_id)).first()


def ids_of_calls(session: Session, call_ids: Collection[str]) -> dict[str, str]:
    """Of those calls of which something was recorded: the identifier of the call, and of the recording."""
    query = select(Recording.call_id, Recording.id).where(Recording.call_id.in_(call_ids))
    return {each.call_id: each.id for each in session.execute(query)}


def by_ids(session: Session, ids: Collection[str]) -> Sequence[Recording]:
    """Those of these recordings that there are, in no order."""
    return session.scalars(select(Recording).where(Recording.id.in_(ids))).all()


def spoken_parts(recording: Recording) -> list[RecordingPart]:
    """The parts that make up the message: those the caller did not record again."""
    return [part for part in recording.parts if not part.replaced]


def talks(parts: Sequence[RecordingPart]) -> list[list[RecordingPart]]:
    """The sides among these parts, those of one talk together: a call that was handed on has several."""
    found: dict[int, list[RecordingPart]] = {}
    for part in parts:
        if part.speaker:
            number = spool.parse(Path(part.source)).number
            found.setdefault((number - spool.CALLER_SIDE) // 2, []).append(part)
    return [found[talk] for talk in sorted(found)]


def counts(session: Session, among: ColumnElement[bool] = ANY) -> dict[str, int]:
    """How many messages ``among`` these show each state."""
    shown = func.coalesce(Recording.outcome, Recording.transcription)
    messages = select(shown, func.count()).where(Recording.kind == RecordingKind.MESSAGE, among)
    rows = session.execute(messages.group_by(shown)).all()
    return dict.fromkeys(STATES, 0) | {str(state): count for state, count in rows}
