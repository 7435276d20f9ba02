"""The desk: all that the telephone asks of the office. Whatever may block has a limit in time.

The heavy imports are inside the functions that need them: the script of the second rung must speak at once.
"""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from hotline import spool
from hotline.settings import Settings
from hotline.spool import CallNote
from ivr.call import Call
from ivr.message import LAST_PART, Message, Part

if TYPE_CHECKING:
    from hotline.database import Database
    from hotline.enquiries import CaseStatus

log = logging.getLogger(__name__)
T = TypeVar("T")

ANSWER_SECONDS = 3.0
"""How long a caller waits for the database."""
BUSY_SECONDS = 5.0
AT_ONCE = 8
"""Threads that ask the database; a burst of callers waits in line for them, and so in order."""


class Unavailable(Exception):
    """The office's database does not answer, or not in time."""


class TooManyWrong(Exception):
    """This caller has keyed too many wrong numbers within the hour."""


class Desk:
    """One for a process; callers' threads share it."""

    def __init__(self, chosen: Settings, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._chosen = chosen
        self._now = now
        self._clerks = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="desk")
        self._opened: Database | None = None

    def is_open(self) -> bool:
        """Whether the office is open. A calendar that fails never stops a call: then it is closed."""
        from hotline import office_calendar, working_hours

        hours = self._chosen.hours
        try:
            return working_hours.is_open(self._now(), hours, office_calendar.office(hours))
        except Exception:
            log.exception("cannot tell whether the office is open")
            return False

    def new_message(self, call: Call) -> Message:
        """An empty message of this caller; what taking it in needs is loaded while the caller speaks.

        Where an earlier rung has recorded silence, the message goes on after it.
        """
        self._clerks.submit(load)
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
        return self._in_time(self._take_in, call_id)

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
        return self._in_time(self._look_up, number, caller)

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

    def _in_time(self, work: Callable[..., T], *args: str) -> T:
        try:
            return self._clerks.submit(work, *args).result(ANSWER_SECONDS)
        except TooManyWrong:
            raise
        except TookTooLong:
            log.error("%s took more than %s s", work.__name__, ANSWER_SECONDS)
        except Exception:
            log.exception("%s failed", work.__name__)
        raise Unavailable

    def _database(self) -> "Database":
        from hotline.database import Database

        if self._opened is None:
            self._opened = Database(self._chosen.database_url, BUSY_SECONDS)
        return self._opened


def load() -> None:
    """Load what a caller would otherwise wait for."""
    from hotline import enquiries, intake  # noqa: F401
    from ivr import speech  # noqa: F401
