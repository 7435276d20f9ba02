"""What a supervisor does: at a seat, to the line, to a callback. Each act is in the audit trail."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from hotline import audit
from hotline.callbacks import callbacks
from hotline.drafts import FormName
from hotline.refusals import Refused
from hotline.seats import seat_messages, seat_secrets, seats
from hotline.seats.seat_orders import JOINS, Order
from hotline.seats.seats import Seat, SeatState
from hotline.who_may import Act
from web import drafted
from web.orders import obeyed
from web.refusals import said
from web.seat.names import seat_title
from web.services import services
from web.sign_in.guard import needs
from web.supervision.names import DONE
from web.typed import typed

acts = Blueprint("acts", __name__)
TO_BE_CONFIRMED = (Order.BARGE, Order.LEAVE_SEAT)


@acts.post("/seats/<seat>/<act>")
@needs(Act.SUPERVISE)
def at_seat(seat: str, act: str) -> str | Response:
    """Listen, whisper, barge in, make ready, sign out."""
    if act not in set(DONE) or seat not in seat_secrets.seat_names(services().settings):
        abort(404)
    order = Order(act)
    if order in TO_BE_CONFIRMED and "confirmed" not in request.form:
        return render_template("supervision/confirm.html", act=act, seat=_seat(seat))
    flash(_with_own_telephone(seat, order) if order in JOINS else _at(seat, order))
    return _back()


def _with_own_telephone(seat: str, order: Order) -> str:
    """Let the supervisor's own telephone ring; the sentence that says what came of it."""
    with services().database.reading() as session:
        mine = seats.of_user(session, current_user.id)
    if mine is None or mine.state in (SeatState.NO_TELEPHONE, SeatState.NO_MICROPHONE):
        return gettext("For that you need a telephone: sign in to a seat under “My seat”, then try again.")
    if mine.name == seat:
        return gettext("That is your own seat.")
    return _ordered(seat, mine.name, order, seat)


def _at(seat: str, order: Order) -> str:
    return _ordered(seat, seat, order)


def _ordered(seat: str, given_to: str, order: Order, argument: str = "") -> str:
    """Note who asks for what, then ask for it; the sentence that says what came of it."""
    with services().database.writing() as session:
        row = session.get(Seat, seat)
        audit.note(
            session, services().now(), current_user.id, order, f"seat {seat}", row.call_id if row else ""
        )
    problem = obeyed(current_user.id, given_to, order, argument, typed(request.form.get("call"))[:100])
    return problem or str(DONE[order]) % {"seat": seat_title(seat), "mine": seat_title(given_to)}


@acts.get("/seats/<seat>/message")
@needs(Act.SUPERVISE)
def write(seat: str) -> str:
    """The form for a message."""
    return _message(seat)


@acts.post("/seats/<seat>/message")
@needs(Act.SUPERVISE)
def send(seat: str) -> str | Response | tuple[str, int]:
    """Send a message to who sits at a seat, shown there at once."""
    text = typed(request.form.get("text"))
    if seat not in seat_secrets.seat_names(services().settings):
        abort(404)
    try:
        with services().database.writing() as session:
            seat_messages.send(session, seat, text, current_user.id, services().now())
            drafted.sent(session, FormName.MESSAGE, seat)
    except Refused as refused:
        return _message(seat, text, said(refused)), 422
    flash(gettext("The message is shown at %(seat)s.", seat=seat_title(seat)))
    return _back()


def _message(seat: str, text: str = "", mistake: str = "") -> str:
    return render_template(
        "supervision/message.html",
        seat=_seat(seat),
        text=text,
        mistake=mistake,
        most=seat_messages.LONGEST_MESSAGE,
    )


def _seat(name: str) -> Seat:
    with services().database.reading() as session:
        return session.get(Seat, name) or abort(404)


@acts.post("/callbacks/<int:callback_id>/cancel")
@needs(Act.CALL_BACK)
def cancel(callback_id: int) -> str | Response:
    """Call somebody back no more."""
    if "confirmed" not in request.form:
        with services().database.reading() as session:
            callback = session.get(callbacks.Callback, callback_id) or abort(404)
            return render_template("supervision/confirm.html", act="cancel", callback=callback)
    with services().database.writing() as session:
        done = callbacks.cancel(session, callback_id, services().now(), current_user.id)
    flash(gettext("The callback is cancelled.") if done else gettext("That callback is over already."))
    return _back()


def _back() -> Response:
    return redirect(url_for("supervision.show"), 303)
