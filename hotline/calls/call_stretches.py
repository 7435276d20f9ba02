"""Where the sound of an answered call is not a talk with its caller: paused, or another seat was asked.

From the events of the queue log, which counts whole seconds: nothing here is more exact. Places are seconds
of the joined sound, in which the talks of a call that was handed on follow each other.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.recordings import recordings, spool
from hotline.recordings.recordings import Recording, RecordingPart, Speaker
from hotline.seats.seat_events import CONSULT, PAUSE_OF_RECORDING, TALK_BEGINS, EventKind, SeatEvent

SLACK_SECONDS = 1.0
"""So far a second of the log may be from what is heard."""


class StretchKind(StrEnum):
    """What was the matter."""

    PAUSED = "paused"
    """Silence instead of both voices."""
    ASKED = "asked"
    """A colleague stands on the caller's side, while the caller hears music."""
    WAS_ASKED = "was_asked"
    """The same question once more, as it was recorded at the seat that was asked."""
    HANDED_ON = "handed_on"
    """A moment: from here on this seat talks to the caller."""
    SUPERVISOR = "supervisor"
    """What a supervisor who barged in has said, behind all talks; when that was, the log does not know."""


COLLEAGUE_THERE = (StretchKind.ASKED, StretchKind.WAS_ASKED)


class HeardSpeaker(StrEnum):
    """Who is heard in a segment, by its side and by the log."""

    CALLER = "caller"
    AGENT = "agent"
    COLLEAGUE = "colleague"
    EITHER = "either"
    """The caller or the colleague: at the edge of being asked."""


@dataclass(frozen=True)
class CallStretch:
    """From ``begin`` to ``end`` of the sound; ``detail``: why it was paused, or the seat that was asked,
    has asked, has got the call, or is the supervisor's."""

    what: StretchKind
    begin: float
    end: float
    detail: str = ""


@dataclass(frozen=True)
class Talk:
    """A talk at one seat: when it began by the log, where in the sound it begins, and its length."""

    seat: str
    at: datetime
    place: float
    seconds: float
    was_handed: bool = False

    @property
    def over_at(self) -> datetime:
        """When it ended."""
        return self.at + timedelta(seconds=self.seconds)

    def cut(self, what: StretchKind, begin: datetime, end: datetime, detail: str) -> CallStretch | None:
        """The part of a span of time that is heard in this talk."""
        first = self.place + max((begin - self.at).total_seconds(), 0.0)
        last = self.place + min((end - self.at).total_seconds(), self.seconds)
        is_there = first < last or (
            first == last and what == StretchKind.PAUSED
        )  # on the record, however short
        return CallStretch(what, first, last, detail) if is_there else None


def of_recording(session: Session, recording: Recording) -> list[CallStretch]:
    """Those of a recording, in their order; none of a message."""
    if not recording.seat:
        return []
    of_call = select(SeatEvent).where(SeatEvent.call_id == recording.call_id)
    events = session.scalars(of_call.order_by(SeatEvent.at, SeatEvent.id)).all()
    parts = recordings.spoken_parts(recording)
    return stretches(talks(parts, events), events) + supervisor(parts)


def supervisor(parts: Sequence[RecordingPart]) -> list[CallStretch]:
    """Where a supervisor is heard who barged in; nowhere as a rule."""
    place = 0.0
    for sides in recordings.talks(parts):
        said, seconds = spool.parse(Path(sides[0].source)), max(side.seconds for side in sides)
        if said.number == spool.SUPERVISOR_SIDE:
            return [CallStretch(StretchKind.SUPERVISOR, place, place + seconds, said.seat)]
        place += seconds
    return []


def talks(parts: Sequence[RecordingPart], events: Iterable[SeatEvent]) -> list[Talk]:
    """The talks of which the log says when they began; each lies behind those before, known or not."""
    begun = [each for each in events if each.event in TALK_BEGINS]
    found, place = [], 0.0
    for sides in recordings.talks(parts):
        seat, seconds = spool.parse(Path(sides[0].source)).seat, max(side.seconds for side in sides)
        if own := next((each for each in begun if each.seat == seat), None):
            del begun[: begun.index(own) + 1]
            found.append(Talk(seat, own.at, place, seconds, own.event == EventKind.HANDED_TO))
        place += seconds
    return found


def stretches(talks: Sequence[Talk], events: Sequence[SeatEvent]) -> list[CallStretch]:
    """What the events tell of the talks. A pause is its own seat's; a colleague is heard in both talks."""
    found: list[CallStretch | None] = []
    for place, each in enumerate(events):
        own = next((talk for talk in reversed(talks) if talk.seat == each.seat and talk.at <= each.at), None)
        if own is None:
            continue
        if each.event == EventKind.RECORDING_PAUSED:
            end = _end(events[place + 1 :], each.seat, PAUSE_OF_RECORDING, own)
            found.append(own.cut(StretchKind.PAUSED, each.at, end, each.detail))
        elif each.event == EventKind.CONSULT_BEGAN:
            end = _end(events[place + 1 :], each.seat, CONSULT, own)
            found.append(own.cut(StretchKind.ASKED, each.at, end, each.detail))
            found += [
                talk.cut(StretchKind.WAS_ASKED, each.at, end, each.seat)
                for talk in talks
                if talk.was_handed and talk.seat == each.detail
            ]
    found += [_handed_on(talk, [each for each in found if each]) for talk in talks if talk.was_handed]
    return sorted((each for each in found if each), key=lambda stretch: (stretch.begin, stretch.end))


def _handed_on(talk: Talk, known: Iterable[CallStretch]) -> CallStretch | None:
    """When a seat that was given the call began to talk to the caller: at once, or after it was asked.

    None where it was only asked.
    """
    over_at = talk.place + talk.seconds
    own = (
        each for each in known if each.what == StretchKind.WAS_ASKED and talk.place <= each.begin < over_at
    )
    begin = max((each.end for each in own), default=talk.place)
    is_there = begin == talk.place or begin + SLACK_SECONDS < over_at
    return CallStretch(StretchKind.HANDED_ON, begin, begin, talk.seat) if is_there else None


def _end(later: Iterable[SeatEvent], seat: str, kinds: Sequence[str], talk: Talk) -> datetime:
    """When the log says that it was over; where it does not, at the end of the talk."""
    ends = (each.at for each in later if each.seat == seat and each.event in kinds)
    return min(next(ends, talk.over_at), talk.over_at)


def heard(
    speaker: Speaker | None, start: float, end: float, known: Iterable[CallStretch]
) -> HeardSpeaker | None:
    """Who is heard from ``start`` to ``end`` on the side of ``speaker``."""
    if speaker != Speaker.CALLER:
        return HeardSpeaker(speaker) if speaker else None
    near = [
        each
        for each in known
        if each.what in COLLEAGUE_THERE
        and each.begin - SLACK_SECONDS < end
        and start < each.end + SLACK_SECONDS
    ]
    if any(each.begin <= start and end <= each.end for each in near):
        return HeardSpeaker.COLLEAGUE
    return HeardSpeaker.EITHER if near else HeardSpeaker.CALLER
