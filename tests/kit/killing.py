"""A process that kills itself at a line of ours: what ``kill -9`` at any moment leaves behind.

What it leaves is what lies on the disk. Between two lines of ours before which nothing has changed there, it
is the same: one kill at the first of them stands for all (``lines_that_write``). What is written after the
last of our lines, such as a commit, is what an act leaves that was not killed.
"""

import gc
import hashlib
import os
import pickle
import signal
import sys
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from types import FrameType, ModuleType
from typing import Any

Act = Callable[[], object]


@dataclass(frozen=True)
class Line:
    """A line of ours that is about to be run for the ``times``-th time."""

    file: str
    number: int
    times: int


def lines_that_write(act: Act, folder: Path, *modules: ModuleType) -> list[Line]:
    """The lines of these modules before which something in the folder has changed, and the first of all.

    ``act`` is done once, in a process of its own.
    """
    with TemporaryFile() as told:
        if _child_of(lambda: _note_writes(act, folder, told.fileno(), modules)) != 0:
            raise RuntimeError("what is to be killed does not come to an end by itself")
        told.seek(0)
        return [Line(*each) for each in pickle.load(told)]  # noqa: S301 - of our own child


def killed_before(line: Line, act: Act, *modules: ModuleType) -> bool:
    """Act in a process that dies before this line; False when it came to an end without."""

    def die() -> None:
        _trace(there, modules)
        act()

    def there(reached: Line) -> None:
        if reached == line:
            os.kill(os.getpid(), signal.SIGKILL)

    return _child_of(die) == -signal.SIGKILL


def killed_at(number: int, act: Act, *modules: ModuleType) -> bool:
    """Act in a process that dies at the n-th of the lines of these modules; False when it came to an end.

    A line counts when it is reached for the first time, so the next higher number dies a little later.
    """
    passed: set[tuple[str, int]] = set()

    def count(reached: Line) -> None:
        passed.add((reached.file, reached.number))
        if len(passed) > number:
            os.kill(os.getpid(), signal.SIGKILL)

    def die() -> None:
        _trace(count, modules)
        act()

    return _child_of(die) == -signal.SIGKILL


def _child_of(act: Act) -> int:
    child = os.fork()
    if child == 0:
        gc.disable()  # it would look at, and so copy, all that both processes share
        try:
            act()
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _note_writes(act: Act, folder: Path, told: int, modules: tuple[ModuleType, ...]) -> None:
    found: list[tuple[str, int, int]] = []
    before = ""

    def look(line: Line) -> None:
        nonlocal before
        if (now := _contents(folder)) != before:
            found.append((line.file, line.number, line.times))
            before = now

    _trace(look, modules)
    act()
    sys.settrace(None)
    os.write(told, pickle.dumps(found))


def _contents(folder: Path) -> str:
    """All that would be left, and when it was written; not SQLite's index of its log, made anew from that."""
    found = hashlib.blake2b()
    for path in sorted(folder.rglob("*")):
        if not path.name.endswith("-shm"):
            about = path.stat()
            found.update(f"{path}\0{about.st_mode}\0{path.is_dir() or about.st_mtime_ns}\0".encode())
            found.update(path.read_bytes() if path.is_file() else b"")
    return found.hexdigest()


def _trace(reached: Callable[[Line], object], modules: tuple[ModuleType, ...]) -> None:
    """Call ``reached`` before every line of these modules."""
    files, times = {str(module.__file__) for module in modules}, Counter[tuple[str, int]]()

    def follow(frame: FrameType, event: str, _: Any) -> Any:
        file, number = frame.f_code.co_filename, frame.f_lineno
        if file not in files:
            return None
        if event == "line":
            times[file, number] += 1
            reached(Line(file, number, times[file, number]))
        return follow

    sys.settrace(follow)
