"""The documents of a case: adding them, and handing them out so that nothing in them does anything to us."""

from collections.abc import Sequence

from flask import (
    Blueprint,
    abort,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from hotline.handling import case_documents
from web.case import content, files
from web.case.files import RefusedFile
from web.case.lookup import case_or_404, note_if_denied
from web.services import services
from web.typed import typed
from web.uploads import takes_files

documents = Blueprint("documents", __name__, url_prefix="/documents")


@documents.post("")
@takes_files
def add(number: str) -> Response | tuple[str, int]:
    """Add files to the case; a script sends one at a time, and gets the list; a form may send several."""
    note_if_denied(number)
    with services().database.reading() as session:
        case = case_or_404(session, number)
        known, is_allowed = case.number, case_documents.may_add(session, case, current_user)
    if not is_allowed:
        abort(403)
    now = services().now()
    refused = files.all_refused(
        lambda session, document: case_documents.add(session, known, document, current_user, now)
    )
    if "X-Requested-With" in request.headers:
        return make_response({"message": refused[0].why}, 422) if refused else _parts(known)
    return _page(known, refused) if refused else _added(known)


def _added(number: str) -> Response:
    flash(gettext("Added."))
    return redirect(url_for("case.show", number=number, _anchor="documents"), 303)


def _parts(number: str) -> Response:
    """What of the page is otherwise now: the list and the history."""
    with services().database.reading() as session:
        page = content.page(session, case_or_404(session, number))
        return make_response(render_template("case/added.html", **page))


def _page(number: str, refused: Sequence[RefusedFile]) -> tuple[str, int]:
    with services().database.reading() as session:
        page = content.page(session, case_or_404(session, number))
        return render_template("case/case.html", **page | {"refused_files": refused}), 422


@documents.get("/<document_id>")
def show(number: str, document_id: str) -> Response:
    """The file: pictures and PDF to be looked at, in a sandbox; others, and with ``save``, to be saved."""
    note_if_denied(number)
    with services().database.reading() as session:
        known = case_or_404(session, number).number
        found = case_documents.one_of_case(session, known, typed(document_id)[:32]) or abort(404)
    return files.handed_out(known, found)
