"""How a telephone's process is spoken to: orders on stdin, events on stdout, one JSON object a line."""

import json
import os
import select
import sys
from typing import Any


class Orders:
    """What is written to stdin, line by line, without waiting for it."""

    def __init__(self) -> None:
        self.are_over = False
        self._begun = b""

    def new(self) -> list[dict[str, Any]]:
        """The orders that have arrived since."""
        if self.are_over or not select.select([sys.stdin], [], [], 0)[0]:
            return []
        received = os.read(sys.stdin.fileno(), 65536)
        self.are_over = not received
        *lines, self._begun = (self._begun + received).split(b"\n")
        return [json.loads(line) for line in lines]


def events_on_stdout() -> int:
    """A descriptor for events alone: PJSIP writes its own log to stdout."""
    events = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return events
