"""Every call begins here, and comes back here when it leaves the queue, answered or not."""

from ivr.call import Call, Stage
from ivr.dialogues.after_hours import after_hours
from ivr.dialogues.callback import callback
from ivr.dialogues.office_hours import office_hours
from ivr.dialogues.refused import refused
from ivr.dialogues.satisfaction import satisfaction
from ivr.office import Office


def answer(call: Call, office: Office) -> None:
    """Go on by the stage of the call."""
    match call.stage:
        case Stage.ANSWERED:
            satisfaction(call)
        case Stage.MESSAGE:
            callback(call, office)
        case Stage.WAITED:
            after_hours(call, office, "welcome-busy")
        case _:
            _new(call, office)


def _new(call: Call, office: Office) -> None:
    """A new caller: a number that has had its seats of this hour is greeted as if nobody sat at one."""
    match office.verdict(call):
        case "blocked":
            refused(call)
            return
        case "no seat":
            call.stage = Stage.NEW
    welcome(call, office)


def welcome(call: Call, office: Office) -> None:
    """Greet a new caller by the hour. While the office is open and nobody can answer, the system does."""
    if not office.is_open():
        after_hours(call, office, "welcome-closed")
    elif call.stage is Stage.SEATS:
        office_hours(call, office)
    else:
        after_hours(call, office, "welcome-busy")
