"""What the clock does again and again; a task is with what it looks after."""

from collections.abc import Callable
from dataclasses import dataclass

from hotline.settings_file import Settings


@dataclass(frozen=True)
class Task:
    """Something done again and again; ``every`` is the rest in seconds between two runs."""

    name: str
    every: float
    run: Callable[[Settings], None]
