"""Finding the submission of an address."""

from flask import abort
from sqlalchemy.orm import Session

from hotline.submissions import submissions
from hotline.submissions.submissions import Submission
from web.typed import typed


def submission_or_404(session: Session, number: str) -> Submission:
    """The letter, visit or appointment of this number."""
    return submissions.find(session, typed(number)[:10]) or abort(404)
