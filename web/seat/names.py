"""What seats, their states and the reasons of a pause are called on the pages."""

import re

from flask.sansio.app import App
from flask_babel import gettext, lazy_gettext

from hotline.seats.microphones import MicrophoneTrouble
from hotline.seats.seats import SeatState

SEAT_STATE_NAMES = {
    SeatState.UNSTAFFED: lazy_gettext("Not signed in"),
    SeatState.NO_TELEPHONE: lazy_gettext("No telephone"),
    SeatState.NO_MICROPHONE: lazy_gettext("No microphone"),
    SeatState.READY: lazy_gettext("Ready"),
    SeatState.RINGING: lazy_gettext("Ringing"),
    SeatState.ON_A_CALL: lazy_gettext("On a call"),
    SeatState.WRAP_UP: lazy_gettext("Wrap-up"),
    SeatState.PAUSED: lazy_gettext("Paused"),
}
MICROPHONE_TROUBLES = {
    MicrophoneTrouble.ASKING: lazy_gettext("not allowed yet"),
    MicrophoneTrouble.DENIED: lazy_gettext("not allowed"),
    MicrophoneTrouble.MISSING: lazy_gettext("none plugged in"),
    MicrophoneTrouble.BUSY: lazy_gettext("used by another program, or broken"),
    MicrophoneTrouble.MUTED: lazy_gettext("switched off"),
    MicrophoneTrouble.INSECURE: lazy_gettext("page without https"),
}
BUILT_IN_REASONS = {
    "break": lazy_gettext("Break"),
    "meal": lazy_gettext("Meal"),
    "meeting": lazy_gettext("Meeting"),
    "training": lazy_gettext("Training"),
    "no answer": lazy_gettext("No answer"),
    "bank details": lazy_gettext("Bank details"),
    "identity card": lazy_gettext("Identity card"),
    "caller asked": lazy_gettext("The caller asked for it"),
}
"""An office's own reasons are shown as the settings have them."""


def seat_title(name: str) -> str:
    """A seat as people say it: seat03 is seat 3."""
    number = re.fullmatch(r"seat0*(\d+)", name)
    return str(gettext("Seat %(number)s", number=number[1])) if number else name


def reason_name(reason: str) -> str:
    """A reason in the page's language."""
    return str(BUILT_IN_REASONS.get(reason, reason))


def set_up(app: App) -> None:
    """Make these known to the templates."""
    app.jinja_env.filters.update(seat_title=seat_title, reason_name=reason_name)
    app.jinja_env.globals.update(SEAT_STATE_NAMES=SEAT_STATE_NAMES, MICROPHONE_TROUBLES=MICROPHONE_TROUBLES)
