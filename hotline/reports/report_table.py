"""A report as a table: which figures its columns show, under which name, in which unit.

Pages, files and the command line show the same columns; pages translate their names.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from hotline.calls.calls import Result
from hotline.reports import reports
from hotline.reports.live_figures import percent
from hotline.reports.report_periods import By
from hotline.reports.reports import Figures, Report

Value = Fraction | float | int | None


class Unit(StrEnum):
    """How a figure is written: 12, 95.2 %, 8.5 s, 1:02:05."""

    COUNT = "count"
    SHARE = "share"
    SECONDS = "seconds"
    DURATION = "duration"


@dataclass(frozen=True)
class Column:
    """One figure of every row. ``key`` names it in files; a pause has the reason as its ``name``."""

    key: str
    name: str
    unit: Unit
    value: Callable[[Figures], Value]


@dataclass(frozen=True)
class Table:
    """A report's columns; ``values`` gives the cells of a row."""

    columns: list[Column]
    report: Report

    def values(self, figures: Figures) -> list[Value]:
        """The cells of a row, None where there is nothing to say."""
        return [column.value(figures) for column in self.columns]


def _result(key: str, name: str, result: Result) -> Column:
    return Column(key, name, Unit.COUNT, lambda row: row.calls.results[result])


def _rating(key: str, name: str, rating: int) -> Column:
    return Column(key, name, Unit.COUNT, lambda row: row.calls.ratings[rating])


_OF_CALLS = (
    Column("arrived", "Calls", Unit.COUNT, lambda row: row.calls.arrived),
    Column("offered", "Offered", Unit.COUNT, lambda row: row.calls.offered),
    _result("answered", "Answered", Result.ANSWERED),
    Column("within_15_s", "Within 15 s", Unit.COUNT, lambda row: row.calls.within_15_s),
    Column("service_level", "Share within 15 s", Unit.SHARE, lambda row: row.calls.service_level),
    _result("messages", "Messages left", Result.MESSAGE),
    _result("served", "Heard the state", Result.SERVED),
    _result("callbacks", "Callback asked", Result.CALLBACK),
    _result("refused", "Refused", Result.REFUSED),
    _result("abandoned", "Abandoned", Result.ABANDONED),
    _result("called_back", "Called back", Result.CALLED_BACK),
    Column("connect_rate", "Connect rate", Unit.SHARE, lambda row: row.calls.connect_rate),
)
_OF_SEATS = (
    Column("rung", "Rung", Unit.COUNT, lambda row: row.rung),
    Column("taken", "Taken", Unit.COUNT, lambda row: row.taken),
    Column("not_taken", "Not taken", Unit.COUNT, lambda row: row.rung - row.taken),
)
_WAITS = (
    Column("mean_wait", "Mean wait", Unit.SECONDS, lambda row: row.calls.mean_wait),
    Column("median_wait", "Median wait", Unit.SECONDS, lambda row: row.calls.median_wait),
    Column("longest_wait", "Longest wait", Unit.SECONDS, lambda row: row.calls.longest_wait),
)
_TIMES = (
    Column("mean_talk", "Mean talk", Unit.DURATION, lambda row: row.calls.mean_talk),
    Column("talk", "Talk", Unit.DURATION, lambda row: row.times.talking),
    Column("wrap_up", "Wrap-up", Unit.DURATION, lambda row: row.times.wrap_up),
    Column("signed_in", "Signed in", Unit.DURATION, lambda row: row.times.signed_in),
    Column("paused", "Paused", Unit.DURATION, lambda row: row.times.paused.total()),
)
_RATINGS = (
    _rating("satisfied", "Satisfied", 1),
    _rating("fairly_satisfied", "Fairly satisfied", 2),
    _rating("not_satisfied", "Not satisfied", 3),
    Column("satisfaction", "Satisfaction", Unit.SHARE, lambda row: row.calls.satisfaction),
)


def table(report: Report) -> Table:
    """The columns of a report: by time how callers fared first, by person what each has done."""
    of_people = report.wanted.by in (By.SEAT, By.AGENT)
    first: Iterable[Column] = _OF_SEATS if of_people else _OF_CALLS
    return Table([*first, *_WAITS, *_TIMES, *map(_pause, reports.pause_reasons(report)), *_RATINGS], report)


def written(value: Value, unit: Unit) -> str:
    """A figure as it is read; nothing where there is none."""
    if value is None:
        return ""
    match unit:
        case Unit.SHARE:
            return f"{percent(Fraction(value))} %"
        case Unit.SECONDS:
            return f"{value} s" if isinstance(value, int) else f"{float(value):.1f} s"
        case Unit.DURATION:
            minutes, seconds = divmod(round(value), 60)
            return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
        case _:
            return str(value)


def in_file(value: Value) -> float | int | None:
    """A figure as files hold it: shares as numbers from 0 to 1, times in seconds."""
    return value if value is None or isinstance(value, int) else round(float(value), 4)


def _pause(reason: str) -> Column:
    return Column(f"paused: {reason}", reason, Unit.DURATION, lambda row: row.times.paused[reason])
