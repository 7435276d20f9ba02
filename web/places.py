"""The places of the house: what the navigation offers to whom, and what the room one is in is called."""

from dataclasses import dataclass

from flask import Flask, current_app, request
from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString
from flask_login import current_user

from hotline.people import Role


@dataclass(frozen=True)
class Place:
    """A link of the navigation, for users with ``role``. ``room``: the name beside the hotline's own."""

    endpoint: str
    name: LazyString
    role: Role
    room: LazyString
    also: frozenset[str] = frozenset()
    """Features whose pages belong to this place too, such as a recording to the list of recordings."""

    @property
    def is_current(self) -> bool:
        """Whether this is the page that is shown."""
        return bool(request.endpoint == self.endpoint)


REVIEW, SEAT, SUPERVISION = (lazy_gettext("Review desk"), lazy_gettext("Seat"), lazy_gettext("Supervision"))
PLACES = (
    Place(
        "queue.show", lazy_gettext("Recordings"), Role.CLERK, REVIEW, frozenset({"recording", "screening"})
    ),
    Place("seat.show", lazy_gettext("My seat"), Role.CLERK, SEAT, frozenset({"call"})),
    Place(
        "supervision.show",
        lazy_gettext("Seats and line"),
        Role.SUPERVISOR,
        SUPERVISION,
        frozenset({"supervision_acts", "supervision_line"}),
    ),
    Place("calls.show", lazy_gettext("Calls"), Role.SUPERVISOR, SUPERVISION),
    Place("calls.abandoned", lazy_gettext("Abandoned"), Role.SUPERVISOR, SUPERVISION),
    Place("reports.show", lazy_gettext("Reports"), Role.SUPERVISOR, SUPERVISION),
    Place("nuisance.show", lazy_gettext("Nuisance calls"), Role.SUPERVISOR, SUPERVISION),
    Place("wallboard.show", lazy_gettext("Wallboard"), Role.SUPERVISOR, lazy_gettext("Wallboard")),
    Place("people.show", lazy_gettext("People"), Role.ADMINISTRATOR, lazy_gettext("Administration")),
)


def places() -> list[Place]:
    """What the user may go to."""
    views = current_app.view_functions
    return [each for each in PLACES if current_user.may(each.role) and each.endpoint in views]


def room() -> LazyString | None:
    """The name of the room this page belongs to; None for pages of no room, such as one's own account."""
    feature = request.blueprint or ""
    exact = (each.room for each in PLACES if each.is_current)
    near = (each.room for each in PLACES if feature in {each.endpoint.partition(".")[0], *each.also})
    return next(exact, None) or next(near, None)


def set_up(app: Flask) -> None:
    """Make these known to the templates."""
    app.jinja_env.globals.update(places=places, room=room)
