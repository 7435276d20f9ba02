"""What the charts of a report draw; the table beside them says the same in numbers."""

from fractions import Fraction
from typing import Any

from flask_babel import gettext

from hotline.calls.calls import CallResult
from hotline.reports.report_periods import ReportBy
from hotline.reports.report_table import ReportTable
from hotline.reports.reports import Figures
from hotline.reports.today_figures import percent
from web.reports.names import row_name

Chart = dict[str, Any]


def drawn(table: ReportTable) -> list[Chart]:
    """Of time: what came of calls, and how soon they were answered. Of people: how their time was spent."""
    report = table.report
    rows = {row_name(report.wanted.by, name): row for name, row in report.rows.items()}
    if report.wanted.by in (ReportBy.SEAT, ReportBy.AGENT):
        return [_time_spent(rows)] if report.total.times.staffed or report.total.times.talking else []
    return [_results(rows), _promptness(rows)] if report.total.calls.arrived else []


def _results(rows: dict[str, Figures]) -> Chart:
    def series(name: str, colour: str, *results: CallResult) -> Chart:
        values = [sum(row.calls.results[each] for each in results) for row in rows.values()]
        return {"name": name, "colour": colour, "kind": "bar", "values": values}

    return {
        "title": gettext("What came of the calls"),
        "rows": list(rows),
        "unit": "",
        "series": [
            series(gettext("Answered by a seat"), "good", CallResult.ANSWERED),
            series(gettext("Messages left"), "accent", CallResult.MESSAGE),
            series(gettext("State or callback"), "wave", CallResult.SERVED, CallResult.CALLBACK),
            series(gettext("Abandoned by the caller"), "bad", CallResult.ABANDONED),
        ],
    }


def _promptness(rows: dict[str, Figures]) -> Chart:
    def series(name: str, colour: str, shares: list[Fraction | None]) -> Chart:
        values = [None if share is None else float(percent(share)) for share in shares]
        return {"name": name, "colour": colour, "kind": "line", "values": values}

    calls = [row.calls for row in rows.values()]
    return {
        "title": gettext("Connect rate and share within 15 s"),
        "rows": list(rows),
        "unit": "%",
        "series": [
            series(gettext("Connect rate"), "accent", [each.connect_rate for each in calls]),
            series(gettext("Share within 15 s"), "warn", [each.service_level for each in calls]),
        ],
    }


def _time_spent(rows: dict[str, Figures]) -> Chart:
    def series(name: str, colour: str, seconds: list[int]) -> Chart:
        return {
            "name": name,
            "colour": colour,
            "kind": "bar",
            "values": [round(each / 60, 1) for each in seconds],
        }

    times = [row.times for row in rows.values()]
    return {
        "title": gettext("Minutes spent"),
        "rows": list(rows),
        "unit": "min",
        "series": [
            series(gettext("Talk"), "good", [each.talking for each in times]),
            series(gettext("Wrap-up"), "wave", [each.wrap_up for each in times]),
            series(gettext("Time paused"), "warn", [each.paused.total() for each in times]),
        ],
    }
