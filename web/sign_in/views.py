"""Signing in and out."""

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from hotline import audit, guessing, passwords, people, second_factor, sign_ins
from hotline.attempts import SignInSource
from hotline.seats import seat_orders
from web import orders
from web.address import address
from web.services import services
from web.sign_in import code_step, entering, guard, known_browser, signed_in
from web.sign_in.forms import SignInForm, local_path
from web.sign_in.later import REFUSALS, later, sentence_of

sign_in = Blueprint("sign_in", __name__)


@sign_in.get("/sign-in")
def form() -> str | Response:
    """Ask for name and password; who is signed in goes on at once."""
    if current_user.is_authenticated:
        return redirect(local_path(request.args.get("next")))
    return _page(SignInForm(next=local_path(request.args.get("next"))))


@sign_in.post("/sign-in")
def enter() -> str | Response | tuple[str, int]:
    """Check name and password; then a session begins, or the second factor is asked for."""
    asked = SignInForm()
    if not asked.validate_on_submit():
        return _page(asked), 422
    now, name = services().now(), signed_in.name_as_kept(asked.name.data)
    asker = SignInSource(address(), known_browser.which(name))
    with services().database.reading() as database:
        user = people.by_name(database, name)
        kept = user.password_hash if user else ""
    try:
        user_id = passwords.check(services().database, name, asked.password.data, now, asker)
    except REFUSALS as refusal:
        return later(_refuse(asked, sentence_of(refusal)), refusal)
    if user_id is None:
        guessing.note(services().database, name, asker, now)
        return _refuse(asked, gettext("User name or password is wrong. Check both and try again.")), 403
    with services().database.reading() as database:
        is_code_needed = second_factor.on_since(database, user_id) is not None
    if is_code_needed:
        return code_step.ask(user_id, name, asked.next.data, kept)
    return entering.let_in(user_id, asked.next.data, kept=kept)


@sign_in.post("/sign-out")
def leave() -> Response:
    """End the session, here and in the database."""
    now = services().now()
    with services().database.writing() as database:
        sign_ins.end_one(database, current_user.id, current_user.token_hash)
        audit.note(database, now, current_user.id, "sign out", f"user {current_user.name}")
        order_id = seat_orders.stand_up(database, now, current_user.id)  # nobody sits there any more
    problem = orders.told(order_id) if order_id is not None else ""
    session.clear()
    flash(gettext("You are signed out."))
    if problem:
        flash(
            gettext(
                "Your seat is still signed in, and its telephone goes on ringing: tell the supervisor. "
                "%(problem)s",
                problem=problem,
            )
        )
    response = redirect(url_for("sign_in.form"))
    guard.forget_cookie(response)
    return response


def _refuse(asked: SignInForm, sentence: str) -> str:
    asked.password.data = ""
    return _page(asked, sentence)


def _page(asked: SignInForm, sentence: str = "") -> str:
    return render_template("sign_in/sign_in.html", form=asked, sentence=sentence)
