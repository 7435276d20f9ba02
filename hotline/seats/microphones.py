"""The microphone of the browser at a seat: tried there, told here, and shown where the seat is.

A browser without one does not register, so the exchange does not ring it. To the exchange the seat has no
telephone; why, its page has said here.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from hotline.seats import seats
from hotline.seats.seat_sittings import SeatSitting
from hotline.seats.seats import Seat


class MicrophoneTrouble(StrEnum):
    """Why a browser cannot be spoken into, as ``microphone.js`` finds out."""

    ASKING = "asking"
    """The browser has asked, and nobody has answered it yet."""
    DENIED = "denied"
    """By whoever sits there, by the browser or by the computer."""
    MISSING = "missing"
    """None is plugged in."""
    BUSY = "busy"
    """Another program has it, or it does not work."""
    MUTED = "muted"
    """By the computer or the headset."""
    INSECURE = "insecure"
    """The page has not come by https."""


def is_news(session: Session, seat: str, token_hash: str, trouble: MicrophoneTrouble | None) -> bool:
    """Whether the browser of a session says what is not known; no other one is the seat's telephone."""
    row, sitting = session.get(Seat, seat), session.get(SeatSitting, seat)
    if row is None or (sitting and sitting.token_hash != token_hash):
        return False
    return row.microphone != (trouble or "")


def report(
    session: Session, seat: str, token_hash: str, trouble: MicrophoneTrouble | None, now: datetime
) -> None:
    """Note what the browser of a session says, where that is news."""
    if not is_news(session, seat, token_hash, trouble):
        return
    row, microphone = session.get_one(Seat, seat), trouble or ""
    row.microphone = microphone
    state = seats.with_microphone(row.state, microphone)
    if state != row.state:
        row.state, row.since = state, now
    seats.changed(session, now)
