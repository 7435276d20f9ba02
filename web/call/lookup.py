"""Finding the call that an address names, for whom it concerns: its agents and supervisors."""

from collections.abc import Mapping

from flask import abort, request
from flask_login import current_user
from sqlalchemy.orm import Session

from hotline import access
from hotline.grants import may
from hotline.registration import call_agents
from hotline.registration.call_agents import KnownCall
from hotline.registration.call_forms import FIELD_LENGTHS, Author, FormKind
from hotline.who_may import Act
from web.typed import typed


def call_or_refuse(session: Session, call_id: str) -> KnownCall:
    """The call of this identifier; 404 for none, 403 for somebody else's."""
    known = call_agents.find(session, typed(call_id)) or abort(404)
    return known if may(current_user, Act.OPEN, access.subject(session, known)) else abort(403)


def author_of(known: KnownCall) -> Author:
    """Who is saving now."""
    return Author(
        current_user.id, known.seat_of(current_user.id), known.caller, current_user.id in known.agents
    )


def sent() -> tuple[FormKind, dict[str, str], int]:
    """What a page has sent, as JSON or as a form: the kind, the fields, the version it has seen."""
    body = _json() if request.is_json else request.form
    if not isinstance(body, Mapping):
        abort(400)
    fields = {name: _text(body.get(name)) for name in FIELD_LENGTHS}
    try:
        return FormKind(body.get("kind", "")), fields, int(body.get("version", 0))
    except (ValueError, TypeError, OverflowError):
        abort(400)


def _json() -> object:
    """What JSON the request holds; nothing where it is none, or nested deeper than Python can follow."""
    try:
        return request.get_json(silent=True)
    except RecursionError:
        return None


def _text(value: object) -> str:
    """A field as text; JSON may hold halves of characters, which no database takes."""
    whole = value.encode("utf-8", "replace").decode() if isinstance(value, str) else ""
    return typed(whole).replace("\r\n", "\n")
