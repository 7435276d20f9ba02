"""Notes about a caller: added and taken back beside a call."""

from collections.abc import Callable

from flask import Blueprint, Response, abort, make_response, render_template, request
from flask_login import current_user
from sqlalchemy.orm import Session

from hotline.callers import caller_notes
from hotline.callers.caller_notes import CallerNote
from hotline.drafts import FormName
from hotline.people import User
from hotline.refusals import Refused
from hotline.registration.call_agents import KnownCall
from hotline.telephone_numbers import ways_to_write
from web import drafted
from web.call import content
from web.call.lookup import call_or_refuse
from web.refusals import said
from web.services import services
from web.typed import typed

notes = Blueprint("notes", __name__, url_prefix="/call/<call_id>/notes")


@notes.post("")
def add(call_id: str) -> Response:
    """Add a note about the caller's number."""
    text = typed(request.form.get("note"))

    def act(session: Session, known: KnownCall) -> None:
        caller_notes.add(session, known.caller, text, current_user.id, services().now())
        drafted.sent(session, FormName.NOTE, known.call_id)

    return _answer(call_id, act, text)


@notes.post("/<int:note_id>/take-back")
def take_back(call_id: str, note_id: int) -> Response:
    """Take a note about this caller back."""

    def act(session: Session, known: KnownCall) -> None:
        note = session.get(CallerNote, note_id)
        if note is None or note.caller not in ways_to_write(known.caller):
            abort(404)
        caller_notes.take_back(session, note, session.get_one(User, current_user.id), services().now())

    return _answer(call_id, act)


def _answer(call_id: str, act: Callable[[Session, KnownCall], None], text: str = "") -> Response:
    """The screen pop again, with what was done or what is to be mended."""
    with services().database.writing() as session:
        known, mistakes = call_or_refuse(session, call_id), {}
        try:
            act(session, known)
        except Refused as error:
            mistakes = {error.field: said(error)}
    with services().database.reading() as session:  # others may write while it is drawn
        shown = content.pop(session, known) | {"mistakes": mistakes, "note_text": text if mistakes else ""}
        return make_response(render_template("call/pop.html", **shown), 422 if mistakes else 200)
