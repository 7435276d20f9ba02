"""A report as a table: which figures its columns show, under which name, in which unit.

Pages, files and the command line show the same columns; pages translate their names.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from hotline.calls.calls import CallResult
from hotline.reports import reports
from hotline.reports.report_periods import ReportBy
from hotline.reports.reports import Figures, Report
from hotline.reports.today_figures import percent

Value = Fraction | float | int | None


class FigureUnit(StrEnum):
    """How a figure is written: 12, 95.2 %, 8.5 s, 1:02:05."""

    COUNT = "count"
    SHARE = "share"
    SECONDS = "seconds"
    DURATION = "duration"


@dataclass(frozen=True)
class ReportColumn:
    """One figure of every row. ``key`` names it in files; a pause has the reason as its ``name``."""

    key: str
    name: str
    unit: FigureUnit
    value: Callable[[Figures], Value]


@dataclass(frozen=True)
class ReportTable:
    """A report's columns; ``values`` gives the cells of a row."""

    columns: list[ReportColumn]
    report: Report

    def values(self, figures: Figures) -> list[Value]:
        """The cells of a row, None where there is nothing to say."""
        return [column.value(figures) for column in self.columns]


def _result(key: str, name: str, result: CallResult) -> ReportColumn:
    return ReportColumn(key, name, FigureUnit.COUNT, lambda row: row.calls.results[result])


def _rating(key: str, name: str, rating: int) -> ReportColumn:
    return ReportColumn(key, name, FigureUnit.COUNT, lambda row: row.calls.ratings[rating])


_OF_CALLS = (
    ReportColumn("arrived", "Calls", FigureUnit.COUNT, lambda row: row.calls.arrived),
    ReportColumn("offered", "Offered", FigureUnit.COUNT, lambda row: row.calls.offered),
    _result("answered", "Answered", CallResult.ANSWERED),
    ReportColumn("within_15_s", "Within 15 s", FigureUnit.COUNT, lambda row: row.calls.within_15_s),
    ReportColumn("service_level", "Share within 15 s", FigureUnit.SHARE, lambda row: row.calls.service_level),
    _result("messages", "Messages left", CallResult.MESSAGE),
    _result("served", "Heard the state", CallResult.SERVED),
    _result("callbacks", "Callback asked", CallResult.CALLBACK),
    _result("refused", "Refused", CallResult.REFUSED),
    _result("abandoned", "Abandoned", CallResult.ABANDONED),
    _result("called_back", "Called back", CallResult.CALLED_BACK),
    ReportColumn("connect_rate", "Connect rate", FigureUnit.SHARE, lambda row: row.calls.connect_rate),
)
_OF_SEATS = (
    ReportColumn("rung", "Rung", FigureUnit.COUNT, lambda row: row.rung),
    ReportColumn("taken", "Taken", FigureUnit.COUNT, lambda row: row.taken),
    ReportColumn("not_taken", "Not taken", FigureUnit.COUNT, lambda row: row.rung - row.taken),
)
_WAITS = (
    ReportColumn("mean_wait", "Mean wait", FigureUnit.SECONDS, lambda row: row.calls.mean_wait),
    ReportColumn("median_wait", "Median wait", FigureUnit.SECONDS, lambda row: row.calls.median_wait),
    ReportColumn("longest_wait", "Longest wait", FigureUnit.SECONDS, lambda row: row.calls.longest_wait),
)
_TIMES = (
    ReportColumn("mean_talk", "Mean talk", FigureUnit.DURATION, lambda row: row.calls.mean_talk),
    ReportColumn("talk", "Talk", FigureUnit.DURATION, lambda row: row.times.talking),
    ReportColumn("wrap_up", "Wrap-up", FigureUnit.DURATION, lambda row: row.times.wrap_up),
    ReportColumn("signed_in", "Signed in", FigureUnit.DURATION, lambda row: row.times.staffed),
    ReportColumn("paused", "Paused", FigureUnit.DURATION, lambda row: row.times.paused.total()),
)
_RATINGS = (
    _rating("satisfied", "Satisfied", 1),
    _rating("fairly_satisfied", "Fairly satisfied", 2),
    _rating("not_satisfied", "Not satisfied", 3),
    ReportColumn("satisfaction", "Satisfaction", FigureUnit.SHARE, lambda row: row.calls.satisfaction),
)


def table(report: Report) -> ReportTable:
    """The columns of a report: by time how callers fared first, by person what each has done."""
    of_people = report.wanted.by in (ReportBy.SEAT, ReportBy.AGENT)
    first: Iterable[ReportColumn] = _OF_SEATS if of_people else _OF_CALLS
    return ReportTable(
        [*first, *_WAITS, *_TIMES, *map(_pause, reports.pause_reasons(report)), *_RATINGS], report
    )


def written(value: Value, unit: FigureUnit) -> str:
    """A figure as it is read; nothing where there is none."""
    if value is None:
        return ""
    match unit:
        case FigureUnit.SHARE:
            return f"{percent(Fraction(value))} %"
        case FigureUnit.SECONDS:
            return f"{value} s" if isinstance(value, int) else f"{float(value):.1f} s"
        case FigureUnit.DURATION:
            minutes, seconds = divmod(round(value), 60)
            return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
        case _:
            return str(value)


def in_file(value: Value) -> float | int | None:
    """A figure as files hold it: shares as numbers from 0 to 1, times in seconds."""
    return value if value is None or isinstance(value, int) else round(float(value), 4)


def _pause(reason: str) -> ReportColumn:
    return ReportColumn(
        f"paused: {reason}", reason, FigureUnit.DURATION, lambda row: row.times.paused[reason]
    )
