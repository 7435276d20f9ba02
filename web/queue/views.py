"""The queue page, and its table which the page asks for every few seconds."""

import hashlib

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from hotline import people
from hotline.access import opens, opens_cases, subject
from hotline.cases.origins import Origin
from hotline.grants import may
from hotline.recordings import recordings
from hotline.recordings.recordings import Recording, ScreeningOutcome
from hotline.registration import case_search, desk_queue
from hotline.registration.case_search import FoundCase
from hotline.registration.desk_queue import DeskFilter
from hotline.seats import seats
from hotline.who_may import Act
from web import noting
from web.queue import searches
from web.services import services
from web.sign_in.guard import background, needs
from web.typed import typed

queue = Blueprint("queue", __name__)


@queue.get("/")
def first() -> AnyResponse:
    """The first page is the queue, for who sits at a seat its console, for who screens nothing the cases."""
    if not may(current_user, Act.SCREEN):
        return redirect(url_for("register.show"))
    with services().database.reading() as session:
        at_a_seat = seats.of_user(session, current_user.id)
    return redirect(url_for("seat.show" if at_a_seat else "queue.show"))


@queue.get("/queue")
@needs(Act.SCREEN)
def show() -> str:
    """The whole page."""
    wanted = _wanted()
    if wanted.search:
        noting.search("recordings", wanted.search)
    with services().database.reading() as session:
        etag = _etag(session, wanted)  # first: what changes while the rows are read is fetched again
        return render_template("queue/queue.html", **_found(session, wanted), etag=etag)


@queue.post("/queue")
@needs(Act.SCREEN)
def search() -> AnyResponse:
    """Keep what is searched for out of the address, and show what is found: in whichever state it is."""
    key = searches.keep(request.form.get("search", ""))
    state = desk_queue.ALL if key else request.form.get("state")
    return redirect(url_for("queue.show", state=state, search=key or None), 303)


@queue.get("/queue/table")
@needs(Act.SCREEN)
@background
def table() -> Response:
    """The part that changes; 304 when nothing did."""
    wanted = _wanted()
    with services().database.reading() as session:
        etag = _etag(session, wanted)
        if etag in request.if_none_match:
            return make_response("", 304)
        response = make_response(render_template("queue/table.html", **_found(session, wanted), etag=etag))
    response.set_etag(etag)
    return response


@queue.get("/queue/next")
@needs(Act.SCREEN)
def next_one() -> AnyResponse:
    """Open the recording that has waited longest."""
    with services().database.reading() as session:
        found = desk_queue.next_waiting(
            session, services().now(), typed(request.args.get("besides")), opens(current_user)
        )
    return redirect(url_for("recording.show", recording_id=found) if found else url_for("queue.show"))


def _wanted() -> DeskFilter:
    state = request.args.get("state", desk_queue.TO_SCREEN)
    if state not in desk_queue.FILTERS:
        abort(404)
    decided_or_all = state == desk_queue.ALL or state in ScreeningOutcome._value2member_map_
    order = request.args.get("order", "newest" if decided_or_all else "oldest")
    return DeskFilter(
        state, searches.text_of(_key()), order == "newest", typed(request.args.get("after"))[:32]
    )


def _key() -> str:
    """The key of the search in the address."""
    return request.args.get("search", "")


def _found(session: Session, wanted: DeskFilter) -> dict[str, object]:
    page = desk_queue.page(session, wanted, among=opens(current_user))
    counts = recordings.counts(session, opens(current_user))
    waiting = sum(counts[str(each)] for each in recordings.TranscriptionState)
    counts |= {desk_queue.TO_SCREEN: waiting, desk_queue.ALL: sum(counts.values())}
    return {
        "wanted": wanted,
        "search": _key() if wanted.search else None,
        "page": page,
        "of_calls": _of_calls(session, wanted),
        "counts": counts,
        "holders": _holders(session, page.recordings),
        "filters": desk_queue.FILTERS,
        "refresh": _address(wanted, "queue.table"),
        "next_page": _address(wanted, "queue.show", page.recordings[-1].id) if page.more else "",
    }


def _of_calls(session: Session, wanted: DeskFilter) -> list[tuple[FoundCase, str]]:
    """The cases registered in calls that a search finds, in every state, and where each can be read on."""
    if wanted.after:
        return []
    found = case_search.find(session, wanted.search, opens_cases(current_user))
    return [(each, _read_on(session, each)) for each in found]


def _read_on(session: Session, found: FoundCase) -> str:
    """The call's recording; without one the call itself; nothing for whom it does not concern."""
    if found.case.origin != Origin.CALL or not may(current_user, Act.OPEN, subject(session, found.case)):
        return ""
    if found.recording_id:
        return url_for("recording.show", recording_id=found.recording_id)
    return url_for("call.page", call_id=found.case.origin_id)


def _holders(session: Session, shown: list[Recording]) -> dict[str, str]:
    """Who holds which of the recordings shown."""
    now = services().now()
    held = {each.id: each.held_by_id for each in shown if each.held_until and each.held_until >= now}
    names = people.full_names(session, {each for each in held.values() if each})
    return {recording_id: names[user_id] for recording_id, user_id in held.items() if user_id in names}


def _address(wanted: DeskFilter, endpoint: str, after: str | None = None) -> str:
    order = "newest" if wanted.newest_first else "oldest"
    last = wanted.after if after is None else after
    return url_for(
        endpoint,
        state=wanted.state,
        search=_key() if wanted.search else None,
        order=order,
        after=last or None,
    )


def _etag(session: Session, wanted: DeskFilter) -> str:
    """Changes with the newest change, and each minute, because waiting times and holds run by themselves."""
    changed, minute = desk_queue.last_change(session), services().now().strftime("%H:%M")
    seen = f"{wanted} {changed} {minute} {get_locale()} {current_user.id}"
    return hashlib.sha256(seen.encode()).hexdigest()[:32]
