"""Asking the office's database while a caller waits: whatever may block has a limit in time."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong
from typing import ParamSpec, TypeVar

log = logging.getLogger(__name__)
P = ParamSpec("P")
T = TypeVar("T")

ANSWER_SECONDS = 3.0
"""How long a caller waits for the database."""
SILENT_SECONDS = 0.5
"""The same before the first word, for what the call goes on without."""
READERS = 8
"""Threads that ask the database; a burst of callers waits in line for them, and so in order."""
WRITERS = 3
"""The same of those that write: one writes, one has its files copied. More only hold each other up."""


class Unavailable(Exception):
    """The office's database does not answer, or not in time."""


class Declined(Exception):
    """An answer of the office that is no: it reaches whoever asked as it is."""


class TimedPool:
    """Threads that do what callers wait for."""

    def __init__(self, at_once: int = READERS) -> None:
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="office")

    def begin(self, work: Callable[[], object]) -> None:
        """Do something that nobody waits for."""
        self._threads.submit(work)

    def ask(self, seconds: float, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What ``work`` returns within ``seconds``. Raises Unavailable, and what is Declined."""
        begun = self._threads.submit(work, *args, **kwargs)
        try:
            return begun.result(seconds)
        except Declined:
            raise
        except TookTooLong:
            begun.cancel()
            log.error("%s took more than %s s", work.__name__, seconds)
        except Exception:
            log.exception("%s failed", work.__name__)
        raise Unavailable

    def ask_silently(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
        """The same before the first word; None where it is not to be had in time."""
        try:
            return self.ask(SILENT_SECONDS, work, *args, **kwargs)
        except Unavailable:
            return None

    def in_time(self, work: Callable[P, T]) -> Callable[P, T]:
        """``work`` as it is for a caller who waits: within ANSWER_SECONDS. Raises as ``ask`` does."""

        def asked(*args: P.args, **kwargs: P.kwargs) -> T:
            return self.ask(ANSWER_SECONDS, work, *args, **kwargs)

        return asked
