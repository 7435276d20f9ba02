"""Tables as files, and in the audit trail who took them."""

from collections.abc import Iterable, Sequence

from flask import Response, abort, make_response, request
from flask_login import current_user

from hotline import audit, spreadsheet
from hotline.spreadsheet import Cell, FileFormat
from web.period import Period
from web.services import services

MOST_ROWS = 50_000
"""So many rows of a list in one file: a month of a large office, made in a few seconds while others work."""


class TooManyRows(Exception):
    """More rows than a file may have; nothing was read yet."""

    def __init__(self, rows: int) -> None:
        super().__init__(f"{rows} rows, at most {MOST_ROWS} are written")
        self.rows = rows


def check(rows: int) -> None:
    """Raise TooManyRows before they are read."""
    if rows > MOST_ROWS:
        raise TooManyRows(rows)


def format_asked() -> FileFormat:
    """The kind of file that the form asks for; 404 for another."""
    wanted = request.form.get("format", "")
    return FileFormat(wanted) if wanted in FileFormat._value2member_map_ else abort(404)


def answer(
    kind: FileFormat,
    subject: str,
    title: str,
    period: Period,
    head: Sequence[str],
    rows: Iterable[Sequence[Cell]],
) -> Response:
    """The file as a download. The audit trail says what was taken (``subject``) and how much of it."""
    found = list(rows)
    days = f"{period.first} – {period.last}"
    with services().database.writing() as session:
        detail = f"{days}, {len(found)} rows, {kind}"
        audit.note(session, services().now(), current_user.id, "export", subject, detail)
    response = make_response(spreadsheet.written(kind, title, [str(name) for name in head], found))
    response.mimetype = spreadsheet.MIME[kind].partition(";")[0]
    name = f"{subject.replace(' ', '-')}-{period.first}-{period.last}.{kind}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
