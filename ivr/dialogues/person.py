"""The operator key: a person, or else a message for one."""

from ivr.call import Call, Stage
from ivr.desk import Desk
from ivr.dialogues.leave_message import leave_message


def person(call: Call, desk: Desk) -> None:
    """Ask for a seat while the office is open and somebody has signed in; else take a message."""
    if call.stage is Stage.SEATS and desk.is_open():
        call.to_queue = True
    else:
        leave_message(call, desk)
