"""Every call begins here, and comes back here when it leaves the queue without an answer."""

from ivr.call import Call, Stage
from ivr.desk import Desk
from ivr.dialogues.after_hours import after_hours
from ivr.dialogues.callback import callback
from ivr.dialogues.office_hours import office_hours


def answer(call: Call, desk: Desk) -> None:
    """Greet by the hour and go on. While the office is open and nobody can answer, the system does."""
    if call.stage is Stage.MESSAGE:
        callback(call, desk)
    elif call.stage is Stage.SEATS and desk.is_open():
        office_hours(call, desk)
    elif call.stage is Stage.WAITED or desk.is_open():
        after_hours(call, desk, "welcome-busy")
    else:
        after_hours(call, desk, "welcome-closed")
