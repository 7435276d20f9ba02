"""Addresses that take files: larger requests than all others, and from nobody who is not signed in.

Their path ends in ``/documents``, by which the server knows them before there is an application
(``web.unfinished``); their views are marked with ``takes_files``.
"""

import re
from collections.abc import Callable
from tempfile import TemporaryFile
from typing import IO, Any, TypeVar

from flask import Flask, Request, current_app, request
from flask_login import current_user

from hotline.sections import Documents
from web.services import services

TAKES_FILES = "hotline_takes_files"
BESIDE_FILES = 256 * 1024
"""Bytes of a request beside its files."""
REQUEST_LINE = re.compile(rb"POST /(?:[^ ?]*/)?documents(?:\?[^ ]*)? HTTP/1")
FILES_AT_ONCE = 2
"""Times the largest file: without scripts a form sends several, and one that is too large is told so."""

View = TypeVar("View", bound=Callable[..., Any])


class FilesOnTheDisk(Request):
    """A request whose files wait where the hotline writes, and not in a /tmp that may be memory."""

    def _get_file_stream(self, *_: object, **__: object) -> IO[bytes]:
        return TemporaryFile("rb+", dir=services().settings.state_dir)


def takes_files(view: View) -> View:
    """Mark a view whose address, ending in ``/documents``, takes files."""
    setattr(view, TAKES_FILES, True)
    return view


def largest_request(documents: Documents) -> int:
    """How many bytes a request with files may have."""
    return FILES_AT_ONCE * (documents.most_megabytes << 20) + BESIDE_FILES


def is_upload() -> bool:
    """Whether this request is for a view that takes files."""
    return bool(getattr(current_app.view_functions.get(request.endpoint or ""), TAKES_FILES, False))


def set_up(app: Flask) -> None:
    """Let those views have larger requests. Before the form's token is looked for, which reads the files."""
    app.request_class = FilesOnTheDisk

    @app.before_request
    def allow() -> Any:
        if not is_upload():
            return None
        if not current_user.is_authenticated:
            return app.extensions["hotline_sign_in"].unauthorized()
        request.max_content_length = largest_request(services().settings.documents)
        return None
