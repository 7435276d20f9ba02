"""What came of an attempt to call somebody back, and what a supervisor does at a seat, in words."""

from flask_babel import lazy_gettext

from hotline.callbacks.callback_attempts import AttemptOutcome
from hotline.seats.seat_orders import Order

OUTCOME_NAMES = {
    AttemptOutcome.NO_SEAT: lazy_gettext("no seat answered"),
    AttemptOutcome.INTERRUPTED: lazy_gettext("interrupted"),
    AttemptOutcome.NO_ANSWER: lazy_gettext("not answered"),
    AttemptOutcome.BUSY: lazy_gettext("engaged"),
    AttemptOutcome.UNREACHABLE: lazy_gettext("not reachable"),
    AttemptOutcome.TALKED: lazy_gettext("talked"),
    AttemptOutcome.LOST: lazy_gettext("cut off: the seat's telephone was gone"),
    AttemptOutcome.UNKNOWN: lazy_gettext("unknown"),
}
DONE = {
    Order.LISTEN: lazy_gettext("Your telephone at %(mine)s rings: answer it to listen to %(seat)s."),
    Order.WHISPER: lazy_gettext("Your telephone at %(mine)s rings: answer it, and only %(seat)s hears you."),
    Order.BARGE: lazy_gettext("Your telephone at %(mine)s rings: answer it, and all three talk."),
    Order.READY: lazy_gettext("%(seat)s is ready again."),
    Order.LEAVE_SEAT: lazy_gettext("%(seat)s is signed out."),
}
