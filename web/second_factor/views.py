"""Setting up one's second factor, new recovery codes, and switching it off."""

from typing import Any

import segno
from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from markupsafe import Markup
from sqlalchemy.orm import Session

from hotline import audit, sign_ins
from hotline import second_factor as factors
from hotline.people import User
from hotline.second_factor import DAY, TooManyCodes
from web.account import confirming
from web.services import services
from web.sign_in import code_step
from web.sign_in.later import REFUSALS, sentence_of
from web.typed import typed

second_factor = Blueprint("second_factor", __name__, url_prefix="/account/second-factor")

Problem = tuple[str, int]
"""A sentence for the page, and the status of the answer."""


@second_factor.get("")
def show() -> str:
    """Whether there is one, and what can be done about it."""
    return _page()


@second_factor.post("")
def offer() -> Any:
    """Show a new secret. Asks for the password, and for a code of the one there is."""
    if problem := _problem():
        return _refused(problem)
    with services().database.writing() as session:
        factors.offer(session, current_user.id, services().now())
    return redirect(url_for("second_factor.show"), 303)


@second_factor.post("/confirm")
def confirm() -> Any:
    """The telephone shows a code: from now on it is asked for. Recovery codes are on this answer alone."""
    with services().database.writing() as session:
        codes = factors.confirm(session, current_user.id, typed(request.form.get("code")), services().now())
        if codes is not None:  # whoever came with the password alone leaves
            sign_ins.end_all(session, current_user.id, but=current_user.token_hash)
            _note(session, "set up second factor")
    return _page(codes=codes) if codes else _refused((code_step.wrong(), 422))


@second_factor.post("/recovery-codes")
def new_codes() -> Any:
    """Ten new recovery codes for those there were."""
    if problem := _problem():
        return _refused(problem)
    with services().database.writing() as session:
        if factors.on_since(session, current_user.id) is None:
            abort(409)
        codes = factors.new_recovery_codes(session, current_user.id)
        _note(session, "new recovery codes")
    return _page(codes=codes)


@second_factor.post("/off")
def switch_off() -> Any:
    """Go on with the password alone, where the office allows that."""
    if factors.demanded(services().settings.web, current_user):
        abort(403)
    if problem := _problem():
        return _refused(problem)
    with services().database.writing() as session:
        if factors.remove(session, current_user.id):
            _note(session, "switch off second factor")
    flash(gettext("The second factor is switched off. Only your password protects your account now."))
    return redirect(url_for("second_factor.show"), 303)


def _problem() -> Problem | None:
    """What is wrong with the password that was given, or with the code, where there is a second factor."""
    try:
        user_id = confirming.who_has(typed(request.form.get("password"))[:200])
    except REFUSALS as refusal:
        return sentence_of(refusal), 429
    if user_id is None:
        return gettext("That is not your current password."), 422
    return _problem_of_code() if current_user.has_second_factor else None


def _problem_of_code() -> Problem | None:
    with services().database.writing() as session:
        code, now = typed(request.form.get("code")), services().now()
        try:
            how = factors.check(session, current_user.id, code, now)
        except TooManyCodes:
            return code_step.too_many(), 429
        if not how:
            refused = ("second factor refused", f"user {current_user.name}", "signed in")
            audit.note_once(session, now, current_user.id, *refused, within=DAY / 24)
            return code_step.wrong(), 422
        if how == "recovery code":
            _note(session, "use recovery code")
    return None


def _refused(problem: Problem) -> Any:
    sentence, status = problem
    return _page(sentence), status


def _note(session: Session, action: str) -> None:
    audit.note(session, services().now(), current_user.id, action, f"user {current_user.name}")


def _page(sentence: str = "", codes: list[str] | None = None) -> str:
    with services().database.reading() as session:
        since = factors.on_since(session, current_user.id)
        left = factors.codes_left(session, current_user.id)
        secret = factors.is_offered(session, current_user.id, services().now())
        user = session.get_one(User, current_user.id)
        uri = factors.uri(secret, user, _office()) if secret else ""
    return render_template(
        "second_factor/second_factor.html",
        sentence=sentence,
        codes=codes,
        since=since,
        left=left,
        secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        square=square(uri) if uri else "",
        demanded=factors.demanded(services().settings.web, current_user),
    )


def _office() -> str:
    return f"{gettext('Petition hotline')} {services().settings.number}"


def square(uri: str) -> Markup:
    """The QR code as SVG in the page: nothing inline that our policy forbids, and no second request."""
    drawn = segno.make(uri, error="m", micro=False)
    return Markup(drawn.svg_inline(scale=4, omitsize=True, svgclass=None, lineclass=None))  # noqa: S704
