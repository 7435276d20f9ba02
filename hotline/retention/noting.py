"""What every deletion of something of a recording does: ask the rule again, and say what was deleted."""

from datetime import datetime

from sqlalchemy.orm import Session

from hotline import audit
from hotline.evidence import recorded
from hotline.mapping import one_at_a_time
from hotline.recordings.recordings import Recording, RecordingPart
from hotline.retention import gathering, rule
from hotline.retention.deletions import BY_RETENTION, Deletion, Retained
from hotline.settings_file import Settings


def still_due(
    session: Session, settings: Settings, what: Retained, recording_id: str, now: datetime
) -> Recording | None:
    """The recording, which nobody else changes before this transaction ends; None where it is kept now."""
    one_at_a_time(session, "retention")
    recording = session.get_one(Recording, recording_id, with_for_update=True)
    months = gathering.months(settings.retention, what)
    return recording if rule.is_due(gathering.facts(session, recording), months, now) else None


def row(
    session: Session,
    what: Retained,
    recording: Recording,
    part: RecordingPart | None,
    now: datetime,
    done: datetime | None,
) -> Deletion:
    """The row about a deletion that is begun, or done."""
    settled = rule.settled_at(gathering.facts(session, recording), now) or now
    return Deletion(
        what=what,
        recording_id=recording.id,
        part_id=part.id if part else None,
        settled_at=settled,
        begun_at=now,
        done_at=done,
    )


def note(session: Session, settings: Settings, what: Retained, recording: Recording, now: datetime) -> None:
    """Say in the audit trail what of a recording is deleted."""
    audit.note(session, now, None, recorded.DELETE, f"recording {recording.id}", why(settings, what))


def why(settings: Settings, what: Retained) -> str:
    """The detail of that entry."""
    return f"{what}{BY_RETENTION}{gathering.months(settings.retention, what)} months"
