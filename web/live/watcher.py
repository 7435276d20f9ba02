"""What a process knows of the exchange at this moment, and the thread that looks while anybody listens.

Pages keep a connection open and are told of every change. However many there are, one thread for each
process looks into the database; it ends when the last page has gone.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from hotline import sessions
from hotline.database import Database
from hotline.seats import seats

OF_ONE_SESSION, OF_ONE_USER, OF_ONE_ADDRESS, OF_ALL = 8, 40, 100, 200
"""Pages that listen to one process; beyond it the oldest of the same kind is ended. A browser shares one
connection among its pages, or opens six at most where it can't; an office may have one address. The rest of a
process's threads is for everything else."""
LOOK_EVERY = 0.15
SIGNED_IN_EVERY = 1.0

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class LiveState:
    """The version of the seats' image, and whether it can be trusted: ``exchange`` is ok or lost."""

    version: int
    exchange: str


@dataclass(frozen=True)
class ListenerOwner:
    """Whose page it is that listens: session, user and address."""

    token_hash: str
    user_id: int = 0
    address: str = ""


class Listener:
    """One page that listens, and whether its session has ended or a later one has its place."""

    def __init__(self, whose: ListenerOwner) -> None:
        self.whose = whose
        self.token_hash = whose.token_hash
        self.signed_in = True


class Watcher:
    """The listeners of one process. ``serving`` turns False when the process is asked to end."""

    def __init__(
        self, database: Database, clock: Callable[[], datetime], idle: timedelta, serving: Callable[[], bool]
    ) -> None:
        self._database, self._clock, self._idle, self._serving = database, clock, idle, serving
        self._news = threading.Condition()
        self._listeners: dict[Listener, None] = {}  # the oldest first
        self._seen: LiveState | None = None
        self._failing = False
        self._thread: threading.Thread | None = None

    def listen(self, whose: ListenerOwner, beat_seconds: float) -> Iterator[LiveState | None]:
        """Every change, the present state first; None when there was none for ``beat_seconds``.

        Ends when the session has ended, too many others listen, or the process is asked to end.
        """
        listener = Listener(whose)
        self._enter(listener)
        told: LiveState | None = None
        try:
            while self._wait(listener, told, beat_seconds):
                with self._news:
                    fresh = None if self._seen == told else self._seen
                yield fresh
                told = fresh or told
        finally:
            with self._news:
                self._listeners.pop(listener, None)
                self._news.notify_all()

    def _enter(self, listener: Listener) -> None:
        with self._news:
            self._make_room(listener.whose)
            self._listeners[listener] = None
            if self._thread is None:
                self._seen = None  # what was seen before may be long ago
                self._thread = threading.Thread(target=self._watch, name="live", daemon=True)
                self._thread.start()

    def _make_room(self, whose: ListenerOwner) -> None:
        """End the oldest where there are as many as there may be; it is not waited for."""
        listening = [each for each in self._listeners if each.signed_in]
        for most, alike in (
            (OF_ONE_SESSION, [each for each in listening if each.whose.token_hash == whose.token_hash]),
            (OF_ONE_USER, [each for each in listening if each.whose.user_id == whose.user_id]),
            (OF_ONE_ADDRESS, [each for each in listening if each.whose.address == whose.address]),
            (OF_ALL, listening),
        ):
            if sum(each.signed_in for each in alike) >= most:
                next(each for each in alike if each.signed_in).signed_in = False
        self._news.notify_all()

    def _wait(self, listener: Listener, told: LiveState | None, seconds: float) -> bool:
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
            fresh, self._failing = as_of is not None and self._clock() - as_of < seats.LOST_AFTER, False
        except Exception:
            if not self._failing:  # said once, not seven times a second
                log.exception("the seats cannot be read")
            version, fresh, self._failing = (self._seen.version if self._seen else 0), False, True
        seen = LiveState(version, "ok" if fresh else "lost")
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
                is_in = each.token_hash in signed_in or each.token_hash not in listening
                each.signed_in = each.signed_in and is_in
            self._news.notify_all()
