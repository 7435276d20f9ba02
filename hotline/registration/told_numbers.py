"""The number a citizen was told for a callback: it belongs to the case that comes of the talk.

No recording has it before that: an attempt may reach nobody, and a talk may break off and be begun anew.
Until there is a case, whoever asks with the number hears how far the callback is.
"""

from sqlalchemy.orm import Session

from hotline.callbacks import callbacks
from hotline.callbacks.callbacks import Callback, CallbackState
from hotline.calls.calls import SeatCall
from hotline.cases.cases import Case


def of_talk(session: Session, call_id: str) -> str | None:
    """The number told for a callback, if the citizen has answered this call and no case has the number."""
    callback = callbacks.of_attempt(session, call_id)
    if callback is None or not _has_talked(session, callback, call_id):
        return None
    return callback.case_number if session.get(Case, callback.case_number) is None else None


def _has_talked(session: Session, callback: Callback, call_id: str) -> bool:
    """By the list of calls, where ours stand from the citizen's answer on; or by the service, in the talk.

    An agent may be done with the case before the log is read.
    """
    talks = callback.attempt == call_id and callback.state == CallbackState.DONE
    return talks or session.get(SeatCall, call_id) is not None
