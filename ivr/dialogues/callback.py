"""Rather not waiting: leave a message, or be called back and keep the place in the queue."""

from ivr.call import Call, CallOutcome
from ivr.dialogues.leave_message import leave_message
from ivr.dialogues.person import person
from ivr.office import Office
from ivr.timed_pool import Unavailable


def callback(call: Call, office: Office) -> None:
    """``1`` or silence: a message; ``2``: a callback on the caller's own number, where that is possible."""
    number = office.number_to_call(call)
    match call.choose("callback-offer", keys="12", on_silence="1") if number else "1":
        case "2":
            _call_back(call, office, number)
        case "0":
            person(call, office)
        case _:
            leave_message(call, office)


def _call_back(call: Call, office: Office, number: str) -> None:
    """Speak the number twice once the callback is committed; a caller who hangs up is called back, too."""
    try:
        case_number = office.call_back(call, number)
    except Unavailable:
        call.say("callback-unavailable")
        leave_message(call, office)
        return
    call.became(CallOutcome.CALLBACK)
    if not case_number:
        call.tell("callback-kept")
        return
    call.say_number("callback-number-is", case_number)
    call.say_number("number-again", case_number)
    call.tell("callback-goodbye")
