"""Files of documents: the card that lists them and takes more, taking one in, handing one out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort, request, send_file
from flask_babel import gettext
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from hotline import audit, people
from hotline.documents import document_store, names
from hotline.documents.documents import Document
from hotline.documents.kinds import MIME, DocumentKind
from hotline.documents.refusals import CannotKeep
from hotline.handling.case_documents import ListedDocument
from hotline.intake import document_intake
from hotline.refusals import Refused
from web import errors, headers, noting, ranges, refusals
from web.case.names import KIND_NAMES, SHOWN_KINDS
from web.services import services
from web.typed import typed

MOST_AT_ONCE = 20
Attach = Callable[[Session, Document], object]
"""Says in a transaction what a document belongs to. Raises Refused."""


@dataclass(frozen=True)
class RefusedFile:
    """A file that was not taken: its name, and why."""

    name: str
    why: str


@dataclass(frozen=True)
class Addresses:
    """Where documents are added, and where the one of an identifier is."""

    add: str
    show: Callable[[str], str]


def card(
    session: Session, found: Sequence[ListedDocument], addresses: Addresses, may_add: bool
) -> dict[str, Any]:
    """What the card of documents shows."""
    return {
        "documents": found,
        "added_by": people.full_names(session, {each.document.by_id for each in found}),
        "may_add_documents": may_add,
        "most_megabytes": services().settings.documents.most_megabytes,
        "files_address": addresses.add,
        "file_address": addresses.show,
        "KIND_NAMES": KIND_NAMES,
        "SHOWN_KINDS": SHOWN_KINDS,
        "ACCEPTED": ",".join((*MIME.values(), *(f".{kind}" for kind in DocumentKind))),
    }


def all_refused(attach: Attach) -> list[RefusedFile]:
    """Take in the files of this request; those that are not taken, and why."""
    sent = [each for each in request.files.getlist("file") if each.filename]
    if not sent:
        return [RefusedFile("", refusals.words(CannotKeep.NO_FILE))]
    title = typed(request.form.get("title")) if len(sent) == 1 else ""
    too_many = refusals.said(Refused("file", CannotKeep.TOO_MANY, most=MOST_AT_ONCE))
    left = [RefusedFile(names.cleaned(each.filename or ""), too_many) for each in sent[MOST_AT_ONCE:]]
    return [each for file in sent[:MOST_AT_ONCE] if (each := _refused(file, title, attach))] + left


def _refused(file: FileStorage, title: str, attach: Attach) -> RefusedFile | None:
    """Take a file in and attach it; what is wrong with it, if it is not taken."""
    name, now, around = file.filename or "", services().now(), services()
    try:
        with (
            document_intake.stored(file.stream, around.settings, around.database, now) as kept,
            around.database.writing() as session,
        ):
            attach(session, document_intake.add(session, kept, title, name, current_user.id, now))
    except Refused as problem:
        return RefusedFile(names.cleaned(name), refusals.said(problem))
    return None


def handed_out(number: str, found: ListedDocument) -> Response:
    """The file of a document: a picture or a PDF to be looked at in a sandbox; with ``save``, to be saved."""
    document = found.document
    if document.erased_at:
        over = gettext("Its retention period is over. What it was is in the history of the case.")
        return errors.page(410, gettext("The document was deleted"), over)
    noting.once("open", f"document {document.id}", within=audit.ONE_LOOK)
    kind = DocumentKind(document.kind)
    path = document_store.path_of(services().settings.documents_dir, document.store_key)
    if not path.is_file():
        abort(404)
    is_saved = "save" in request.args or kind not in SHOWN_KINDS
    name = names.for_saving(f"{number}-{document.id[:6]}", found.title, kind)
    answer = send_file(path, MIME[kind], is_saved, name, conditional=False, etag=document.sha256)
    headers.sandbox(has_viewer=kind == DocumentKind.PDF and not is_saved)
    return ranges.in_ranges(answer, path.stat().st_size)
