"""Rather not waiting: leave a message, or be called back and keep the place in the queue."""

from ivr.call import Call, CallOutcome
from ivr.desk import Office
from ivr.dialogues.leave_message import leave_message
from ivr.dialogues.person import person
from ivr.timed_pool import Unavailable


def callback(call: Call, desk: Office) -> None:
    """``1`` or silence: a message; ``2``: a callback on the caller's own number, where that is possible."""
    number = desk.number_to_call(call)
    match call.choose("callback-offer", keys="12", on_silence="1") if number else "1":
        case "2":
            _call_back(call, desk, number)
        case "0":
            person(call, desk)
        case _:
            leave_message(call, desk)


def _call_back(call: Call, desk: Office, number: str) -> None:
    """Speak the number twice once the callback is committed; a caller who hangs up is called back, too."""
    try:
        case_number = desk.call_back(call, number)
    except Unavailable:
        call.say("callback-unavailable")
        leave_message(call, desk)
        return
    call.became(CallOutcome.CALLBACK)
    if not case_number:
        call.tell("callback-kept")
        return
    call.say_number("callback-number-is", case_number)
    call.say_number("number-again", case_number)
    call.tell("callback-goodbye")
