"""Changing one's own password and language."""

from typing import Any

from flask import Blueprint, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response

from hotline import audit, people, sessions
from hotline.people import PasswordHash, User
from hotline.refusals import Refused
from hotline.seats import seat_orders
from hotline.sign_ins import BrowserSession
from web.account import confirming
from web.account.forms import PasswordForm
from web.languages import LANGUAGES
from web.refusals import said
from web.services import services
from web.sign_in import entering, guard, known_browser
from web.sign_in.forms import local_path
from web.sign_in.later import REFUSALS, later, sentence_of

account = Blueprint("account", __name__)


@account.get("/account")
def show() -> str:
    """The account's page."""
    return _page(PasswordForm())


@account.post("/account/password")
def change_password() -> Any:
    """Change the password; all other sessions of the user end."""
    form = PasswordForm()
    if not form.validate():
        return _page(form), 422
    try:
        user_id = confirming.who_has(form.current.data)
        if user_id is None:
            form.current.errors = [gettext("That is not your current password.")]
            return _page(form), 422
        words = (current_user.name, current_user.full_name, services().settings.number)
        password = people.hashed(form.new.data, *words)
    except REFUSALS as refusal:
        form.current.errors = [sentence_of(refusal)]
        return later(_page(form), refusal)
    except Refused as refused:
        form.new.errors = [said(refused)]
        return _page(form), 422
    return _changed(user_id, password)


def _changed(user_id: int, password: PasswordHash) -> Response:
    with services().database.writing() as session:
        user = session.get_one(User, user_id, with_for_update=True)
        if session.get(BrowserSession, current_user.token_hash) is None:
            abort(409)  # signed out, or given a new password, while these two were worked on
        people.set_password(session, user, password)
        audit.note(session, services().now(), user.id, "change password", f"user {user.name}")
        place = entering.here(current_user.sits_at)
        token = sessions.begin(session, user.id, services().now(), guard.idle_limit(services()), place)
        seat_orders.stand_up_where_left(session, services().now(), user.id)
    flash(gettext("Your password is changed. Other sign-ins of yours have ended."))
    response = redirect(url_for("queue.first" if current_user.must_change else "account.show"))
    guard.give_cookie(response, token)
    known_browser.remember(response, user_id, password)
    return response


@account.post("/account/language")
def change_language() -> Response:
    """Keep the language on the user."""
    language = request.form.get("language", "")
    if language in LANGUAGES:
        with services().database.writing() as session:
            user = session.get(User, current_user.id)
            if user is not None:
                user.language = language
    return redirect(local_path(request.form.get("back")))


@account.get("/account/token")
def token() -> Response:
    """A fresh form token for a page that was open while its user signed in again."""
    return make_response({"token": generate_csrf()})


def _page(form: PasswordForm) -> str:
    return render_template("account/account.html", form=form)
