"""What a process knows of the exchange at this moment, and the thread that looks while anybody listens.

Pages keep a connection open and are told of every change. However many there are, one thread for each
process looks into the database; it ends when the last page has gone.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from hotline.database import Database
from hotline.seats import seats
from web.sign_in import sessions

LOOK_EVERY = 0.15
SIGNED_IN_EVERY = 1.0
LOST_AFTER = timedelta(seconds=5)
"""The exchange is touched every second while Asterisk answers."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Seen:
    """The version of the seats' image, and whether it can be trusted: ``exchange`` is ok or lost."""

    version: int
    exchange: str


class Listener:
    """One page that listens: its session, and whether that has ended."""

    def __init__(self, token_hash: str) -> None:
        self.token_hash = token_hash
        self.signed_in = True


class Watcher:
    """The listeners of one process. ``serving`` turns False when the process is asked to end."""

    def __init__(
        self, database: Database, clock: Callable[[], datetime], idle: timedelta, serving: Callable[[], bool]
    ) -> None:
        self._database, self._clock, self._idle, self._serving = database, clock, idle, serving
        self._news = threading.Condition()
        self._listeners: set[Listener] = set()
        self._seen: Seen | None = None
        self._failing = False
        self._thread: threading.Thread | None = None

    def listen(self, token_hash: str, beat_seconds: float) -> Iterator[Seen | None]:
        """Every change, the present state first; None when there was none for ``beat_seconds``.

        Ends when the session has ended or the process is asked to end.
        """
        listener = Listener(token_hash)
        self._enter(listener)
        told: Seen | None = None
        try:
            while self._wait(listener, told, beat_seconds):
                with self._news:
                    fresh = None if self._seen == told else self._seen
                yield fresh
                told = fresh or told
        finally:
            with self._news:
                self._listeners.discard(listener)
                self._news.notify_all()

    def _enter(self, listener: Listener) -> None:
        with self._news:
            self._listeners.add(listener)
            if self._thread is None:
                self._seen = None  # what was seen before may be long ago
                self._thread = threading.Thread(target=self._watch, name="live", daemon=True)
                self._thread.start()

    def _wait(self, listener: Listener, told: Seen | None, seconds: float) -> bool:
        """Until there is news or ``seconds`` have passed; whether to go on."""
        with self._news:
            self._news.wait_for(
                lambda: self._seen != told or not listener.signed_in or not self._serving(), seconds
            )
            return listener.signed_in and self._serving()

    def _watch(self) -> None:
        """Look, until nobody listens any more or the process is asked to end."""
        looks = 0
        while True:
            self._look()
            if looks % round(SIGNED_IN_EVERY / LOOK_EVERY) == 0:
                self._sign_out_who_left()
            looks += 1
            with self._news:
                self._news.wait_for(lambda: not self._listeners, LOOK_EVERY)
                if not self._listeners or not self._serving():
                    self._thread = None
                    self._news.notify_all()
                    return

    def _look(self) -> None:
        """See what is there now; where that fails, whatever the reason, we have lost the exchange."""
        try:
            with self._database.reading() as session:
                version, as_of = seats.version(session)
            fresh, self._failing = as_of is not None and self._clock() - as_of < LOST_AFTER, False
        except Exception:
            if not self._failing:  # said once, not seven times a second
                log.exception("the seats cannot be read")
            version, fresh, self._failing = (self._seen.version if self._seen else 0), False, True
        seen = Seen(version, "ok" if fresh else "lost")
        with self._news:
            if seen != self._seen:
                self._seen = seen
                self._news.notify_all()

    def _sign_out_who_left(self) -> None:
        with self._news:
            listening = {each.token_hash for each in self._listeners}
        try:
            with self._database.reading() as session:
                signed_in = sessions.still_signed_in(session, listening, self._clock(), self._idle)
        except Exception:  # _look has said it
            return  # nobody has to leave because the database is busy
        with self._news:
            for each in self._listeners:
                # one that came meanwhile was not asked about
                each.signed_in = each.token_hash in signed_in or each.token_hash not in listening
            self._news.notify_all()
