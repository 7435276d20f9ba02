"""Renaming, merging and abolishing a unit: what follows is shown, and asked, before it is done."""

from collections.abc import Callable, Mapping
from datetime import date

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import lazy_gettext
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hotline.cases import unit_acts, unit_following
from hotline.cases.unit_changes import Doing, UnitAct
from hotline.cases.unit_refusals import CannotChangeUnit
from hotline.cases.units import Unit
from hotline.refusals import Refused
from hotline.who_may import Act
from web import period
from web.refusals import said
from web.services import services
from web.sign_in.guard import needs
from web.typed import typed
from web.units import listing

Answer = str | tuple[str, int] | Response
Entered = Mapping[str, str]
Deed = Callable[[Session, str, Entered, Doing], object]
acts = Blueprint("acts", __name__, url_prefix="/units")
FIELDS = {"name": 101, "name_en": 201, "unit_code": 20, "unit": 200, "day": 10}
"""What may be entered, and how much of it is looked at: one more than a name may have."""
DONE = {
    UnitAct.RENAME: lazy_gettext("The unit is renamed."),
    UnitAct.MERGE: lazy_gettext("The unit is merged."),
    UnitAct.ABOLISH: lazy_gettext("The unit is abolished."),
}
BUTTONS = {
    UnitAct.RENAME: lazy_gettext("Rename"),
    UnitAct.MERGE: lazy_gettext("Merge"),
    UnitAct.ABOLISH: lazy_gettext("Abolish"),
}
DEEDS: Mapping[UnitAct, tuple[Deed, Deed]] = {
    UnitAct.RENAME: (
        lambda session, code, it, doing: unit_acts.check_rename(
            session, code, it["name"], it["name_en"], doing
        ),
        lambda session, code, it, doing: unit_acts.rename(session, code, it["name"], it["name_en"], doing),
    ),
    UnitAct.MERGE: (
        lambda session, code, it, doing: unit_acts.check_merge(session, code, it["unit_code"], doing),
        lambda session, code, it, doing: unit_acts.merge(session, code, it["unit_code"], doing),
    ),
    UnitAct.ABOLISH: (
        lambda session, code, _it, doing: unit_acts.check_abolish(session, code, doing),
        lambda session, code, _it, doing: unit_acts.abolish(session, code, doing),
    ),
}
"""What an act asks first, and the act."""


@acts.post("/<code>/rename")
@needs(Act.MANAGE_PEOPLE)
def rename(code: str) -> Answer:
    """Give a unit another name."""
    return _do(code, UnitAct.RENAME)


@acts.post("/<code>/merge")
@needs(Act.MANAGE_PEOPLE)
def merge(code: str) -> Answer:
    """End a unit that has a successor."""
    return _do(code, UnitAct.MERGE)


@acts.post("/<code>/abolish")
@needs(Act.MANAGE_PEOPLE)
def abolish(code: str) -> Answer:
    """End a unit that has none."""
    return _do(code, UnitAct.ABOLISH)


def _do(code: str, what: UnitAct) -> Answer:
    code = typed(code)[:20]
    entered = {name: typed(request.form.get(name))[:most].strip() for name, most in FIELDS.items()}
    check, act = DEEDS[what]
    try:
        doing = _doing(entered["day"])
        if "confirmed" not in request.form:
            with services().database.reading() as session:
                check(session, code, entered, doing)
                return _ask(session, code, what, entered)
        with services().database.writing() as session:
            act(session, code, entered, doing)
    except Refused as refused:
        mistakes = {f"{what}-{refused.field}" if refused.field else "": said(refused)}
        with services().database.reading() as session:
            return listing.page(session, code, {**entered, "what": what}, mistakes), 422
    flash(str(DONE[what]))
    return redirect(url_for("units.listing.one", code=code))


def _doing(day: str) -> Doing:
    try:
        return Doing(date.fromisoformat(day), period.today(), services().now(), current_user.id)
    except ValueError:
        raise Refused("day", CannotChangeUnit.NO_DAY) from None


def _ask(session: Session, code: str, what: UnitAct, entered: Entered) -> str:
    """What would follow, and whether it is meant; the answer comes to the same address."""
    return render_template(
        "units/confirm.html",
        unit=session.get(Unit, code) or abort(404),
        what=str(what),
        into=session.get(Unit, entered["unit_code"]),
        entered=entered,
        follows=unit_following.following(session, code),
        button=BUTTONS[what],
    )
