"""The console's page, what it shows at a moment, and what an agent asks for there."""

from flask import (
    Blueprint,
    Response,
    abort,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from hotline import sign_ins
from hotline.seats import microphones, seat_messages, seat_secrets, seats
from hotline.seats.microphones import MicrophoneTrouble
from hotline.seats.seat_orders import Order
from hotline.seats.seat_sittings import TelephoneElsewhere
from web import headers
from web.orders import AT_OWN_SEAT, obeyed
from web.seat import console_state, names, telephone
from web.services import services
from web.sign_in.guard import background, note_activity
from web.typed import typed

seat = Blueprint("seat", __name__, url_prefix="/seat")
seat.record_once(lambda state: names.set_up(state.app))


@seat.get("")
def show() -> str:
    """The console of the seat where the user sits, or the choice of one."""
    with services().database.reading() as session:
        mine = console_state.of_user(session, current_user.id)
        if mine is None:
            return render_template("seat/choose.html", seats=console_state.overview(session))
        headers.allow_telephone(telephone.wss_url(services().settings))
        return render_template(
            "seat/seat.html",
            seat=mine,
            now=console_state.gather(session, mine),
            settings=services().settings.seats,
            certificate=telephone.page_of_certificate(services().settings),
        )


@seat.get("/now")
@background
def at_this_moment() -> Response:
    """What has changed. ``active``: the agent has typed, clicked or talked since the last time."""
    if request.args.get("active"):
        note_activity()
    with services().database.reading() as session:
        mine = console_state.of_user(session, current_user.id)
        return make_response(
            console_state.gather(session, mine)
            if mine
            else {"seat": None, "at": services().now().isoformat()}
        )


@seat.get("/telephone")
@background
def credentials() -> Response:
    """What the browser telephone registers with, for the user's own seat; 409: another browser is it."""
    return _telephone(take=False)


@seat.post("/telephone")
def take_telephone() -> Response:
    """The same, and what another browser of the user had is worth nothing any more."""
    return _telephone(take=True)


def _telephone(*, take: bool) -> Response:
    """503 while Asterisk does not know of it; the page asks again."""
    mine = _own_seat()
    if current_user.sits_at != mine:
        with services().database.writing() as session:
            sign_ins.sits(session, current_user.token_hash, current_user.id, mine)
    try:
        secret = telephone.claimed(mine, current_user, take=take)
    except TelephoneElsewhere:
        return make_response({}, 409)
    if not telephone.is_known(mine, secret):
        return make_response({}, 503)
    return make_response(telephone.account(services().settings, mine, secret))


@seat.get("/telephone/door")
@background
def door() -> AnyResponse:
    """For the web server in front of the browsers' line (``auth_request``): who may come to the exchange.

    204 for a page of ours whose user is signed in, 403 for any other page; 401 (the guard) for a stranger.
    """
    if not telephone.is_our_page(request.headers.get("Origin", ""), request.host):
        abort(403)
    return Response(status=204)


@seat.post("/sign-in")
def sit_down() -> AnyResponse:
    """Sign in to a seat."""
    name = typed(request.form.get("seat"))
    if name not in seat_secrets.seat_names(services().settings):
        abort(404)
    with services().database.reading() as session:
        taken = session.get(seats.Seat, name)
        others = bool(taken and taken.user_id not in (None, current_user.id))
        elsewhere = console_state.of_user(session, current_user.id)
    if others:
        flash(gettext("Somebody else sits there. Choose another seat, or ask the supervisor to sign it out."))
    elif elsewhere is None and (problem := obeyed(current_user.id, name, Order.TAKE_SEAT)):
        flash(problem)
    elif elsewhere is None:
        with services().database.writing() as session:
            sign_ins.sits(session, current_user.token_hash, current_user.id, name)
    return redirect(url_for("seat.show"), 303)


@seat.post("/orders/<order>")
def give(order: str) -> Response:
    """Ask the exchange for something at the user's own seat; 409 with a sentence when it was not done."""
    if order not in AT_OWN_SEAT:
        abort(404)
    argument, call = (typed(request.form.get(name))[:100] for name in ("argument", "call"))
    problem = obeyed(current_user.id, _own_seat(), Order(order), argument, call)
    return make_response({"message": problem}, 409 if problem else 200)


@seat.post("/microphone")
@background
def tell_microphone() -> Response:
    """The page says by itself whether it can be spoken into; empty: it can."""
    said = typed(request.form.get("trouble"))
    if said and said not in set(MicrophoneTrouble):
        abort(404)
    mine, trouble = _own_seat(), MicrophoneTrouble(said) if said else None
    with services().database.reading() as session:  # what is known already waits for nobody who writes
        is_news = microphones.is_news(session, mine, current_user.token_hash, trouble)
    if is_news:
        with services().database.writing() as session:
            microphones.report(session, mine, current_user.token_hash, trouble, services().now())
    return make_response({})


@seat.post("/messages/<int:message_id>/read")
def read(message_id: int) -> Response:
    """The agent has read a supervisor's message."""
    mine = _own_seat()
    with services().database.writing() as session:
        seat_messages.read(session, message_id, mine, current_user.id, services().now())
    return make_response({})


def _own_seat() -> str:
    """The name of the seat where the user sits; 404 for who sits nowhere."""
    with services().database.reading() as session:
        mine = console_state.of_user(session, current_user.id)
        return mine.name if mine else abort(404)
