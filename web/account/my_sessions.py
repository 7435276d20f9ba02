"""Where one is signed in, and ending what should not be."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hotline import audit, sessions, sign_ins
from hotline.seats import seat_orders
from web import orders
from web.services import services
from web.sign_in import guard
from web.typed import typed

my_sessions = Blueprint("my_sessions", __name__, url_prefix="/account/sessions")


@my_sessions.get("")
def show() -> str:
    """Every session of the user that goes on."""
    with services().database.reading() as session:
        mine = sessions.of_user(session, current_user.id, services().now(), guard.idle_limit(services()))
    return render_template("account/sessions.html", mine=mine)


@my_sessions.post("/end")
def end() -> Response:
    """End one session that is not this one; its page, its stream and its seat end with it."""
    which = typed(request.form.get("session"))
    with services().database.writing() as session:
        was_there = which != current_user.token_hash and sign_ins.end_one(session, current_user.id, which)
        order_id = _ended(session, "end session") if was_there else None
    flash(gettext("The session is ended.") if was_there else gettext("That session has ended already."))
    return _back(order_id)


@my_sessions.post("/end-others")
def end_others() -> Response:
    """End all sessions but this one, and what waits for a code."""
    with services().database.writing() as session:
        sign_ins.end_all(session, current_user.id, but=current_user.token_hash)
        order_id = _ended(session, "end sessions")
    flash(gettext("All your other sessions are ended."))
    return _back(order_id)


def _ended(session: Session, action: str) -> int | None:
    now = services().now()
    audit.note(session, now, current_user.id, action, f"user {current_user.name}")
    return seat_orders.stand_up_where_left(session, now, current_user.id)


def _back(order_id: int | None) -> Response:
    orders.say_who_still_sits(order_id)
    return redirect(url_for("account.my_sessions.show"), 303)
