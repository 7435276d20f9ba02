"""Nobody can answer: leave a message, or hear where a case stands."""

from ivr.call import Call
from ivr.dialogues.enquiry import enquiry
from ivr.dialogues.greeting import greeting
from ivr.dialogues.leave_message import leave_message
from ivr.office import Office


def after_hours(call: Call, office: Office, welcome: str) -> None:
    """Greet, then ``1``, ``0`` or silence: a message; ``2``: an enquiry; ``9``: once more in English."""
    match greeting(call, welcome, "english-offer", keys="12", on_silence="1"):
        case "2":
            enquiry(call, office)
        case _:
            leave_message(call, office)
