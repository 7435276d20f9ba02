"""The register of cases: filters, a search, pages, files."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from hotline.cases import units
from hotline.cases.cases import CaseState, Category
from hotline.cases.origins import CHANNELS
from hotline.cases.periods import Light
from hotline.cases.units import Unit
from hotline.handling import case_access
from hotline.registration import case_register
from hotline.registration.case_register import CaseFilter, ListedCase
from hotline.reports.report_periods import midnight
from hotline.spreadsheet import Cell
from web import download, noting, period
from web.call.names import CASE_STATE_NAMES, LIGHT_NAMES
from web.case.names import PERIOD_NAMES
from web.formats import CATEGORY_NAMES, CHANNEL_NAMES, listed
from web.period import Period, office_zone
from web.queue import searches
from web.services import services
from web.typed import typed
from web.units.names import unit_name

register = Blueprint("register", __name__, url_prefix="/cases")

FILTERS = ("light", "state", "unit_code", "category", "channel", "first", "last", "order")


@register.get("")
def show() -> str | AnyResponse:
    """A page of the register."""
    if searches.is_forgotten(_key()):
        return searches.say_forgotten(url_for("register.show", **_filters()))
    return _page()


@register.errorhandler(download.TooManyRows)
def _say_how_many(problem: download.TooManyRows) -> tuple[str, int]:
    """The page, which says what can be done about a file that would be too long."""
    return _page(problem), 422


def _page(too_many: download.TooManyRows | None = None) -> str:
    wanted, today = _wanted(), period.today()
    if wanted.search:
        noting.search("cases", wanted.search)
    with services().database.reading() as session:
        seen = case_access.is_seen_by(session, current_user)
        found, more = case_register.page(session, wanted, seen, today)
        return render_template(
            "register/register.html",
            found=found,
            next_page=found[-1].case.number if more else "",
            total=case_register.count(session, wanted, seen, today),
            by_light=case_register.count_by_light(session, seen, today),
            wanted=wanted,
            unit=session.get(Unit, wanted.unit) if wanted.unit else None,
            filters=_filters(),
            search=_key() if wanted.search else None,
            today=today,
            too_many=too_many,
            most_rows=download.MOST_ROWS,
            CASE_STATE_NAMES=CASE_STATE_NAMES,
            LIGHT_NAMES=LIGHT_NAMES,
            PERIOD_NAMES=PERIOD_NAMES,
            CHANNELS=CHANNELS,
        )


@register.post("")
def search() -> AnyResponse:
    """Keep what is searched for out of the address, and show what is found."""
    key = searches.keep(request.form.get("search", ""))
    filters = _given({name: typed(request.form.get(name))[:40] for name in FILTERS})
    if (name := typed(request.form.get("unit")).strip()) and "unit_code" not in filters:
        filters |= _unit_of(name)
    return redirect(url_for("register.show", search=key or None, **filters), 303)


def _unit_of(name: str) -> dict[str, str]:
    """The filter for a unit whose whole name was typed, not chosen; another is none, and that is said."""
    with services().database.reading() as session:
        code = units.code_of(session, name)
    if code is None:
        flash(gettext("Choose the unit from the list."))
    return {"unit_code": code} if code else {}


@register.post("/export")
def export() -> AnyResponse:
    """All cases that the filters leave, as a file."""
    if searches.is_forgotten(_key()):
        return searches.say_forgotten(url_for("register.show", **_filters()))
    kind, wanted, today = download.format_asked(), replace(_wanted(), after=""), period.today()
    with services().database.reading() as session:
        seen = case_access.is_seen_by(session, current_user)
        download.check(case_register.count(session, wanted, seen, today))
        rows = [_cells(each) for each in case_register.every(session, wanted, seen, today)]
    head = [
        gettext("Case number"),
        gettext("State"),
        gettext("Light"),
        gettext("Due"),
        gettext("Responsible unit"),
        gettext("Category"),
        gettext("Name"),
        gettext("Telephone"),
        gettext("Address"),
        gettext("What it is about"),
        gettext("Channel"),
        gettext("Received on"),
        gettext("Registered at"),
        gettext("Registered by"),
    ]
    return download.answer(kind, "cases", gettext("Cases"), _days(), head, rows)


def _cells(each: ListedCase) -> list[Cell]:
    case, zone = each.case, office_zone()
    return [
        case.number,
        str(CASE_STATE_NAMES[case.state]),
        str(LIGHT_NAMES[each.light]) if each.light else "",
        case.due_on.isoformat() if case.due_on else "",
        unit_name(each.unit, case.unit_code),
        str(CATEGORY_NAMES.get(case.category, case.category)),
        case.petitioner,
        listed(case.telephone) if case.telephone else "",
        case.address,
        case.summary,
        str(CHANNEL_NAMES.get(case.origin, case.origin)),
        case.received_at.astimezone(zone),
        case.registered_at.astimezone(zone),
        each.registrar,
    ]


def _wanted() -> CaseFilter:
    """What the address asks for; a filter that there is not is none."""
    filters, first, last = _filters(), _day("first"), _day("last")
    light, state, category = (filters.get(name, "") for name in ("light", "state", "category"))
    return CaseFilter(
        state=CaseState(state) if state in CaseState._value2member_map_ else None,
        light=Light(light) if light in Light._value2member_map_ else None,
        unit=filters.get("unit_code", ""),
        category=Category(category) if category in Category._value2member_map_ else None,
        channel=next((each for each in CHANNELS if each == filters.get("channel")), None),
        begin=midnight(first, office_zone()) if first else None,
        end=midnight(last + timedelta(days=1), office_zone()) if last else None,
        search=searches.text_of(_key()),
        by_due=filters.get("order") == "due",
        after=typed(request.args.get("after"))[:10],
    )


def _days() -> Period:
    """Those of the filter, for the name of a file; open at an end: since the beginning, until today."""
    return Period(_day("first") or period.EARLIEST, _day("last") or period.today())


def _day(name: str) -> date | None:
    try:
        found = date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
    return min(max(found, period.EARLIEST), period.today())


def _filters() -> dict[str, Any]:
    """The filters in the address."""
    return _given({name: typed(request.args.get(name))[:40] for name in FILTERS})


def _given(filters: dict[str, str]) -> dict[str, Any]:
    return {name: value for name, value in filters.items() if value}


def _key() -> str:
    """The key of what is searched for, in the address."""
    return request.args.get("search", "")
