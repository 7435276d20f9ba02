"""The administrator's list of units, also of those that have ended, and the page of each."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, render_template, request
from sqlalchemy.orm import Session

from hotline import people
from hotline.cases import unit_acts, unit_changes, unit_following, units
from hotline.cases.units import Unit, UnitLevel
from hotline.who_may import Act
from web import period
from web.services import services
from web.sign_in.guard import needs
from web.typed import typed
from web.units import names, pinyin

listing = Blueprint("listing", __name__, url_prefix="/units")


@listing.get("")
@needs(Act.MANAGE_PEOPLE)
def show() -> str:
    """The units, by name or pinyin, by level, in force or not."""
    search = typed(request.args.get("search"))[:80].strip()
    level = request.args.get("level", "")
    ended = request.args.get("ended") == "1"
    with services().database.reading() as session:
        known = units.all_there_were(session)
    of_them = [each for each in known if each.active != ended]
    return render_template(
        "units/list.html",
        found=[each for each in of_them if level in ("", each.level) and _is_found(each, search)],
        named={each.code: each for each in known},
        search=search,
        level=level,
        ended=ended,
        in_all=len(of_them),
        by_level={each: sum(unit.level == each for unit in of_them) for each in UnitLevel},
        names=names,
    )


def _is_found(unit: Unit, search: str) -> bool:
    """By every word: in a name, as pinyin or its initials, or as the beginning of the code."""
    called = [unit.name_zh, *filter(None, unit.aliases.split(";"))]
    spelled = [*map(pinyin.initials, called), pinyin.spelled(unit.name_zh)]
    all_names = [each.lower() for each in (*called, unit.name_en, *spelled)]
    return all(
        unit.code.startswith(word) or any(word in each for each in all_names)
        for word in search.lower().split()
    )


@listing.get("/<code>")
@needs(Act.MANAGE_PEOPLE)
def one(code: str) -> str:
    """One unit: what it is, what has become of it, and what can be done with it."""
    with services().database.reading() as session:
        return page(session, code, {}, {})


def page(session: Session, code: str, entered: Mapping[str, str], mistakes: Mapping[str, str]) -> str:
    """The page of a unit, with what was entered and is wrong."""
    unit = session.get(Unit, typed(code)[:20]) or abort(404)
    changes = unit_changes.of_unit(session, unit.code)
    mentioned = {each for change in changes for each in (change.unit_code, change.before, change.after)}
    around = units.of_codes(session, {*mentioned, unit.parent_code, unit.successor_code})
    shown: dict[str, Any] = {
        "unit": unit,
        "changes": changes,
        "named": {each.code: each for each in around},
        "by": people.full_names(session, {each.by_id for each in changes if each.by_id is not None}),
        "answering": units.answering(session, unit.code),
        "open_cases": unit_following.open_cases(session, unit.code),
        "below": unit_acts.below(session, unit.code),
    }
    return render_template(
        "units/unit.html", **shown, entered=entered, mistakes=mistakes, today=period.today(), names=names
    )
