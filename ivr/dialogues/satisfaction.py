"""After talking to a seat: was the service satisfactory?"""

from ivr.call import Call, CallOutcome

SATISFIED, FAIRLY, NOT = "1", "2", "3"


def satisfaction(call: Call) -> None:
    """Ask once. Who presses nothing, or ``0``, has not answered."""
    rating = call.choose("satisfaction-ask", keys=SATISFIED + FAIRLY + NOT, on_silence="")
    if rating in (SATISFIED, FAIRLY, NOT):
        call.became(CallOutcome.RATED, rating)
    call.tell("goodbye")
