"""The documents of a case: adding them, and handing them out so that nothing in them does anything to us."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import (
    Blueprint,
    abort,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask_babel import gettext
from flask_login import current_user
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from hotline import audit
from hotline.documents import document_store, names
from hotline.documents.kinds import MIME, DocumentKind
from hotline.documents.refusals import CannotKeep
from hotline.handling import case_documents
from hotline.handling.case_documents import ListedDocument
from hotline.intake import document_intake
from hotline.refusals import Refused
from web import errors, headers, noting, ranges, refusals
from web.case import content
from web.case.lookup import case_or_404
from web.case.names import SHOWN_KINDS
from web.services import services
from web.typed import typed
from web.uploads import takes_files

documents = Blueprint("documents", __name__, url_prefix="/documents")

MOST_AT_ONCE = 20


@dataclass(frozen=True)
class RefusedFile:
    """A file that was not taken: its name, and why."""

    name: str
    why: str


@documents.post("")
@takes_files
def add(number: str) -> Response | tuple[str, int]:
    """Add files to the case; a script sends one at a time, and gets the list; a form may send several."""
    with services().database.reading() as session:
        case = case_or_404(session, number)
        known, is_allowed = case.number, case_documents.may_add(session, case, current_user)
    if not is_allowed:
        abort(403)
    files = [each for each in request.files.getlist("file") if each.filename]
    title = typed(request.form.get("title")) if len(files) == 1 else ""
    refused = [each for file in files[:MOST_AT_ONCE] if (each := _refused(known, file, title))]
    if not files:
        refused = [RefusedFile("", refusals.words(CannotKeep.NO_FILE))]
    if "X-Requested-With" in request.headers:
        return make_response({"message": refused[0].why}, 422) if refused else _parts(known)
    return _page(known, refused) if refused else _added(known)


def _refused(number: str, file: FileStorage, title: str) -> RefusedFile | None:
    """Take a file in and add it to the case; what is wrong with it, if it is not taken."""
    name, now, around = file.filename or "", services().now(), services()
    try:
        with (
            document_intake.stored(file.stream, around.settings, around.database, now) as kept,
            around.database.writing() as session,
        ):
            document = document_intake.add(session, kept, title, name, current_user.id, now)
            case_documents.add(session, number, document, current_user, now)
    except Refused as refused:
        return RefusedFile(names.cleaned(name), refusals.said(refused))
    return None


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
    with services().database.reading() as session:
        known = case_or_404(session, number).number
        found = case_documents.one_of_case(session, known, typed(document_id)[:32]) or abort(404)
        if found.document.erased_at:
            return errors.page(
                410,
                gettext("The document was deleted"),
                gettext("Its retention period is over. What it was is in the history of the case."),
            )
    noting.once("open", f"document {found.document.id}", within=audit.ONE_LOOK)
    return _file(known, found)


def _file(number: str, found: ListedDocument) -> Response:
    kind = found.document.kind
    path = document_store.path_of(services().settings.documents_dir, found.document.store_key)
    if not path.is_file():
        abort(404)
    is_saved = "save" in request.args or kind not in SHOWN_KINDS
    name = names.for_saving(f"{number}-{found.event.sequence}", found.title, kind)
    answer = send_file(
        path, MIME[DocumentKind(kind)], is_saved, name, conditional=False, etag=found.document.sha256
    )
    headers.sandbox(has_viewer=kind == DocumentKind.PDF and not is_saved)
    return ranges.in_ranges(answer, path.stat().st_size)
