"""A call that is not taken."""

from ivr.call import Call, Outcome


def refused(call: Call) -> None:
    """The number is blocked: say so in one sentence, and no more."""
    call.became(Outcome.REFUSED, "blocked")
    call.tell("refused-blocked")
