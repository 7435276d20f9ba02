"""What the results of calls, ratings and the reasons why nothing is left to do are called."""

from flask_babel import lazy_gettext

from hotline.calls.calls import CallResult
from hotline.calls.follow_up import Settled

RESULT_NAMES = {
    CallResult.ANSWERED: lazy_gettext("Answered by a seat"),
    CallResult.MESSAGE: lazy_gettext("Left a message"),
    CallResult.SERVED: lazy_gettext("Heard the state"),
    CallResult.CALLBACK: lazy_gettext("Asked for a callback"),
    CallResult.REFUSED: lazy_gettext("Refused"),
    CallResult.ABANDONED: lazy_gettext("Abandoned by the caller"),
    CallResult.CALLED_BACK: lazy_gettext("Called back by us"),
    CallResult.GOING: lazy_gettext("Still going on"),
}
RATING_NAMES = {
    1: lazy_gettext("Satisfied"),
    2: lazy_gettext("Fairly satisfied"),
    3: lazy_gettext("Not satisfied"),
}
SETTLED_NAMES = {
    Settled.OPEN: lazy_gettext("To do"),
    Settled.BEING_CALLED: lazy_gettext("Waits to be called back"),
    Settled.BY_HAND: lazy_gettext("Settled by hand"),
    Settled.ANSWERED: lazy_gettext("Answered later"),
    Settled.MESSAGE: lazy_gettext("Left a message later"),
    Settled.CALLED_BACK: lazy_gettext("Was called back"),
}
