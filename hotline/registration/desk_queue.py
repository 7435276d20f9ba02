"""The queue of the review desk: recordings by state and search, in pages, without reading the whole table.

A page is put together from a few branches, one for each combination of decision and transcription, each
an ordered range of the index ``ix_recordings_queue``. So the oldest fifty are found as fast among a
hundred thousand recordings as among a hundred.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, union_all
from sqlalchemy.orm import Session, lazyload

from hotline.cases.cases import Case, is_of_call
from hotline.recordings import holding
from hotline.recordings.recordings import (
    ANY,
    STATES,
    Recording,
    RecordingKind,
    ScreeningOutcome,
    TranscriptionState,
)
from hotline.recordings.transcripts import Revision, Segment, Transcript
from hotline.registration.consultations import Consultation
from hotline.telephone_numbers import ways_to_write

TO_SCREEN = "to_screen"
ALL = "all"
FILTERS = (TO_SCREEN, ALL, *STATES)
RECORDINGS_A_PAGE = 50
_IS_MESSAGE = Recording.kind == RecordingKind.MESSAGE
"""What a seat has answered needs no screening: the agent has heard it."""
_NUMBER = frozenset("0123456789+*#")
_BETWEEN_DIGITS = str.maketrans("", "", " -")


@dataclass(frozen=True)
class DeskFilter:
    """What a clerk wants to see. ``after`` is the last recording of the page before."""

    state: str = TO_SCREEN
    search: str = ""
    newest_first: bool = False
    after: str = ""


@dataclass(frozen=True)
class DeskPage:
    """One page of the queue; ``more`` tells whether another follows."""

    recordings: list[Recording]
    more: bool


def page(
    session: Session, wanted: DeskFilter, size: int = RECORDINGS_A_PAGE, among: ColumnElement[bool] = ANY
) -> DeskPage:
    """The recordings of one page, by the time they were received. Raises ValueError for an unknown state.

    ``among``: those that its reader may open (``hotline.access.opens``). A search in all finds talks, too.
    """
    search = wanted.search.strip()
    kinds = [] if search and wanted.state == ALL else [_IS_MESSAGE]
    extra = [*kinds, among, *_found(search), *_beyond(session, wanted)]
    branches = [_branch(each, extra, wanted, size + 1) for each in _branches(wanted.state)]
    merged = union_all(*(each.subquery().select() for each in branches)).subquery()
    order = (merged.c.received_at, merged.c.id)
    ids = session.scalars(select(merged.c.id).order_by(*_directed(order, wanted)).limit(size + 1)).all()
    settings = select(Recording).where(Recording.id.in_(ids[:size])).options(lazyload(Recording.parts))
    found = session.scalars(settings.order_by(*_directed((Recording.received_at, Recording.id), wanted)))
    return DeskPage(list(found), len(ids) > size)


def _branches(state: str) -> list[ColumnElement[bool] | None]:
    if state == ALL:
        return [None]
    if state == TO_SCREEN:
        return [_exactly(None, each) for each in TranscriptionState]
    if state in ScreeningOutcome._value2member_map_:
        return [_exactly(ScreeningOutcome(state), each) for each in TranscriptionState]
    return [_exactly(None, TranscriptionState(state))]


def _exactly(outcome: ScreeningOutcome | None, transcription: TranscriptionState) -> ColumnElement[bool]:
    return and_(Recording.outcome == outcome, Recording.transcription == transcription)


def _branch(
    exactly: ColumnElement[bool] | None, extra: list[ColumnElement[bool]], wanted: DeskFilter, limit: int
) -> Select[str, datetime]:
    query = select(Recording.id, Recording.received_at).where(*extra)
    if exactly is not None:
        query = query.where(exactly)
    return query.order_by(*_directed((Recording.received_at, Recording.id), wanted)).limit(limit)


def _directed(columns: tuple[Any, ...], wanted: DeskFilter) -> list[Any]:
    return [column.desc() if wanted.newest_first else column for column in columns]


def _beyond(session: Session, wanted: DeskFilter) -> list[ColumnElement[bool]]:
    """The condition for what comes after the last recording of the page before."""
    at = session.scalar(select(Recording.received_at).where(Recording.id == wanted.after))
    if at is None:
        return []
    later = Recording.received_at < at if wanted.newest_first else Recording.received_at > at
    same = Recording.received_at == at
    beside = Recording.id < wanted.after if wanted.newest_first else Recording.id > wanted.after
    return [or_(later, and_(same, beside))]


def number_in(search: str) -> str:
    """The number that is searched for, without what people write between digits; empty for other text."""
    number = search.translate(_BETWEEN_DIGITS)
    return number if set(number) <= _NUMBER else ""


def _found(search: str) -> list[ColumnElement[bool]]:
    """The condition for a search: a number among case numbers and callers, other text in what was said."""
    if not search:
        return []
    if number := number_in(search):
        return [
            or_(
                Recording.case_number.startswith(number),
                Recording.caller.contains(number, autoescape=True),
                Recording.caller.in_(ways_to_write(number)),
            )
        ]
    return [or_(Recording.first_words.contains(search, autoescape=True), Recording.id.in_(_saying(search)))]


def _saying(search: str) -> Any:
    drafts = (
        select(Transcript.recording_id).join(Segment).where(Segment.draft.contains(search, autoescape=True))
    )
    revised = select(Transcript.recording_id).join(Segment).join(Revision)
    revised = revised.where(Revision.text.contains(search, autoescape=True))
    written = or_(
        *(
            column.contains(search, autoescape=True)
            for column in (Case.petitioner, Case.address, Case.summary)
        )
    )
    cases = select(Recording.id).join(Case, is_of_call(Recording.call_id)).where(written)
    asked = or_(
        *(
            column.contains(search, autoescape=True)
            for column in (Consultation.name, Consultation.topic, Consultation.answer)
        )
    )
    talks = select(Recording.id).join(Consultation, Consultation.call_id == Recording.call_id)
    return union_all(drafts, revised, cases, talks.where(Consultation.withdrawn_at.is_(None), asked))


def last_change(session: Session) -> datetime | None:
    """When anything in the queue changed last."""
    return session.scalar(select(func.max(Recording.changed_at)))


def next_waiting(
    session: Session, now: datetime, besides: str = "", among: ColumnElement[bool] = ANY
) -> str | None:
    """The recording that has waited longest ``among`` these, is not decided and is held by nobody."""
    oldest = [
        select(Recording.id, Recording.received_at)
        .where(_exactly(None, each), _IS_MESSAGE, Recording.id != besides, among, ~holding.held(now))
        .order_by(Recording.received_at, Recording.id)
        .limit(1)
        for each in TranscriptionState
    ]
    merged = union_all(*(each.subquery().select() for each in oldest)).subquery()
    return session.scalar(select(merged.c.id).order_by(merged.c.received_at, merged.c.id).limit(1))
