"""What came of an attempt to call somebody back, and what a supervisor does at a seat, in words."""

from flask_babel import lazy_gettext

from hotline.callbacks.callback_attempts import Outcome
from hotline.seats.seat_orders import Order

OUTCOME_NAMES = {
    Outcome.NO_SEAT: lazy_gettext("no seat answered"),
    Outcome.INTERRUPTED: lazy_gettext("interrupted"),
    Outcome.NO_ANSWER: lazy_gettext("not answered"),
    Outcome.BUSY: lazy_gettext("engaged"),
    Outcome.UNREACHABLE: lazy_gettext("not reachable"),
    Outcome.TALKED: lazy_gettext("talked"),
    Outcome.LOST: lazy_gettext("cut off: the seat's telephone was gone"),
    Outcome.UNKNOWN: lazy_gettext("unknown"),
}
DONE = {
    Order.LISTEN: lazy_gettext("Your telephone at %(mine)s rings: answer it to listen to %(seat)s."),
    Order.WHISPER: lazy_gettext("Your telephone at %(mine)s rings: answer it, and only %(seat)s hears you."),
    Order.BARGE: lazy_gettext("Your telephone at %(mine)s rings: answer it, and all three talk."),
    Order.READY: lazy_gettext("%(seat)s is ready again."),
    Order.SIGN_OUT: lazy_gettext("%(seat)s is signed out."),
}
