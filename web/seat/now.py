"""What the console shows at this moment, as values for its scripts. Moments are ISO 8601 in UTC."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.people import User
from hotline.seats import seat_secrets, seats
from hotline.seats.seat_messages import SeatMessage
from hotline.seats.seats import Seat, SeatState
from web import formats, seats_now
from web.desk import desk
from web.seat.names import SEAT_STATE_NAMES, reason_name, seat_title


def gather(session: Session, seat: Seat) -> dict[str, object]:
    """The seat, its unread message, who waits, and the other seats a call may be handed to."""
    waiting = seats_now.waiting(session)
    return {
        "at": _iso(desk().now()),
        "seat": _shown(seat),
        "waiting": {"count": waiting.count, "since": _iso(waiting.since)},
        "message": _message(session, seat),
        "others": [each for each in overview(session) if each["name"] != seat.name],
    }


def _shown(seat: Seat) -> dict[str, object]:
    return {
        "name": seat.name,
        "state": seat.state,
        "stateName": str(SEAT_STATE_NAMES[SeatState(seat.state)]),
        "since": _iso(seat.since),
        "reason": reason_name(seat.reason),
        "callId": seat.call_id,
        "caller": formats.caller(seat.caller) if seat.call_id else "",
        "held": seat.held,
        "recordingPaused": reason_name(seat.recording_paused),
        "wrapUpUntil": _iso(seat.wrap_up_until),
        "extended": seat.wrap_up_extended,
        "answered": seat.calls_answered,
    }


def _message(session: Session, seat: Seat) -> dict[str, object] | None:
    """The oldest message that who sits there has not read."""
    query = (
        select(SeatMessage, User.full_name)
        .join(User, SeatMessage.by_id == User.id)
        .where(SeatMessage.to_user_id == seat.user_id, SeatMessage.read_at.is_(None))
        .order_by(SeatMessage.id)
    )
    row = session.execute(query.limit(1)).first()
    if row is None:
        return None
    message, author = row
    return {"id": message.id, "text": message.text, "by": author, "at": _iso(message.at)}


def overview(session: Session) -> list[dict[str, object]]:
    """Every seat of the settings: its state, and who sits there."""
    return [
        {
            "name": seat.name,
            "title": seat_title(seat.name),
            "state": seat.state,
            "stateName": str(SEAT_STATE_NAMES[seat.state]),
            "who": seat.who,
        }
        for seat in seats_now.every_seat(session)
    ]


def of_user(session: Session, user_id: int) -> Seat | None:
    """The seat where a user sits, as long as the settings have it."""
    seat = seats.of_user(session, user_id)
    return seat if seat and seat.name in seat_secrets.seats(desk().settings) else None


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
