"""Holds: nothing of a recording or a case is deleted until it is released, whatever is set."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline import audit
from hotline.mapping import one_at_a_time
from hotline.recordings.recordings import Recording
from hotline.refusals import Reason, Refused
from hotline.retention import gathering
from hotline.retention.deletions import LegalHold

LONGEST_REASON = 300


class CannotHold(Reason):
    """Why nothing is held."""

    NO_REASON = (
        "Say why it is kept, then try again.",
        "请写明保留的理由，然后再试。",
        "say why it is kept: --reason",
    )


def hold(
    session: Session, recording: Recording | None, number: str, reason: str, by_id: int | None, now: datetime
) -> bool:
    """Keep a recording, or the case of this number; False where it is kept already. Raises Refused."""
    why = " ".join(reason.split())[:LONGEST_REASON]
    if not why:
        raise Refused("reason", CannotHold.NO_REASON)
    one_at_a_time(session, "retention")
    if in_force(session, recording, number):
        return False
    recording_id = recording.id if recording else None
    session.add(LegalHold(recording_id=recording_id, case_number=number, reason=why, held_at=now))
    audit.note(session, now, by_id, "hold", _subject(recording, number), why)
    return True


def release(
    session: Session, recording: Recording | None, number: str, by_id: int | None, now: datetime
) -> bool:
    """Let the settings be in force again; False where nothing was held."""
    one_at_a_time(session, "retention")
    held = in_force(session, recording, number)
    for each in held:
        each.released_at = now
        audit.note(session, now, by_id, "release hold", _subject(recording, number), each.reason)
    return bool(held)


def in_force(session: Session, recording: Recording | None, number: str) -> Sequence[LegalHold]:
    """The holds of a recording, or of the case of this number."""
    about = gathering.legal_hold_about(recording.id if recording else None, [number])
    return session.scalars(select(LegalHold).where(LegalHold.released_at.is_(None), about)).all()


def all_in_force(session: Session) -> Sequence[LegalHold]:
    """Every hold, the oldest first."""
    query = select(LegalHold).where(LegalHold.released_at.is_(None)).order_by(LegalHold.id)
    return session.scalars(query).all()


def _subject(recording: Recording | None, number: str) -> str:
    return f"recording {recording.id}" if recording else f"case {number}"
