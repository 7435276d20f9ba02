"""The page of reports, and its files."""

from typing import Any

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext

from hotline.calls.calls import CallResult
from hotline.refusals import Refused
from hotline.reports import report_table, reports
from hotline.reports.report_periods import ReportBy, ReportRequest
from hotline.reports.report_table import FigureUnit, ReportTable, in_file, written
from hotline.reports.reports import Figures
from hotline.reports.today_figures import CONNECT_RATE
from hotline.spreadsheet import Cell
from web import download, period
from web.period import Period
from web.refusals import said
from web.reports import charts
from web.reports.names import BY_NAMES, ROW_NAMES, column_name, row_name
from web.services import services

reporting = Blueprint("reports", __name__, url_prefix="/reports")


@reporting.get("")
def show() -> str:
    """The report that the address asks for; today by hour where it asks for none."""
    days, by = period.asked(), _by()
    table = _table(days, by)
    return render_template(
        "reports/reports.html",
        **_page(days, by),
        table=table,
        names=[column_name(column) for column in table.columns],
        rows=[(row_name(by, name), _cells(table, row)) for name, row in table.report.rows.items()],
        total=_cells(table, table.report.total),
        key_figures=_key_figures(table.report.total),
        charts=charts.drawn(table),
    )


@reporting.post("/export")
def export() -> Response:
    """The same as a file: shares as numbers from 0 to 1, times in seconds."""
    kind, days, by = download.format_asked(), period.asked(), _by()
    table = _table(days, by)
    head = [str(ROW_NAMES[by]), *(_in_seconds(column_name(each), each.unit) for each in table.columns)]
    rows: list[list[Cell]] = [
        [row_name(by, name), *map(in_file, table.values(row))] for name, row in table.report.rows.items()
    ]
    rows.append([gettext("In all"), *map(in_file, table.values(table.report.total))])
    return download.answer(kind, f"report by {by}", str(BY_NAMES[by]), days, head, rows)


@reporting.errorhandler(Refused)
def _say_how_many(refused: Refused) -> tuple[str, int]:
    """The page without a report, which says how many days one may have."""
    page = _page(period.asked(), _by())
    return render_template("reports/reports.html", **page, table=None, mistake=said(refused)), 422


def _page(days: Period, by: ReportBy) -> dict[str, Any]:
    """What the page shows with or without a report."""
    return {
        "days": days,
        "by": by,
        "usual": period.usual(),
        "by_names": BY_NAMES,
        "row_title": ROW_NAMES[by],
    }


def _by() -> ReportBy:
    wanted = request.args.get("by", "")
    return ReportBy(wanted) if wanted in ReportBy._value2member_map_ else ReportBy.HOUR


def _table(days: Period, by: ReportBy) -> ReportTable:
    wanted = ReportRequest(
        days.first, days.last, by, period.office_zone(), services().settings.seats.wrap_up_seconds
    )
    with services().database.reading() as session:
        return report_table.table(reports.report(session, wanted, services().now()))


def _cells(table: ReportTable, figures: Figures) -> list[str]:
    values = zip(table.columns, table.values(figures), strict=True)
    return [written(value, column.unit) for column, value in values]


def _key_figures(total: Figures) -> list[tuple[str, str, bool | None]]:
    """The few that are looked at first; whether the guideline's 95 % is met, where it asks for any."""
    calls = total.calls
    met = None if calls.connect_rate is None else calls.connect_rate >= CONNECT_RATE
    return [
        (gettext("Incoming calls"), str(calls.arrived), None),
        (gettext("Answered by a seat"), str(calls.answered), None),
        (gettext("Share within 15 s"), written(calls.service_level, FigureUnit.SHARE) or "—", None),
        (gettext("Connect rate"), written(calls.connect_rate, FigureUnit.SHARE) or "—", met),
        (gettext("Abandoned by the caller"), str(calls.results[CallResult.ABANDONED]), None),
        (gettext("Satisfaction"), written(calls.satisfaction, FigureUnit.SHARE) or "—", None),
    ]


def _in_seconds(name: str, unit: FigureUnit) -> str:
    return f"{name} (s)" if unit in (FigureUnit.SECONDS, FigureUnit.DURATION) else name
