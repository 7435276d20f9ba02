"""The step after the password: a code of the telephone, or a recovery code. Before it there is no session."""

from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import HiddenField, StringField

from hotline import audit, second_factor, sign_ins
from hotline.people import User
from hotline.second_factor import DAY, TooManyCodes
from web import cookies, languages
from web.address import address
from web.services import services
from web.sign_in import entering
from web.sign_in.forms import local_path
from web.typed import typed

code_step = Blueprint("code_step", __name__, url_prefix="/sign-in/code")


class CodeForm(FlaskForm):  # type: ignore[misc]
    """One code; ``next`` is the page that asked for the sign-in."""

    code = StringField()
    next = HiddenField()


def ask(user_id: int, name: str, to: str | None, kept: str) -> Response:
    """The password was right: go and ask for the code."""
    now = services().now()
    with services().database.writing() as database:
        entering.still_has(database, user_id, kept)
        token = sign_ins.await_code(database, user_id, now)
        said = (f"user {name}", f"right, a code is asked for; from {address()}")
        audit.note_once(database, now, user_id, "password", *said, within=sign_ins.CODE_AWAITED)
    chosen = languages.clicked() or None
    response = redirect(url_for("sign_in.code_step.form", next=local_path(to), language=chosen))
    response.set_cookie(
        _cookie(),
        token,
        max_age=sign_ins.CODE_AWAITED,
        httponly=True,
        samesite="Strict",
        secure=services().settings.web.secure_cookies,
    )
    return response


@code_step.get("")
def form() -> str | Response:
    """Ask for the code; who has not given a password is asked for that."""
    with services().database.reading() as database:
        waits = sign_ins.who_waits(database, _token(), services().now())
    to = local_path(request.args.get("next"))
    return _page(CodeForm(next=to)) if waits else redirect(url_for("sign_in.form", next=to))


@code_step.post("")
def enter() -> str | Response | tuple[str, int]:
    """Check the code, and begin a session."""
    asked, now = CodeForm(), services().now()
    with services().database.writing() as database:
        user_id = sign_ins.try_code(database, _token(), now)
        user = database.get(User, user_id) if user_id else None
        if user is None or not user.active:
            return _from_the_start(asked)
        how = _how(database, user, typed(asked.code.data), now)
        waits = sign_ins.who_waits(database, _token(), now)
    if how is None:
        return _page(asked, too_many()), 429
    if how and user_id:
        response = entering.let_in(user_id, asked.next.data, how, awaited=_token())
        response.delete_cookie(_cookie())
        return response
    return (_page(asked, wrong()), 403) if waits else _from_the_start(asked)


def _how(database: Session, user: User, code: str, now: datetime) -> str | None:
    """``code`` or ``recovery code``; empty for a wrong one, which is noted; None after too many of them."""
    try:
        how = second_factor.check(database, user.id, code, now)
    except TooManyCodes:
        return None
    if not how:
        refused = ("second factor refused", f"user {user.name}", f"from {address()}")
        audit.note_once(database, now, user.id, *refused, within=DAY / 24)
    return how


def wrong() -> str:
    """What is said of a wrong code."""
    return gettext(
        "That code is not right. Type the one your telephone shows now; each works once, and the "
        "telephone's clock must be right."
    )


def too_many() -> str:
    """What is said of one code too many."""
    return gettext(
        "Too many wrong codes today. Use a recovery code, or ask the administrator to reset the second "
        "factor."
    )


def _from_the_start(asked: CodeForm) -> Response:
    flash(gettext("That took too long, or too many codes were wrong. Enter your password again."))
    response = redirect(url_for("sign_in.form", next=local_path(asked.next.data)))
    response.delete_cookie(_cookie())
    return response


def _cookie() -> str:
    return cookies.name_of(services().settings.web, "code")


def _token() -> str:
    return request.cookies.get(_cookie(), "")


def _page(asked: CodeForm, sentence: str = "") -> str:
    return render_template("sign_in/code.html", form=asked, sentence=sentence)
