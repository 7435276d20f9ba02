"""The operator key: a person, or else a message for one."""

from ivr.call import Call, Stage
from ivr.dialogues.leave_message import leave_message
from ivr.office import Office


def person(call: Call, office: Office) -> None:
    """Ask for a seat while the office is open and somebody has signed in; else take a message.

    Who has pressed 1 while waiting goes back to the queue, to the place that was kept.
    """
    if call.stage in (Stage.SEATS, Stage.MESSAGE) and office.is_open():
        call.to_queue = True
    else:
        leave_message(call, office)
