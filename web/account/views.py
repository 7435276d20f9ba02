"""Changing one's own password and language."""

from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from flask_wtf.csrf import generate_csrf
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hotline import audit, passwords, people
from hotline.people import User
from web.account.forms import PasswordForm
from web.desk import desk
from web.languages import LANGUAGES
from web.sign_in import guard, sessions
from web.sign_in.forms import local_path

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
        user_id = passwords.check(desk().database, current_user.name, form.current.data, desk().now())
    except passwords.Locked:
        form.current.errors = [gettext("Too many wrong passwords. Wait five minutes, then try again.")]
        return _page(form), 429
    token = None
    if user_id:
        with desk().database.writing() as session:
            token = _replace(session, session.get_one(User, user_id), form.new.data)
    if token is None:
        form.current.errors = [gettext("That is not your present password.")]
        return _page(form), 422
    flash(gettext("Your password is changed. Other sign-ins of yours have ended."))
    response = redirect(url_for("queue.first" if current_user.must_change else "account.show"))
    guard.give_cookie(response, token)
    return response


def _replace(session: Session, user: User, password: str) -> str:
    people.set_password(session, user, password)
    audit.note(session, desk().now(), user.id, "change password", f"user {user.name}")
    return sessions.begin(session, user.id, desk().now(), guard.idle_limit(desk()))


@account.post("/account/language")
def change_language() -> Response:
    """Keep the language on the user."""
    chosen = request.form.get("language", "")
    if chosen in LANGUAGES:
        with desk().database.writing() as session:
            user = session.get(User, current_user.id)
            if user is not None:
                user.language = chosen
    return redirect(local_path(request.form.get("back")))


@account.get("/account/token")
def token() -> Response:
    """A fresh form token for a page that was open while its user signed in again."""
    return make_response({"token": generate_csrf()})


def _page(form: PasswordForm) -> str:
    return render_template("account/account.html", form=form)
