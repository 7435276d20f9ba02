"""A call that is not taken."""

from ivr.call import Call, CallOutcome


def refused(call: Call) -> None:
    """The number is blocked: say so in one sentence, and no more."""
    call.became(CallOutcome.REFUSED, "blocked")
    call.tell("refused-blocked")
