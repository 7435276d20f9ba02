"""All that a dialogue asks of the office. Whatever may block has a limit in time."""

import logging
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from hotline.recordings import spool
from hotline.recordings.spool import CallNote
from hotline.settings_file import Settings
from ivr.call import Call
from ivr.message import LAST_PART, Message, MessagePart
from ivr.office_database import LineOrders, OfficeDatabase, load
from ivr.timed_pool import WRITERS, TimedPool, Unavailable

if TYPE_CHECKING:
    from hotline.callers.nuisance import Verdict
    from hotline.hours.hand_hours import HandHours
    from hotline.hours.office_calendar import Decided

log = logging.getLogger(__name__)

ORDERS_SECONDS = 2.0
"""So long it is believed what was last read about the line: opened or closed by hand, days decided."""


class Office:
    """One for a process; callers' threads share it.

    ``take_in``, ``look_up`` and ``call_back`` are the office's own, within the time that a caller waits: they
    raise Unavailable besides. What could not be taken in stays in the spool, and the sweep does it later.
    """

    def __init__(self, settings: Settings, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._settings = settings
        self._now = now
        self._readers = TimedPool()
        self._writers = TimedPool(WRITERS)  # apart: who only looks does not wait behind them
        self.database = OfficeDatabase(settings, now)
        self.take_in = self._writers.in_time(self.database.take_in)
        self.look_up = self._writers.in_time(self.database.look_up)
        self.call_back = self._writers.in_time(self.database.call_back)
        self._orders: LineOrders | None = None
        self._decided: Decided | None = None
        self._orders_until = 0.0

    def is_open(self) -> bool:
        """Whether the office is open. A calendar that fails never stops a call: then it is closed."""
        from hotline.hours import office_calendar, working_hours

        hours = self._settings.hours
        try:
            by_hand = self._line_by_hand()
            calendar = office_calendar.of_office(hours, self._decided or office_calendar.NOTHING_DECIDED)
            return working_hours.is_open(self._now(), hours, calendar, by_hand)
        except Exception:
            log.exception("cannot tell whether the office is open")
            return False

    def verdict(self, call: Call) -> "Verdict | None":
        """What this call does not get. Where that cannot be found out in time, it gets all."""
        is_known = call.caller or call.withheld
        return self._readers.ask_silently(self.database.verdict, call) if is_known else None

    def new_message(self, call: Call) -> Message:
        """An empty message of this caller; what taking it in needs is loaded while the caller speaks.

        Where an earlier rung has recorded silence, the message goes on after it.
        """
        self._readers.begin(load)
        folder = self._settings.spool_dir
        before = spool.read_note(folder, call.call_id)
        begun = before.received_at or self._now()
        note = CallNote(call.call_id, call.caller, call.language, begun, before.replaced)
        parts = self._own_parts(call.call_id)
        silent = [MessagePart(part.number, part.path) for part in parts if part.number <= LAST_PART]
        return Message(folder, self._settings.message, note, silent)

    def take_in_rest(self, call_id: str) -> None:
        """Take in what is left after the call, however long it takes. What fails stays for the sweep."""
        try:
            if spool.parts_of(self._settings.spool_dir, call_id):
                self.database.take_in(call_id)
            self._note(call_id).unlink(missing_ok=True)
        except Exception:
            log.exception("call %s stays in the spool for the sweep", call_id)

    def number_to_call(self, call: Call) -> str:
        """Where this caller can be called back now; empty where nobody can: no way out, no number, closed."""
        from hotline.callbacks import callbacks

        number = callbacks.number_to_call(call.caller or call.withheld, self._settings.callback.numbers)
        return number if self._settings.sip.outbound and self.is_open() else ""

    def in_progress(self, call_id: str) -> ExitStack:
        """Keeps the sweep away from a call in progress, if the disk lets us say so."""
        held = ExitStack()
        with suppress(OSError):
            held.enter_context(spool.in_progress(self._settings.spool_dir, call_id))
        return held

    def has_spoken(self, call_id: str) -> bool:
        """Whether the caller has spoken to a part of ours that has died since."""
        if parts := self._own_parts(call_id):
            from ivr.speech import speech_seconds

            least = self._settings.message.min_speech_seconds
            return any(speech_seconds(part.path) >= least for part in parts)
        return self._note(call_id).exists() and self._was_taken_in(call_id)

    def _was_taken_in(self, call_id: str) -> bool:
        try:
            return self.take_in(call_id) is not None
        except Unavailable:
            return False

    def has_recorded(self, call_id: str) -> bool:
        """Whether something that the caller said to us is in the spool."""
        return bool(self._own_parts(call_id))

    def _own_parts(self, call_id: str) -> list[spool.SpoolPart]:
        """Without what a seat has recorded."""
        return [part for part in spool.parts_of(self._settings.spool_dir, call_id) if not part.seat]

    def _note(self, call_id: str) -> Path:
        return self._settings.spool_dir / f"{call_id}.json"

    def _line_by_hand(self) -> "HandHours | None":
        """How the line was opened or closed by hand; None also where the database does not answer.

        Of the days that the office has decided those stay known that were read last: a holiday is still one.
        """
        if time.monotonic() >= self._orders_until:
            self._orders = self._readers.ask_silently(self.database.line_orders)
            self._orders_until = time.monotonic() + ORDERS_SECONDS
        if self._orders and self._orders.decided:
            self._decided = self._orders.decided
        return self._orders.by_hand if self._orders else None
