"""What the telephone asks of the office's database. All of it may block: ``ivr.office`` limits it in time.

The heavy imports are inside the functions that need them: the script of the second rung must speak at once.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from hotline.settings_file import Settings
from ivr.call import Call
from ivr.timed_pool import Declined

if TYPE_CHECKING:
    from hotline.callers.nuisance import Verdict
    from hotline.database import Database
    from hotline.enquiries.enquiries import CaseStatus
    from hotline.hours.hand_hours import HandHours
    from hotline.hours.office_calendar import Decided

log = logging.getLogger(__name__)

BUSY_SECONDS = 5.0


class TooManyWrong(Declined):
    """Too many wrong numbers of this caller, or too many enquiries in all (``hotline.enquiries``)."""


@dataclass(frozen=True)
class LineOrders:
    """The order in force by which the line is open or closed, and the days that the office has decided.

    ``decided``: None where these alone could not be read; the order holds without them.
    """

    by_hand: "HandHours | None"
    decided: "Decided | None"


class OfficeDatabase:
    """One for a process; its threads share it."""

    def __init__(self, settings: Settings, now: Callable[[], datetime]) -> None:
        self._settings = settings
        self._now = now
        self._opened: Database | None = None

    def take_in(self, call_id: str) -> str | None:
        """Take in what a call has left in the spool; its case number, committed, or None for nothing said."""
        from hotline.intake import intake

        taken = intake.take_in(call_id, self._settings, self._database())
        return taken.case_number if taken else None

    def look_up(self, number: str, caller: str) -> "CaseStatus | None":
        """Where a case stands; a number that leads to nothing is counted. Raises TooManyWrong."""
        from hotline.enquiries import enquiries

        try:
            with self._database().writing() as session:
                return enquiries.ask(session, number, caller, self._now(), self._settings.hours.timezone)
        except enquiries.TooManyEnquiries as limit:
            log.warning("an enquiry is refused, too many: %s", limit)
            raise TooManyWrong from None

    def call_back(self, call: Call, number: str) -> str:
        """Keep the caller's place for a callback; its case number, committed.

        Empty where one was open before this call: its number may be somebody else's secret, since a caller's
        number can be forged.
        """
        from hotline.callbacks import callbacks

        now, timezone = self._now(), self._settings.hours.timezone
        joined_at = call.joined_at or now
        with self._database().writing() as session:
            asked = callbacks.request(
                session,
                number,
                call.call_id,
                call.language,
                joined_at,
                now,
                timezone,
                is_withheld=not call.caller,
            )
            return asked.case_number if asked.call_id == call.call_id else ""

    def line_orders(self) -> "LineOrders":
        """What decides besides settings and China's calendar whether the line is open."""
        from sqlalchemy.exc import SQLAlchemyError

        from hotline.hours import calendar_days, hand_hours

        with self._database().reading() as session:
            by_hand = hand_hours.in_force(session, self._now())
            try:
                return LineOrders(by_hand, calendar_days.decided(session))
            except SQLAlchemyError:
                log.exception("cannot read the days that the office has decided")
                return LineOrders(by_hand, None)

    def verdict(self, call: Call) -> "Verdict | None":
        """What a call does not get."""
        from hotline.callers import nuisance

        now = self._now()
        with self._database().reading() as session:
            blocks = nuisance.blocks_in_force(session, now)
            last_hour = nuisance.calls_within_hour(session, call.caller, call.call_id, now)
            return nuisance.verdict(call.caller, blocks, last_hour, self._settings.nuisance, call.withheld)

    def _database(self) -> "Database":
        from hotline.database import Database

        if self._opened is None:
            self._opened = Database(self._settings.database_url, BUSY_SECONDS)
        return self._opened


def load() -> None:
    """Load what a caller would otherwise wait for."""
    from hotline.callbacks import callbacks  # noqa: F401
    from hotline.callers import nuisance  # noqa: F401
    from hotline.enquiries import enquiries  # noqa: F401
    from hotline.hours import calendar_days, hand_hours  # noqa: F401
    from hotline.intake import intake  # noqa: F401
    from ivr import speech  # noqa: F401
