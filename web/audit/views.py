"""The audit trail in pages, newest first, with filters, and as a file."""

from dataclasses import replace

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext

from hotline import audit
from hotline.evidence import findings, trail
from hotline.evidence.trail import EntryFilter, ListedEntry
from web import download, noting, period
from web.audit_words import subject_meant
from web.services import services
from web.typed import typed

auditing = Blueprint("audit", __name__, url_prefix="/audit")
auditing.record(lambda setup: setup.app.jinja_env.filters.update(numbers_shortened=audit.shown))
FILTERS = ("user", "action", "subject")


@auditing.get("")
def show() -> str:
    """A page of entries."""
    return _page()


@auditing.errorhandler(download.TooManyRows)
def _say_how_many(problem: download.TooManyRows) -> tuple[str, int]:
    """The page, which says what can be done about a file that would be too long."""
    return _page(problem), 422


@auditing.post("/export")
def export() -> Response:
    """All entries that the filters leave, as a file."""
    kind, days = download.format_asked(), period.asked(days_before=6)
    wanted = replace(_wanted(days), before=None)
    with services().database.reading() as session:
        rows = trail.count(session, wanted)
        download.check(rows)
        rows_of_file = [_cells(each) for each in trail.page(session, wanted, max(rows, 1))[0]]
    head = [
        gettext("No."),
        gettext("Time"),
        gettext("User"),
        gettext("From where"),
        gettext("Act"),
        gettext("What it was done to"),
        gettext("Detail"),
        gettext("Hash"),
    ]
    return download.answer(kind, "audit trail", gettext("Audit trail"), days, head, rows_of_file)


def _cells(each: ListedEntry) -> list[str | int]:
    entry = each.entry
    at = entry.at.astimezone(period.office_zone())
    return [
        entry.sequence or 0,
        f"{at:%Y-%m-%d %H:%M:%S}",
        each.user,
        entry.origin,
        entry.action,
        audit.shown(entry.subject),
        audit.shown(entry.detail),
        entry.hash,
    ]


def _page(too_many: download.TooManyRows | None = None) -> str:
    days = period.asked(days_before=6)
    wanted, filters = _wanted(days), _filters()
    if wanted.before is None and not too_many:
        sought = " ".join([*filters.values(), f"{days.first} – {days.last}"])
        noting.once("read", "audit trail", sought, within=audit.ONE_LOOK)
    with services().database.reading() as session:  # calls are written down while this is looked up and drawn
        found, more = trail.page(session, wanted)
        return render_template(
            "audit/audit.html",
            found=found,
            days=days,
            usual=period.usual(),
            filters=filters,
            actions=trail.actions(session),
            next_page=found[-1].entry.sequence if found and more else None,
            differing=findings.standing(session),
            too_many=too_many,
            most_rows=download.MOST_ROWS,
        )


def _wanted(days: period.Period) -> EntryFilter:
    begin, end = days.span
    before = request.args.get("before", "")
    last = int(before) if before.isascii() and before.isdigit() and len(before) < 10 else None
    filters = _filters()
    subject = subject_meant(filters.get("subject", ""))
    return EntryFilter(filters.get("user", ""), filters.get("action", ""), subject, begin, end, last)


def _filters() -> dict[str, str]:
    """The filters in the address."""
    found = {name: typed(request.args.get(name)).strip()[:80] for name in FILTERS}
    return {name: value for name, value in found.items() if value}
