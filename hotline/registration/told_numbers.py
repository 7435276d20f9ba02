"""What a number leads to, and the number told for a callback: it belongs to the case that comes of the talk.

No recording has that one before: an attempt may reach nobody, and a talk may break off and be begun anew.
Until there is a case, whoever asks with the number hears how far the callback is.
"""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from hotline.callbacks import callbacks
from hotline.callbacks.callbacks import Callback, CallbackState
from hotline.calls.calls import CallRecord
from hotline.cases import numbering
from hotline.cases.cases import Case
from hotline.cases.numbering import CaseNumber
from hotline.cases.origins import BY_HAND, Origin
from hotline.recordings import recordings
from hotline.recordings.recordings import Recording
from hotline.submissions.submissions import Submission


@dataclass(frozen=True)
class Lead:
    """What a number leads to: a case, also a withdrawn one; what was recorded; a callback it was told for; a
    letter, a visit or an appointment."""

    case: Case | None
    recording: Recording | None
    callback: Callback | None
    submission: Submission | None


def lead(session: Session, number: str) -> Lead | None:
    """What a number leads to; None for one that is wrong or was never given out."""
    given = numbering.find(session, number)
    if given is None:
        return None
    case = session.get(Case, given.leads_to) if given.leads_to else None
    callback = callbacks.by_number(session, number) if given.origin == Origin.CALLBACK else None
    submission = session.get(Submission, number) if given.origin in BY_HAND else None
    return Lead(case, _recording(session, given, case), callback, submission)


def recording_of(session: Session, number: str) -> Recording | None:
    """The recording that a number leads to."""
    found = lead(session, number)
    return found.recording if found else None


def _recording(session: Session, given: CaseNumber, case: Case | None) -> Recording | None:
    """Its own, or that of its case, whose call may not have been taken in yet."""
    if case is not None and case.origin == Origin.CALL:
        return recordings.of_call(session, case.origin_id)
    if given.origin == Origin.RECORDING:
        return session.get(Recording, given.origin_id)
    return None


def of_talk(session: Session, call_id: str) -> str | None:
    """The number told for a callback, if the citizen has answered this call and no case has the number.

    Nobody else takes it before this transaction ends.
    """
    callback = callbacks.of_attempt(session, call_id)
    if callback is None or not _has_talked(session, callback, call_id):
        return None
    given = numbering.find(session, callback.case_number, alone=True)
    return given.number if given and given.leads_to is None else None


def _has_talked(session: Session, callback: Callback, call_id: str) -> bool:
    """By the list of calls, where ours stand from the citizen's answer on; or by the service, in the talk.

    An agent may be done with the case before the log is read.
    """
    talks = callback.attempt == call_id and callback.state == CallbackState.DONE
    return talks or session.get(CallRecord, call_id) is not None
