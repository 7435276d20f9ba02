"""The office is open and somebody has signed in to a seat."""

from ivr.call import Call
from ivr.dialogues.enquiry import enquiry
from ivr.dialogues.greeting import greeting
from ivr.dialogues.person import person
from ivr.office import Office

SECONDS_FOR_A_KEY = 1.0
"""After the greeting; a seat is ringing within two."""


def office_hours(call: Call, office: Office) -> None:
    """Greet, then ``2``: an enquiry; ``9``: once more in English; ``0`` or silence: a seat."""
    if greeting(call, "welcome-open", keys="2", on_silence="0", seconds=SECONDS_FOR_A_KEY) == "2":
        enquiry(call, office)
    else:
        person(call, office)
