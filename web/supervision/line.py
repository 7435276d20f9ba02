"""Opening and closing the line by hand."""

from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from hotline.drafts import FormName
from hotline.hours import hand_hours
from hotline.hours.hand_hours import CannotSetHours
from hotline.refusals import Refused
from hotline.who_may import Act
from web import drafted
from web.refusals import said
from web.services import services
from web.sign_in.guard import needs
from web.supervision.views import page
from web.typed import typed

line = Blueprint("line", __name__, url_prefix="/line")


@line.post("")
@needs(Act.SET_LINE)
def set_line() -> str | Response | tuple[str, int]:
    """Open or close the line, as the button says. Closing it is asked about once more."""
    reason, until = typed(request.form.get("reason")), typed(request.form.get("until"))
    state, now = request.form.get("state"), services().now()
    if state not in ("open", "closed"):  # the Enter key presses neither button
        return page(gettext("Press one of the two buttons: open or close the line."), reason, until), 422
    is_open = state == "open"
    try:
        end = _moment(until)
        hand_hours.check(reason, end, now)
        if not is_open and "confirmed" not in request.form:
            return render_template("supervision/confirm.html", act="close", until=end, reason=reason)
        with services().database.writing() as session:
            hand_hours.set_line(session, is_open, reason, end, current_user.id, now)
            drafted.sent(session, FormName.LINE)
    except Refused as refused:
        return page(said(refused), reason, until), 422
    flash(gettext("The line is open by hand.") if is_open else gettext("The line is closed by hand."))
    return redirect(url_for("supervision.show"), 303)


def _moment(until: str) -> datetime:
    """What was typed, in the office's time. Raises Refused."""
    try:
        return datetime.strptime(until, "%Y-%m-%dT%H:%M").replace(
            tzinfo=ZoneInfo(services().settings.hours.timezone)
        )
    except ValueError:
        raise Refused("until", CannotSetHours.WRONG_END) from None


@line.post("/lift")
@needs(Act.SET_LINE)
def lift() -> Response:
    """Let the line follow the calendar again."""
    try:
        with services().database.writing() as session:
            hand_hours.lift(session, current_user.id, services().now())
        flash(gettext("The line follows the calendar again."))
    except Refused as refused:
        flash(said(refused))
    return redirect(url_for("supervision.show"), 303)
