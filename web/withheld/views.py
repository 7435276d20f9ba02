"""Showing a withheld number: to a supervisor, where a life or a crime is at stake, with a reason.

What is shown is the answer to the act itself; no page, list or history has it before or after.
"""

from typing import Any

from flask import Blueprint, abort, render_template, request
from flask_babel import lazy_gettext
from flask_login import current_user
from sqlalchemy.orm import Session

from hotline import withheld_numbers as rules
from hotline.grants import may
from hotline.refusals import Refused
from hotline.who_may import Act
from hotline.withheld_numbers import RevealGround
from web.refusals import said
from web.services import services
from web.typed import typed

withheld = Blueprint("withheld", __name__, url_prefix="/calls/<call_id>/number")

GROUND_NAMES = {
    RevealGround.LIFE: lazy_gettext("Somebody's life or health is in danger"),
    RevealGround.CRIME: lazy_gettext("A crime is threatened"),
}


@withheld.post("")
def reveal(call_id: str) -> str | tuple[str, int]:
    """Show it, this once."""
    ground, reason = typed(request.form.get("ground")), typed(request.form.get("reason"))
    mistakes: dict[str, str] = {}
    with services().database.writing() as session:
        if not may(current_user, Act.REVEAL_NUMBER):
            abort(403)
        known = typed(call_id)[:100]
        if not rules.is_known(session, known):
            abort(404)
        try:
            number = rules.reveal(session, known, ground, reason, current_user.id, services().now())
        except Refused as error:
            mistakes = {error.field: said(error)}
    if mistakes:
        return _page(call_id=known, ground=ground, reason=reason, mistakes=mistakes), 422
    return _page(number=number)


def _page(**shown: Any) -> str:
    return render_template("withheld/withheld.html", GROUND_NAMES=GROUND_NAMES, **shown)


def beside(session: Session, call_id: str) -> dict[str, Any]:
    """What a page about a call needs to offer it."""
    return {
        "call_id": call_id,
        "number_kept": rules.is_known(session, call_id),
        "may_reveal": may(current_user, Act.REVEAL_NUMBER),
        "GROUND_NAMES": GROUND_NAMES,
    }
