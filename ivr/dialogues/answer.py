"""Every call begins here, and comes back here when it leaves the queue, answered or not."""

from ivr.call import Call, Stage
from ivr.desk import Office
from ivr.dialogues.after_hours import after_hours
from ivr.dialogues.callback import callback
from ivr.dialogues.office_hours import office_hours
from ivr.dialogues.refused import refused
from ivr.dialogues.satisfaction import satisfaction


def answer(call: Call, desk: Office) -> None:
    """Go on by the stage of the call."""
    match call.stage:
        case Stage.ANSWERED:
            satisfaction(call)
        case Stage.MESSAGE:
            callback(call, desk)
        case Stage.WAITED:
            after_hours(call, desk, "welcome-busy")
        case _:
            _new(call, desk)


def _new(call: Call, desk: Office) -> None:
    """A new caller: a number that has had its seats of this hour is greeted as if nobody sat at one."""
    match desk.verdict(call):
        case "blocked":
            refused(call)
            return
        case "no seat":
            call.stage = Stage.NEW
    welcome(call, desk)


def welcome(call: Call, desk: Office) -> None:
    """Greet a new caller by the hour. While the office is open and nobody can answer, the system does."""
    if not desk.is_open():
        after_hours(call, desk, "welcome-closed")
    elif call.stage is Stage.SEATS:
        office_hours(call, desk)
    else:
        after_hours(call, desk, "welcome-busy")
