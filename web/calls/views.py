"""The list of calls: filters, pages, files."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from hotline.calls.calls import CallResult
from hotline.reports import call_list
from hotline.reports.call_list import CallFilter
from hotline.retention import deletions
from hotline.seats import seat_events, seat_secrets
from hotline.who_may import Act
from web import download, noting, period
from web.calls.names import RATING_NAMES, RESULT_NAMES, SETTLED_NAMES
from web.queue import searches
from web.seat.names import seat_title
from web.services import services
from web.sign_in.guard import needs
from web.typed import typed

calls = Blueprint("calls", __name__, url_prefix="/calls")
calls.record(lambda setup: setup.app.jinja_env.globals.update(RESULT_NAMES=RESULT_NAMES))
calls.record(lambda setup: setup.app.jinja_env.globals.update(RATING_NAMES=RATING_NAMES))
calls.record(lambda setup: setup.app.jinja_env.globals.update(SETTLED_NAMES=SETTLED_NAMES))

TAKEN_IN_WITHIN = timedelta(minutes=5)
"""The sweep finds the recording of a call in less; later there is none."""
FILTERS = ("seat", "agent", "result", "recorded", "satisfaction")


@calls.get("")
@needs(Act.SEE_CALLS)
def show() -> str | AnyResponse:
    """A page of calls."""
    if searches.is_forgotten(_key()):
        days = period.asked(days_before=6)
        return searches.say_forgotten(_without_search(days))
    return _page()


@calls.errorhandler(download.TooManyRows)
def _say_how_many(problem: download.TooManyRows) -> tuple[str, int]:
    """The page, which says what can be done about a file that would be too long."""
    return _page(problem), 422


def _page(too_many: download.TooManyRows | None = None) -> str:
    days, now = period.asked(days_before=6), services().now()
    wanted = _wanted(days)
    if wanted.caller:
        noting.search("calls", wanted.caller)
    with services().database.reading() as session:
        found, more = call_list.page(session, wanted, now)
        return render_template(
            "calls/calls.html",
            found=found,
            silent=deletions.silent(session, [each.recording_id for each in found if each.recording_id]),
            just_over=now - TAKEN_IN_WITHIN,
            days=days,
            usual=period.usual(),
            wanted=wanted,
            search=_key() if wanted.caller else None,
            filters=_filters(),
            pauses=seat_events.recording_pauses(session, [each.call.call_id for each in found]),
            total=call_list.count(session, replace(wanted, before=""), now),
            agents=call_list.agents(session),
            seats=seat_secrets.seat_names(services().settings),
            next_page=found[-1].call.call_id if more else "",
            too_many=too_many,
            most_rows=download.MOST_ROWS,
        )


@calls.post("")
@needs(Act.SEE_CALLS)
def search() -> AnyResponse:
    """Keep the number that is searched for out of the address, and show what is found."""
    key = searches.keep(request.form.get("caller", ""))
    days: dict[str, Any] = {name: request.form.get(name) or None for name in ("first", "last", *FILTERS)}
    return redirect(url_for("calls.show", **days, search=key or None), 303)


@calls.post("/export")
@needs(Act.SEE_CALLS)
def export() -> AnyResponse:
    """All calls that the filters leave, as a file."""
    kind, days = download.format_asked(), period.asked(days_before=6)
    if searches.is_forgotten(_key()):
        return searches.say_forgotten(_without_search(days))
    with services().database.reading() as session:
        wanted, now = replace(_wanted(days), before=""), services().now()
        download.check(call_list.count(session, wanted, now))
        found = call_list.every(session, wanted, now)
        rows = [
            call_list.cells(
                each,
                period.office_zone(),
                str(RESULT_NAMES[each.result]),
                call_list.BETWEEN_SEATS.join(seat_title(talked.seat) for talked in each.seats),
                _rating(each.call.satisfaction),
            )
            for each in found
        ]
    head = [
        gettext("Arrived"),
        gettext("Caller"),
        gettext("What came of it"),
        gettext("Seat"),
        gettext("Agent"),
        gettext("Waited (s)"),
        gettext("Talked (s)"),
        gettext("Rating"),
        gettext("Case number"),
        gettext("Call identifier"),
    ]
    return download.answer(kind, "calls", gettext("Calls"), days, head, rows)


def _rating(satisfaction: int | None) -> str:
    return str(RATING_NAMES[satisfaction]) if satisfaction in RATING_NAMES else ""


def _wanted(days: period.Period) -> CallFilter:
    """What the address asks for; a filter that there is not is none."""
    begin, end = days.span
    filters, agent = _filters(), request.args.get("agent", "")
    return CallFilter(
        begin,
        end,
        seat=typed(filters.get("seat"))[:8],
        user_id=int(agent) if agent.isdecimal() and len(agent) < 10 else None,
        result=CallResult(filters["result"])
        if filters.get("result") in CallResult._value2member_map_
        else None,
        caller=searches.text_of(_key()),
        recorded={"yes": True, "no": False}.get(filters.get("recorded", "")),
        satisfaction={"1": 1, "2": 2, "3": 3}.get(filters.get("satisfaction", "")),
        before=typed(request.args.get("before"))[:100],
    )


def _filters() -> dict[str, str]:
    """The filters in the address."""
    return {name: value for name in FILTERS if (value := request.args.get(name))}


def _without_search(days: period.Period) -> str:
    more: dict[str, Any] = _filters() | days.in_address
    return url_for("calls.show", **more)


def _key() -> str:
    """The key of the number searched for, in the address."""
    return request.args.get("search", "")
