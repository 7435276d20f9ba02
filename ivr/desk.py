"""The desk: all that the telephone asks of the office. Whatever may block has a limit in time.

The heavy imports are inside the functions that need them: the script of the second rung must speak at once.
"""

import logging
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from hotline import spool
from hotline.settings import Settings
from hotline.spool import CallNote
from ivr.call import Call
from ivr.in_time import ANSWER_SECONDS, SILENT_SECONDS, Clerks, Refused, Unavailable
from ivr.message import LAST_PART, Message, Part

if TYPE_CHECKING:
    from hotline.database import Database
    from hotline.enquiries import CaseStatus
    from hotline.hand_hours import HandHours
    from hotline.nuisance import Refusal

log = logging.getLogger(__name__)

BUSY_SECONDS = 5.0
BY_HAND_SECONDS = 2.0
"""So long it is believed what was last read about the line being opened or closed by hand."""


class TooManyWrong(Refused):
    """This caller has keyed too many wrong numbers within the hour."""


class Desk:
    """One for a process; callers' threads share it."""

    def __init__(self, chosen: Settings, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._chosen = chosen
        self._now = now
        self._clerks = Clerks()
        self._opened: Database | None = None
        self._by_hand: HandHours | None = None
        self._by_hand_until = 0.0

    def is_open(self) -> bool:
        """Whether the office is open. A calendar that fails never stops a call: then it is closed."""
        from hotline import office_calendar, working_hours

        hours = self._chosen.hours
        try:
            calendar = office_calendar.office(hours)
            return working_hours.is_open(self._now(), hours, calendar, self._line_by_hand())
        except Exception:
            log.exception("cannot tell whether the office is open")
            return False

    def refusal(self, call: Call) -> "Refusal | None":
        """Why this call is not taken. Where that cannot be found out in time, it is."""
        if not call.caller:
            return None
        try:
            return self._clerks.ask(SILENT_SECONDS, self._refusal, call.caller, call.call_id, call.at_once)
        except Unavailable:
            return None

    def new_message(self, call: Call) -> Message:
        """An empty message of this caller; what taking it in needs is loaded while the caller speaks.

        Where an earlier rung has recorded silence, the message goes on after it.
        """
        self._clerks.begin(load)
        folder = self._chosen.spool_dir
        before = spool.read_note(folder, call.call_id)
        begun = before.received_at or self._now()
        note = CallNote(call.call_id, call.caller, call.language, begun, before.replaced)
        parts = spool.parts_of(folder, call.call_id)
        silent = [Part(part.number, part.path) for part in parts if part.number <= LAST_PART]
        return Message(folder, self._chosen.message, note, silent)

    def take_in(self, call_id: str) -> str | None:
        """Take in what the call has left in the spool; its case number, committed, or None for nothing said.

        Raises Unavailable; then the spool keeps the files and the sweep takes them in later.
        """
        return self._clerks.ask(ANSWER_SECONDS, self._take_in, call_id)

    def take_in_rest(self, call_id: str) -> None:
        """The same after the call, however long it takes. What fails stays for the sweep."""
        try:
            if self.has_recorded(call_id):
                self._take_in(call_id)
            self._note(call_id).unlink(missing_ok=True)
        except Exception:
            log.exception("call %s stays in the spool for the sweep", call_id)

    def look_up(self, number: str, caller: str) -> "CaseStatus | None":
        """Where a case stands; a number that leads to nothing is counted.

        Raises TooManyWrong and Unavailable.
        """
        return self._clerks.ask(ANSWER_SECONDS, self._look_up, number, caller)

    def number_to_call(self, call: Call) -> str:
        """Where this caller can be called back now; empty where nobody can: no way out, no number, closed."""
        from hotline import callbacks

        number = callbacks.number_to_call(call.caller, self._chosen.callback.numbers)
        return number if self._chosen.sip.outbound and self.is_open() else ""

    def call_back(self, call: Call, number: str) -> str:
        """Keep the caller's place for a callback; its case number, committed. Raises Unavailable."""
        return self._clerks.ask(ANSWER_SECONDS, self._call_back, call, number)

    def live(self, call_id: str) -> ExitStack:
        """Keeps the sweep away from a call in progress, if the disk lets us say so."""
        held = ExitStack()
        with suppress(OSError):
            held.enter_context(spool.live(self._chosen.spool_dir, call_id))
        return held

    def has_spoken(self, call_id: str) -> bool:
        """Whether the caller has spoken to a part of ours that has died since."""
        if parts := spool.parts_of(self._chosen.spool_dir, call_id):
            from ivr.speech import speech_seconds

            least = self._chosen.message.min_speech_seconds
            return any(speech_seconds(part.path) >= least for part in parts)
        return self._note(call_id).exists() and self._was_taken_in(call_id)

    def _was_taken_in(self, call_id: str) -> bool:
        try:
            return self.take_in(call_id) is not None
        except Unavailable:
            return False

    def has_recorded(self, call_id: str) -> bool:
        """Whether something of the call is in the spool."""
        return bool(spool.parts_of(self._chosen.spool_dir, call_id))

    def _note(self, call_id: str) -> Path:
        return self._chosen.spool_dir / f"{call_id}.json"

    def _take_in(self, call_id: str) -> str | None:
        from hotline import intake

        taken = intake.take_in(call_id, self._chosen, self._database())
        return taken.case_number if taken else None

    def _look_up(self, number: str, caller: str) -> "CaseStatus | None":
        from hotline import enquiries

        try:
            with self._database().writing() as session:
                return enquiries.ask(session, number, caller, self._now(), self._chosen.hours.timezone)
        except enquiries.TooMany:
            raise TooManyWrong from None

    def _call_back(self, call: Call, number: str) -> str:
        from hotline import callbacks

        now, timezone = self._now(), self._chosen.hours.timezone
        joined_at = call.joined_at or now
        with self._database().writing() as session:
            asked = callbacks.request(session, number, call.call_id, call.language, joined_at, now, timezone)
            return asked.case_number

    def _line_by_hand(self) -> "HandHours | None":
        """How the line was opened or closed by hand; None also where the database does not answer."""
        if time.monotonic() >= self._by_hand_until:
            try:
                self._by_hand = self._clerks.ask(SILENT_SECONDS, self._read_by_hand)
            except Unavailable:
                self._by_hand = None
            self._by_hand_until = time.monotonic() + BY_HAND_SECONDS
        return self._by_hand

    def _read_by_hand(self) -> "HandHours | None":
        from hotline import hand_hours

        with self._database().reading() as session:
            return hand_hours.in_force(session, self._now())

    def _refusal(self, caller: str, call_id: str, at_once: int) -> "Refusal | None":
        from hotline import nuisance

        now = self._now()
        with self._database().reading() as session:
            blocks = nuisance.blocks_in_force(session, now)
            last_hour = nuisance.calls_within_hour(session, caller, call_id, now)
            return nuisance.verdict(caller, blocks, at_once, last_hour, self._chosen.nuisance)

    def _database(self) -> "Database":
        from hotline.database import Database

        if self._opened is None:
            self._opened = Database(self._chosen.database_url, BUSY_SECONDS)
        return self._opened


def load() -> None:
    """Load what a caller would otherwise wait for."""
    from hotline import enquiries, hand_hours, intake, nuisance  # noqa: F401
    from ivr import speech  # noqa: F401
