"""The documents of a letter, a visit or an appointment: a scan dragged in, what a visitor has left."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hotline.documents.documents import Document
from hotline.handling.case_documents import ListedDocument
from hotline.registration import submission_documents
from web.case import files
from web.case.files import RefusedFile
from web.services import services
from web.submissions.lookup import submission_or_404
from web.typed import typed
from web.uploads import takes_files

documents = Blueprint("documents", __name__, url_prefix="/<submission_number>/documents")


@documents.post("")
@takes_files
def add(submission_number: str) -> Response:
    """Add files; a script sends one at a time, and gets the list; a form may send several."""
    with services().database.reading() as session:
        number = submission_or_404(session, submission_number).number
    by_id, now = current_user.id, services().now()

    def attach(session: Session, document: Document) -> None:
        submission_documents.add(session, number, document, by_id, now)

    refused = files.all_refused(attach)
    if "X-Requested-With" in request.headers:
        return make_response({"message": refused[0].why}, 422) if refused else _list(number)
    return _back(number, refused)


def _list(number: str) -> Response:
    with services().database.reading() as session:
        return make_response(render_template("case/files.html", **card(session, number)))


def _back(number: str, refused: Sequence[RefusedFile]) -> Response:
    for each in refused:
        flash(f"{each.name}: {each.why}" if each.name else each.why, "warn")
    if not refused:
        flash(gettext("Added."))
    return redirect(url_for("submissions.show", submission_number=number, _anchor="documents"), 303)


@documents.get("/<document_id>")
def show(submission_number: str, document_id: str) -> Response:
    """The file: pictures and PDF to be looked at, in a sandbox; others, and with ``save``, to be saved."""
    with services().database.reading() as session:
        number = submission_or_404(session, submission_number).number
        known = {each.id: each for each in submission_documents.of_submission(session, number)}
        document = known.get(typed(document_id)) or abort(404)
    return files.handed_out(number, ListedDocument(document, document.title))


def card(session: Session, number: str) -> dict[str, Any]:
    """What the card of documents shows."""
    addresses = files.Addresses(
        url_for("submissions.documents.add", submission_number=number),
        lambda document_id: url_for(
            "submissions.documents.show", submission_number=number, document_id=document_id
        ),
    )
    found = submission_documents.of_submission(session, number)
    return files.card(session, [ListedDocument(each, each.title) for each in found], addresses, may_add=True)
