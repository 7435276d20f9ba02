"""When seats answered, from Asterisk's own events."""

import queue
import threading
import time
from types import TracebackType
from typing import Self

import numpy as np

from hotline.settings_file import Settings
from ivr import ami


class Answers:
    """By a caller's number: when a seat answered, as ``time.monotonic``."""

    def __init__(self, settings: Settings) -> None:
        self.at: dict[str, float] = {}
        self._exchange = ami.current(settings, followed=True)
        self._over = False
        self._thread = threading.Thread(target=self._listen, daemon=True)

    def __enter__(self) -> Self:
        self._exchange.action("Ping")
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over = True
        self._thread.join()
        self._exchange.close()

    def _listen(self) -> None:
        while not self._over:
            try:
                event = self._exchange.events.get(timeout=0.5)
            except queue.Empty:
                continue
            if event.get("Event") == "AgentConnect":
                self.at[event["CallerIDNum"]] = time.monotonic()


Seconds = np.ndarray[tuple[int], np.dtype[np.float64]]


def waits(asked: dict[str, float], answered: dict[str, float]) -> Seconds:
    """Seconds from the key to the answer, of everybody who was answered."""
    return np.array([answered[number] - at for number, at in asked.items() if number in answered])
