"""Abandoned calls: who got nothing, one key to call back, and what is settled."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from hotline import audit, withheld_numbers
from hotline.callbacks import callbacks
from hotline.calls import abandoned_calls
from hotline.calls.abandoned_calls import CALLS_A_PAGE, AbandonedFilter
from hotline.calls.follow_up import Settled
from hotline.who_may import Act
from web import period
from web.calls.names import SETTLED_NAMES
from web.formats import caller
from web.services import services
from web.sign_in.guard import needs
from web.typed import typed

abandoned = Blueprint("abandoned", __name__)


@abandoned.get("/abandoned")
@needs(Act.CALL_BACK)
def show() -> str:
    """The list, of the last seven days at first."""
    days, every = period.asked(days_before=6), request.args.get("show") == "all"
    begin, end = days.span
    wanted = AbandonedFilter(begin, end, not every, typed(request.args.get("before"))[:100])
    with services().database.reading() as session:
        found = abandoned_calls.find(session, wanted, services().now(), CALLS_A_PAGE + 1)
        return render_template(
            "calls/abandoned.html",
            found=found[:CALLS_A_PAGE],
            days=days,
            usual=period.usual(),
            every=every,
            wanted=wanted,
            calls_out=bool(services().settings.sip.outbound),
            next_page=found[CALLS_A_PAGE - 1].call.call_id if len(found) > CALLS_A_PAGE else "",
        )


@abandoned.post("/<call_id>/callback")
@needs(Act.CALL_BACK)
def call_back(call_id: str) -> Response:
    """Ask for a callback of this caller, if nobody has yet; the next free seat is rung."""
    settings, now = services().settings, services().now()
    with services().database.writing() as session:
        abandoned = abandoned_calls.look_at(session, typed(call_id)[:100], now) or abort(404)
        call = abandoned.call
        shown = call.caller or withheld_numbers.number_of(session, call.call_id)
        number = callbacks.number_to_call(shown, settings.callback.numbers)
        if abandoned.settled != Settled.OPEN:
            state = SETTLED_NAMES[abandoned.settled]
            sentence = gettext("This caller has been seen to meanwhile: %(state)s.", state=state)
        elif not settings.sip.outbound:
            sentence = gettext("This hotline cannot call out. Ask the administrator.")
        elif not number:
            sentence = gettext("This number cannot be called back.")
        else:
            zone, by_id = settings.hours.timezone, current_user.id
            language = callbacks.language(session, call.call_id, number)
            apart = not call.caller
            callbacks.request(
                session, number, call.call_id, language, now, now, zone, by_id, is_withheld=apart
            )
            named = caller("" if apart else number)
            sentence = gettext("%(number)s will be called back as soon as a seat is free.", number=named)
    flash(sentence)
    return redirect(_back(call_id), 303)


@abandoned.post("/<call_id>/settled")
@needs(Act.CALL_BACK)
def settle(call_id: str) -> Response:
    """Note that a call is seen to, or take that back."""
    now, again = services().now(), "again" in request.form
    with services().database.writing() as session:
        abandoned = abandoned_calls.look_at(session, typed(call_id)[:100], now) or abort(404)
        call_id, by_id = abandoned.call.call_id, current_user.id
        if again:
            changed = abandoned_calls.reopen(session, call_id)
        else:
            changed = abandoned_calls.settle(session, call_id, by_id, now)
        if changed:
            audit.note(session, now, by_id, "reopen" if again else "settle", f"call {call_id}")
    if not changed and not again:
        flash(gettext("Somebody has seen to this caller."))
    return redirect(_back(call_id), 303)


def _back(call_id: str) -> str:
    """The list as it was, at the same call."""
    kept: dict[str, Any] = {
        name: request.args[name] for name in ("first", "last", "show", "before") if name in request.args
    }
    return url_for("calls.abandoned.show", **kept, _anchor=f"call-{call_id}")
