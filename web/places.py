"""The places of the house: what the navigation offers to whom."""

from dataclasses import dataclass

from flask import Flask, current_app, request
from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString
from flask_login import current_user

from hotline.grants import may
from hotline.who_may import Act
from web.sign_in import guard


@dataclass(frozen=True)
class Place:
    """A link of the navigation, for users who may do this."""

    endpoint: str
    name: LazyString
    act: Act

    @property
    def is_current(self) -> bool:
        """Whether this is the page that is shown."""
        return bool(request.endpoint == self.endpoint)


PLACES = (
    Place("queue.show", lazy_gettext("Recordings"), Act.SCREEN),
    Place("seat.show", lazy_gettext("My seat"), Act.SIT),
    Place("supervision.show", lazy_gettext("Seats and line"), Act.WATCH_LINE),
    Place("calls.show", lazy_gettext("Calls"), Act.SEE_CALLS),
    Place("calls.abandoned", lazy_gettext("Abandoned"), Act.CALL_BACK),
    Place("reports.show", lazy_gettext("Reports"), Act.SEE_REPORTS),
    Place("nuisance.show", lazy_gettext("Nuisance calls"), Act.BLOCK),
    Place("wallboard.show", lazy_gettext("Wallboard"), Act.WATCH_LINE),
    Place("people.show", lazy_gettext("People"), Act.MANAGE_PEOPLE),
    Place("audit.show", lazy_gettext("Audit trail"), Act.READ_AUDIT),
)


def places() -> list[Place]:
    """What the user may go to: nowhere until a password of one's own and the second factor are there."""
    if current_user.must_change or guard.owes_second_factor():
        return []
    views = current_app.view_functions
    return [each for each in PLACES if may(current_user, each.act) and each.endpoint in views]


def set_up(app: Flask) -> None:
    """Make these known to the templates."""
    app.jinja_env.globals.update(places=places)
