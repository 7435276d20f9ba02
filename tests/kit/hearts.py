"""A second heart in the same process: while it beats its process was free, and one that does not, stands."""

import time
from pathlib import Path

from hotline import heartbeat

BEATS = 2


def another_heart_beats(run_dir: Path) -> None:
    """Return when a heart that beats in the background has beaten, as often as BEATS."""
    stopped, file = heartbeat.start(run_dir, "another"), heartbeat.file_of(run_dir, "another")
    seen = {file.stat().st_mtime_ns}
    while len(seen) <= BEATS:
        time.sleep(0.01)
        seen.add(file.stat().st_mtime_ns)
    stopped.set()
