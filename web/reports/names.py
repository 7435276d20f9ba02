"""What the columns of a report and its ways of dividing are called."""

from flask_babel import gettext, lazy_gettext

from hotline.reports.report_periods import ReportBy
from hotline.reports.report_table import ReportColumn
from web.seat.names import reason_name, seat_title

BY_NAMES = {
    ReportBy.HOUR: lazy_gettext("By hour of the day"),
    ReportBy.DAY: lazy_gettext("By day"),
    ReportBy.MONTH: lazy_gettext("By month"),
    ReportBy.SEAT: lazy_gettext("By seat"),
    ReportBy.AGENT: lazy_gettext("By agent"),
}
ROW_NAMES = {
    ReportBy.HOUR: lazy_gettext("Hour"),
    ReportBy.DAY: lazy_gettext("Day"),
    ReportBy.MONTH: lazy_gettext("Month"),
    ReportBy.SEAT: lazy_gettext("Seat"),
    ReportBy.AGENT: lazy_gettext("Agent"),
}
COLUMN_NAMES = {
    "arrived": lazy_gettext("Incoming calls"),
    "offered": lazy_gettext("Offered to seats"),
    "answered": lazy_gettext("Answered by a seat"),
    "within_15_s": lazy_gettext("Within 15 s"),
    "service_level": lazy_gettext("Share within 15 s"),
    "messages": lazy_gettext("Messages left"),
    "served": lazy_gettext("Heard the state"),
    "callbacks": lazy_gettext("Asked for a callback"),
    "refused": lazy_gettext("Refused"),
    "abandoned": lazy_gettext("Abandoned by the caller"),
    "called_back": lazy_gettext("Called back by us"),
    "connect_rate": lazy_gettext("Connect rate"),
    "rung": lazy_gettext("Rung"),
    "taken": lazy_gettext("Taken"),
    "not_taken": lazy_gettext("Not taken"),
    "mean_wait": lazy_gettext("Mean wait"),
    "median_wait": lazy_gettext("Median wait"),
    "longest_wait": lazy_gettext("Longest wait"),
    "mean_talk": lazy_gettext("Mean talk"),
    "talk": lazy_gettext("Talk"),
    "wrap_up": lazy_gettext("Wrap-up"),
    "signed_in": lazy_gettext("Signed in"),
    "paused": lazy_gettext("Time paused"),
    "satisfied": lazy_gettext("Satisfied"),
    "fairly_satisfied": lazy_gettext("Fairly satisfied"),
    "not_satisfied": lazy_gettext("Not satisfied"),
    "satisfaction": lazy_gettext("Satisfaction"),
}


def column_name(column: ReportColumn) -> str:
    """The name of a column; that of a pause is its reason."""
    known = COLUMN_NAMES.get(column.key)
    return str(known) if known else str(gettext("Paused: %(reason)s", reason=reason_name(column.name)))


def row_name(by: ReportBy, name: str) -> str:
    """The name of a row as pages show it: 08:00, the number of a seat, an agent."""
    if by == ReportBy.HOUR:
        return f"{name}:00"
    if by == ReportBy.SEAT:
        return seat_title(name)
    return name or str(gettext("not known"))
