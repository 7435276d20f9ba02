"""Nobody can answer: leave a message, or hear where a case stands."""

from ivr.call import Call
from ivr.desk import Desk
from ivr.dialogues.enquiry import enquiry
from ivr.dialogues.leave_message import leave_message


def after_hours(call: Call, desk: Desk, welcome: str) -> None:
    """Greet, then ``1``, ``0`` or silence: a message; ``2``: an enquiry; ``9``: once more in English."""
    match _greet(call, welcome):
        case "2":
            enquiry(call, desk)
        case _:
            leave_message(call, desk)


def _greet(call: Call, welcome: str) -> str:
    if call.language == "zh":
        choice = call.choose(welcome, "english-offer", keys="129", on_silence="1")
        if choice != "9":
            return choice
        call.speak("en")
    return call.choose(welcome, keys="12", on_silence="1")
