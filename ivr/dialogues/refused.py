"""A call that is not taken."""

from typing import TYPE_CHECKING

from ivr.call import Call, Outcome

if TYPE_CHECKING:
    from hotline.callers.nuisance import Refusal


def refused(call: Call, why: "Refusal") -> None:
    """Say why in one sentence, and no more."""
    call.became(Outcome.REFUSED, why)
    call.tell(f"refused-{why.replace(' ', '-')}")
