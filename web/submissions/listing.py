"""The list of letters, visits and appointments: what waits for an outcome first."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from hotline.cases.origins import BY_HAND
from hotline.registration import completeness
from hotline.submissions import listing as rules
from hotline.submissions.listing import WAITING, SubmissionFilter
from hotline.submissions.submissions import SubmissionOutcome
from web import noting
from web.queue import searches
from web.services import services
from web.submissions import names
from web.typed import typed

listing = Blueprint("listing", __name__)
FILTERS = ("outcome", "channel")
ANY = "any"


@listing.get("")
def show() -> str | AnyResponse:
    """A page of the list."""
    if searches.is_forgotten(_key()):
        return searches.say_forgotten(url_for("submissions.listing.show", **_filters(request.args)))
    wanted = _wanted()
    if wanted.search:
        noting.search("submissions", wanted.search)
    with services().database.reading() as session:
        found, more = rules.page(session, wanted)
        return render_template(
            "submissions/list.html",
            found=found,
            next_page=found[-1].number if more else "",
            total=rules.count(session, wanted),
            unsettled=completeness.unsettled(session),
            wanted=wanted,
            filters=_filters(request.args),
            search=_key() if wanted.search else None,
            names=names,
            ANY=ANY,
            WAITING=WAITING,
            CHANNELS=BY_HAND,
        )


@listing.post("")
def search() -> AnyResponse:
    """Keep what is searched for out of the address, and show what is found among all."""
    key = searches.keep(request.form.get("search", ""))
    filters = _filters(request.form)
    return redirect(url_for("submissions.listing.show", search=key or None, **filters), 303)


def _wanted() -> SubmissionFilter:
    filters = _filters(request.args)
    outcome, channel = filters.get("outcome", WAITING), filters.get("channel")
    return SubmissionFilter(
        outcome="" if outcome == ANY else outcome,
        channel=next((each for each in BY_HAND if each == channel), None),
        search=searches.text_of(_key()),
        after=typed(request.args.get("after"))[:10],
    )


def _filters(given: Any) -> dict[str, Any]:
    """Those that there are."""
    known = {"outcome": {WAITING, ANY, *SubmissionOutcome}, "channel": set(BY_HAND)}
    asked = {name: typed(given.get(name)) for name in FILTERS}
    return {name: value for name, value in asked.items() if value in known[name]}


def _key() -> str:
    return request.args.get("search", "")
