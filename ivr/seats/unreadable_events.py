"""How many events of Asterisk the seats' service could not read since its start: for ``hotline doctor``."""

from contextlib import suppress
from pathlib import Path


def note(run_dir: Path, count: int) -> None:
    """Write the number down, if the disk lets us."""
    with suppress(OSError):
        run_dir.mkdir(parents=True, exist_ok=True)
        _file(run_dir).write_text(str(count))


def noted(run_dir: Path) -> int:
    """The number written down; 0 where there is none."""
    try:
        return int(_file(run_dir).read_text())
    except (OSError, ValueError):
        return 0


def _file(run_dir: Path) -> Path:
    return run_dir / "seats.unreadable-events"
