"""What the console shows at this moment, as values for its scripts. Moments are ISO 8601 in UTC."""

from datetime import datetime, timedelta

from flask_babel import gettext
from sqlalchemy.orm import Session

from hotline.callbacks.callbacks import is_ours
from hotline.registration import call_forms
from hotline.seats import seat_messages, seat_orders, seat_secrets, seats
from hotline.seats.seats import Seat, SeatState
from web import formats, seat_overview
from web.seat.names import SEAT_STATE_NAMES, reason_name, seat_title
from web.services import services

RUNG_AT_MOST = timedelta(seconds=30)
"""A supervisor's own telephone is rung for less, and has answered or not by then."""


def gather(session: Session, seat: Seat) -> dict[str, object]:
    """The seat, its unread message, who waits, and the other seats a call may be handed to."""
    waiting = seats.waiting(session)
    return {
        "at": _iso(services().now()),
        "seat": _shown(seat),
        "supervising": _supervising(session, seat),
        "askedBy": _asked_by(session, seat),
        "lineClosed": _line_closed(session),
        "waiting": {"count": waiting.count, "since": _iso(waiting.since)},
        "unfinished": call_forms.count_unfinished(session, seat.user_id),
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
        "isCallback": is_ours(seat.call_id),
        "held": seat.held,
        "recordingPaused": reason_name(seat.recording_paused),
        "microphone": seat.microphone,
        "wrapUpUntil": _iso(seat.wrap_up_until),
        "extended": seat.wrap_up_extended,
        "answered": seat.calls_answered,
    }


def _message(session: Session, seat: Seat) -> dict[str, object] | None:
    """The oldest message that who sits there has not read."""
    unread = seat_messages.oldest_unread(session, seat.user_id) if seat.user_id else None
    if unread is None:
        return None
    message, author = unread
    return {"id": message.id, "text": message.text, "by": author, "at": _iso(message.at)}


def _supervising(session: Session, seat: Seat) -> dict[str, str] | None:
    """Which seat's call is joined here, and how: not a citizen's call, but one a supervisor asked for."""
    if seat.call_id or seat.state not in (SeatState.RINGING, SeatState.ON_A_CALL):
        return None
    last = seat_orders.last_join(session, seat.name)
    if last is None or last.at < seat.since - RUNG_AT_MOST:
        return None
    return {"how": str(last.order), "seat": seat_title(last.arguments["to"])}


def _asked_by(session: Session, seat: Seat) -> str:
    """The seat that talked to this caller before and is asking this one now, and who sits there."""
    if not seat.call_id or seat.state not in (SeatState.RINGING, SeatState.ON_A_CALL):
        return ""
    for each in seat_overview.every_seat(session):
        shares = each.name != seat.name and each.call_id == seat.call_id
        if shares and each.state == SeatState.ON_A_CALL and each.since and each.since < seat.since:
            return f"{seat_title(each.name)} ({each.who})" if each.who else seat_title(each.name)
    return ""


def _line_closed(session: Session) -> str:
    """Why callers hear that the line is closed, and until when; empty while it is open."""
    line = seat_overview.the_line(session)
    return "" if line.is_open else str(gettext("The line is closed. %(why)s", why=seat_overview.why(line)))


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
        for seat in seat_overview.every_seat(session)
    ]


def of_user(session: Session, user_id: int) -> Seat | None:
    """The seat where a user sits, as long as the settings have it."""
    seat = seats.of_user(session, user_id)
    return seat if seat and seat.name in seat_secrets.seat_names(services().settings) else None


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
