"""The wallboard's page, and its content, which the page asks for again and again."""

from dataclasses import asdict
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, make_response, render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from hotline.callbacks import callbacks
from hotline.people import Role
from hotline.reports import today_figures
from hotline.seats import seats
from hotline.sign_ins import WALLBOARD_STAYS
from web import seat_overview
from web.services import services
from web.sign_in import guard
from web.sign_in.guard import background

wallboard = Blueprint("wallboard", __name__, url_prefix="/wallboard")
MOST_CALLBACKS = 100


@wallboard.get("")
def show() -> Response:
    """The whole page. A screen on the wall keeps its sign-in over a restart of its browser."""
    response = make_response(
        render_template(
            "wallboard/wallboard.html",
            now=services().now(),
            timezone=services().settings.hours.timezone,
            board=_board(),
        )
    )
    if current_user.role == Role.WALLBOARD:
        token = request.cookies[guard.cookie_name(services())]
        guard.give_cookie(response, token, WALLBOARD_STAYS)
    return response


@wallboard.get("/board")
@background
def board() -> AnyResponse:
    """What changes; 304 when nothing did."""
    response = make_response(_board())
    response.add_etag()
    return response.make_conditional(request)


def _board() -> str:
    now, settings = services().now(), services().settings
    with services().database.reading() as session:
        shown = seat_overview.every_seat(session)
        line = seat_overview.the_line(session)
        return render_template(
            "wallboard/board.html",
            seats=shown,
            counts=seat_overview.by_state(shown),
            size=_size(len(shown)),
            waiting=seats.waiting(session),
            line=line,
            why=seat_overview.why(line),
            warnings=seat_overview.warnings(session),
            callbacks=len(callbacks.newest(session, MOST_CALLBACKS, only_open=True)),
            target=today_figures.CONNECT_RATE,
            in_percent=today_figures.percent,
            promptly=today_figures.PROMPT_ANSWER_SECONDS,
            **asdict(today_figures.figures(session, now, ZoneInfo(settings.hours.timezone))),
        )


def _size(count: int) -> str:
    """How large a seat can be so that all of them fit on one screen."""
    return "few" if count <= 16 else "some" if count <= 60 else "many"
