"""The page of a case, and the moves that are made on it."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from hotline import audit
from hotline.cases.cases import Case
from hotline.cases.moves import MOVES, Given, Move
from hotline.grants import may
from hotline.handling import case_access, case_moves
from hotline.handling.case_moves import AskedMove
from hotline.hours import case_periods
from hotline.refusals import Refused
from web import drafted, noting
from web.case import content
from web.case.content import RefusedMove
from web.case.lookup import case_or_404, may_see, note_if_denied
from web.refusals import said
from web.services import services
from web.typed import typed
from web.units.asked import asked_unit

case = Blueprint("case", __name__, url_prefix="/cases/<number>")
CHOSEN_UNITS = {Given.UNIT: "unit", Given.ACCUSED: "accused"}
"""The fields in which a unit is chosen."""
NO_UNIT_OF_THE_LIST = "?"
"""A name was typed and nothing chosen: that is not the same as nobody being accused."""


@case.get("")
def show(number: str) -> str:
    """What it is about, where it stands, what has happened, what can be done."""
    note_if_denied(number)
    with services().database.reading() as session:
        found = case_or_404(session, number)
        subject = f"case {found.number}"
    noting.once("open", subject, within=audit.ONE_LOOK)
    with services().database.reading() as session:
        return render_template("case/case.html", **content.page(session, case_or_404(session, number)))


@case.post("/moves/<move>")
def make(number: str, move: str) -> AnyResponse | tuple[str, int]:
    """Make a move; one that is refused shows the page again, with everything that was entered."""
    if move not in set(MOVES):
        abort(404)
    note_if_denied(number)
    asked, now = _asked(Move(move)), services().now()
    try:
        with services().database.writing() as session:
            rules = case_periods.rules(session, services().settings)
            found = case_or_404(session, number)
            if not may(current_user, MOVES[asked.move].act, case_access.subject(session, found)):
                abort(403)
            case_moves.make(session, found.number, asked, current_user, now, rules)
            if draft := content.draft_of(asked.move):
                drafted.sent(session, draft, found.number)
            stays = may_see(session, session.get_one(Case, found.number))
    except Refused as refused:
        return _refused(number, asked, refused), 422
    flash(gettext("Done."))
    return redirect(url_for("case.show", number=number) if stays else url_for("register.show"), 303)


def _asked(move: Move) -> AskedMove:
    entered = {given: typed(request.form.get(given)).replace("\r\n", "\n") for given in MOVES[move].given}
    with services().database.reading() as session:
        for given in entered.keys() & CHOSEN_UNITS.keys():
            entered[given] = asked_unit(session, CHOSEN_UNITS[given])
    if typed(request.form.get("accused")).strip() and not entered.get(Given.ACCUSED, "x"):
        entered[Given.ACCUSED] = NO_UNIT_OF_THE_LIST
    return AskedMove(move, request.form.get("seen", 0, type=int), entered)


def _refused(number: str, asked: AskedMove, refused: Refused) -> str:
    entered = {str(given): text for given, text in asked.entered.items()}
    entered |= {field: typed(request.form.get(field))[:200] for field in CHOSEN_UNITS.values()}
    shown = RefusedMove(asked.move, entered, {refused.field or "move": said(refused)})
    with services().database.reading() as session:
        found = case_or_404(session, number)
        return render_template("case/case.html", **content.page(session, found, shown))
