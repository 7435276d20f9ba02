"""A process that kills itself at its n-th new line of ours: what ``kill -9`` at any moment leaves behind."""

import gc
import os
import signal
import sys
from collections.abc import Callable
from types import FrameType, ModuleType
from typing import Any


def killed_at(line: int, act: Callable[[], object], *modules: ModuleType) -> bool:
    """Act in a process that dies at line number ``line`` of these modules; False when it came to an end.

    A line counts when it is reached for the first time, so the next higher number dies a little later.
    """
    child = os.fork()
    if child == 0:
        gc.disable()  # it would look at, and so copy, all that both processes share
        _die_at(line, {str(module.__file__) for module in modules})
        act()
        sys.settrace(None)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


def _die_at(line: int, files: set[str]) -> None:
    passed: set[tuple[str, int]] = set()

    def count(frame: FrameType, event: str, _: Any) -> Any:
        if frame.f_code.co_filename not in files:
            return None
        if event == "line":
            passed.add((frame.f_code.co_filename, frame.f_lineno))
            if len(passed) > line:
                os.kill(os.getpid(), signal.SIGKILL)
        return count

    sys.settrace(count)
