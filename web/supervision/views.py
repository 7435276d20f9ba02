"""The supervisor's page, and its content, which the page asks for again and again."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, make_response, render_template, request
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from hotline.callbacks import callbacks
from hotline.hours import hand_hours
from hotline.hours.hand_hours import LONGEST_ORDER
from hotline.people import User
from hotline.seats import seats
from hotline.who_may import Act
from web import seat_overview
from web.services import services
from web.sign_in.guard import background, needs
from web.supervision.names import OUTCOME_NAMES

supervision = Blueprint("supervision", __name__, url_prefix="/supervision")
USUAL_END = timedelta(hours=1)
OPENINGS_SHOWN = 20


@supervision.get("")
@needs(Act.WATCH_LINE)
def show() -> str:
    """The whole page."""
    return page()


@supervision.get("/now")
@needs(Act.WATCH_LINE)
@background
def at_this_moment() -> AnyResponse:
    """What changes; 304 when nothing did."""
    with services().database.reading() as session:
        response = make_response(render_template("supervision/now.html", **_now(session)))
    response.add_etag()
    return response.make_conditional(request)


def page(mistake: str = "", reason: str = "", until: str = "") -> str:
    """The page, with what was typed for the line and what is wrong with it."""
    now = services().now()
    with services().database.reading() as session:
        return render_template(
            "supervision/supervision.html",
            **_now(session),
            now=now,
            mistake=mistake,
            reason=reason,
            until=until or _local(now + USUAL_END),
            earliest=_local(now),
            latest=_local(now + LONGEST_ORDER),
            openings=hand_hours.newest(session, OPENINGS_SHOWN),
        )


def _now(session: Session) -> dict[str, Any]:
    line, shown = seat_overview.the_line(session), seat_overview.every_seat(session)
    return {
        "seats": shown,
        "mine": next((seat for seat in shown if seat.user_id == current_user.id), None),
        "counts": seat_overview.by_state(shown),
        "waiting": seats.waiting(session),
        "line": line,
        "by": session.get(User, line.by_id) if line.by_id else None,
        "why": seat_overview.why(line),
        "warnings": seat_overview.warnings(session),
        "callbacks": callbacks.newest(session, only_open=True),
        "OUTCOME_NAMES": OUTCOME_NAMES,
    }


def _local(at: datetime) -> str:
    """A moment as a field for date and time wants it, in the office's time."""
    return at.astimezone(ZoneInfo(services().settings.hours.timezone)).strftime("%Y-%m-%dT%H:%M")
