"""The places of the house: what the navigation offers to whom."""

from dataclasses import dataclass

from flask import Flask, current_app, request
from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString
from flask_login import current_user

from hotline.people import Role
from web.sign_in import guard


@dataclass(frozen=True)
class Place:
    """A link of the navigation, for users with ``role``."""

    endpoint: str
    name: LazyString
    role: Role

    @property
    def is_current(self) -> bool:
        """Whether this is the page that is shown."""
        return bool(request.endpoint == self.endpoint)


PLACES = (
    Place("queue.show", lazy_gettext("Recordings"), Role.CLERK),
    Place("seat.show", lazy_gettext("My seat"), Role.CLERK),
    Place("supervision.show", lazy_gettext("Seats and line"), Role.SUPERVISOR),
    Place("calls.show", lazy_gettext("Calls"), Role.SUPERVISOR),
    Place("calls.abandoned", lazy_gettext("Abandoned"), Role.SUPERVISOR),
    Place("reports.show", lazy_gettext("Reports"), Role.SUPERVISOR),
    Place("nuisance.show", lazy_gettext("Nuisance calls"), Role.SUPERVISOR),
    Place("wallboard.show", lazy_gettext("Wallboard"), Role.SUPERVISOR),
    Place("people.show", lazy_gettext("People"), Role.ADMINISTRATOR),
    Place("audit.show", lazy_gettext("Audit trail"), Role.ADMINISTRATOR),
)


def places() -> list[Place]:
    """What the user may go to: nowhere until a password of one's own and the second factor are there."""
    if current_user.must_change or guard.owes_second_factor():
        return []
    views = current_app.view_functions
    return [each for each in PLACES if current_user.may(each.role) and each.endpoint in views]


def set_up(app: Flask) -> None:
    """Make these known to the templates."""
    app.jinja_env.globals.update(places=places)
