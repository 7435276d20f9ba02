"""Showing a desk phone's password and replacing it. Either asks for the administrator's own password."""

from typing import Any

from flask import Blueprint, abort, render_template, request
from flask_babel import gettext
from flask_login import current_user

from hotline import audit
from hotline.seats import seat_secrets
from hotline.seats.seat_secrets import UnusablePasswords
from web.account import confirming
from web.services import services
from web.sign_in.later import REFUSALS, later, sentence_of
from web.typed import typed

desk_phones = Blueprint("desk_phones", __name__, url_prefix="/desk-phones")


@desk_phones.get("")
def show() -> str:
    """All seats; no password yet."""
    return _page()


@desk_phones.post("/<seat>/password")
def reveal(seat: str) -> Any:
    """Show what the phone registers with."""
    if (refused := _refused(seat)) is not None:
        return refused
    password = seat_secrets.passwords(services().settings)[seat]
    with services().database.writing() as session:
        audit.note(session, services().now(), current_user.id, audit.SHOW_TELEPHONE, f"seat {seat}")
    return _page(seat, password)


@desk_phones.post("/<seat>/new-password")
def replace(seat: str) -> Any:
    """Make a new password; the seats' service tells Asterisk, which forgets the old phone."""
    if (refused := _refused(seat)) is not None:
        return refused
    with services().database.writing() as session:
        audit.note(session, services().now(), current_user.id, audit.REPLACE_TELEPHONE, f"seat {seat}")
        password = seat_secrets.replace(services().settings, seat)
    return _page(seat, password)


@desk_phones.errorhandler(UnusablePasswords)
def _unusable(_problem: UnusablePasswords) -> tuple[str, int]:
    """The file cannot be read or written; ``hotline seats phone`` says why."""
    return _page(is_unusable=True), 503


def _refused(seat: str) -> Any:
    """The page that asks for the own password, with what is wrong with it; None where it is right."""
    if seat not in seat_secrets.seat_names(services().settings):
        abort(404)
    given = typed(request.form.get("password"))[:200]
    if not given:
        return _ask(seat)
    try:
        user_id = confirming.who_has(given)
    except REFUSALS as refusal:
        return later(_ask(seat, sentence_of(refusal)), refusal)
    return None if user_id else (_ask(seat, gettext("That is not your current password.")), 422)


def _ask(seat: str, sentence: str = "") -> str:
    return render_template("desk_phones/confirm.html", seat=seat, sentence=sentence)


def _page(seat: str = "", password: str = "", *, is_unusable: bool = False) -> str:
    return render_template(
        "desk_phones/desk_phones.html",
        seats=seat_secrets.seat_names(services().settings),
        shown=seat,
        password=password,
        sip=services().settings.sip,
        is_unusable=is_unusable,
    )
