"""Finding the case of an address."""

from flask import abort
from flask_login import current_user
from sqlalchemy.orm import Session

from hotline.cases.cases import Case
from hotline.grants import may
from hotline.handling import case_access
from hotline.who_may import Act
from web.typed import typed


def case_or_404(session: Session, number: str) -> Case:
    """The case of this number; 404 as well for whom it does not concern, and who so learns of none."""
    found = session.get(Case, typed(number)[:10]) or abort(404)
    return found if may_see(session, found) else abort(404)


def may_see(session: Session, case: Case) -> bool:
    """Whether who is signed in may see a case."""
    return may(current_user, Act.SEE_CASES, case_access.subject(session, case))
