"""Finding the case of an address; trying one that is not shown stands in the audit trail."""

from flask import abort
from flask_login import current_user
from sqlalchemy.orm import Session

from hotline import audit
from hotline.cases.cases import Case
from hotline.grants import may
from hotline.handling import case_access
from hotline.who_may import Act
from web import noting
from web.services import services
from web.typed import typed


def case_or_404(session: Session, number: str) -> Case:
    """The case of this number; 404 as well for whom it does not concern, and who so learns of none."""
    found = session.get(Case, typed(number)[:10]) or abort(404)
    return found if may_see(session, found) else abort(404)


def note_if_denied(number: str) -> None:
    """Note it, before the same 404 as for a number that there is not."""
    with services().database.reading() as session:
        found = session.get(Case, typed(number)[:10])
        is_denied = found is not None and not may_see(session, found)
    if is_denied and found is not None:
        noting.once("deny", f"case {found.number}", within=audit.ONE_LOOK)


def may_see(session: Session, case: Case) -> bool:
    """Whether who is signed in may see a case."""
    return may(current_user, Act.SEE_CASES, case_access.subject(session, case))
