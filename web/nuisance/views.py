"""Blocked numbers: those in force, lifting them, blocking another, and what is over."""

from datetime import timedelta

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hotline import people
from hotline.callers import nuisance as rules
from hotline.calls.calls import CallRecord
from hotline.drafts import FormName
from hotline.refusals import Refused
from web import drafted
from web.refusals import said
from web.services import services
from web.typed import typed

nuisance = Blueprint("nuisance", __name__, url_prefix="/nuisance")

DURATIONS = {
    1: lazy_gettext("1 day"),
    7: lazy_gettext("7 days"),
    30: lazy_gettext("30 days"),
    90: lazy_gettext("90 days"),
    365: lazy_gettext("1 year"),
}
MOST_OVER_SHOWN = 50
"""So many blocks that are over are shown."""


@nuisance.get("")
def show() -> str:
    """The blocks, and the form to add one; ``call`` names a call whose number is filled in."""
    with services().database.reading() as session:
        call = session.get(CallRecord, typed(request.args.get("call"))[:100])
        known = {"call": call.call_id, "digits": call.caller} if call else {}
        return _page(session, {"days": "7"} | known)


@nuisance.post("")
def add() -> Response | tuple[str, int]:
    """Block a number, or all that begin so."""
    entered = {name: typed(request.form.get(name)) for name in ("call", "digits", "prefix", "reason", "days")}
    if entered["days"] not in map(str, DURATIONS):
        abort(422)
    now = services().now()
    until = now + timedelta(days=int(entered["days"]))
    try:
        with services().database.writing() as session:
            rules.block(
                session,
                entered["digits"],
                bool(entered["prefix"]),
                entered["reason"],
                until,
                current_user.id,
                now,
            )
            drafted.sent(session, FormName.BLOCK, entered["call"])
    except Refused as refused:
        with services().database.reading() as session:
            return _page(session, entered, said(refused), refused.field == "reason"), 422
    flash(gettext("Calls from this number are refused from now on."))
    return redirect(url_for("nuisance.show"), 303)


@nuisance.post("/<int:block_id>/lift")
def lift(block_id: int) -> Response:
    """Take calls from this number again."""
    try:
        with services().database.writing() as session:
            rules.lift(session, block_id, current_user.id, services().now())
        flash(gettext("Calls from this number are taken again."))
    except Refused as refused:
        flash(said(refused))
    return redirect(url_for("nuisance.show"), 303)


def _page(session: Session, entered: dict[str, str], mistake: str = "", of_reason: bool = False) -> str:
    now = services().now()
    return render_template(
        "nuisance/nuisance.html",
        in_force=rules.blocks_in_force(session, now),
        over=rules.blocks_over(session, now, MOST_OVER_SHOWN),
        names={user.id: user.full_name for user in people.everyone(session)},
        limits=services().settings.nuisance,
        entered=entered,
        mistake=mistake,
        of_reason=of_reason,
        durations=DURATIONS,
    )
