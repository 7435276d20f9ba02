"""What is added to a case that stands: a letter, a visit or an appointment is joined, and parted again."""

from datetime import datetime

from sqlalchemy.orm import Session

from hotline import audit
from hotline.cases import case_events
from hotline.cases.cases import Case
from hotline.cases.moves import Move
from hotline.cases.origins import Origin


def add(
    session: Session, case: Case, move: Move, what: tuple[Origin, str], text: str, by_id: int, now: datetime
) -> None:
    """Add the event to a case that is locked, which stands as before. ``what``: channel and number."""
    channel, number = what
    facts = {"channel": str(channel), "submission": number}
    event = case_events.add(session, case, move, facts, text, by_id, now)
    made = f"event {event.sequence}, sha256 {event.hash}"
    audit.note(session, now, by_id, "move case", f"case {case.number}", made)
