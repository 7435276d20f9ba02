"""The spool: where Asterisk writes, and what the file names there mean.

``<call>.<NN>.wav``            part NN of a call, recorded by a dialogue
``<call>.90+<digits>.wav``     recorded by the dialplan alone, with the caller's digits
``<call>.70@<seat>+<digits>.wav``  what the caller said to a seat; 71: what the agent said meanwhile;
                               72 and 73, 74 and 75 …: the same at the next seats of the call;
                               89: what a supervisor at that seat said to both
``<call>.json``                what the dialogue knew before the first part: caller, language, time
``<part>.clock``               how long that part took by the exchange's clock, in milliseconds
``<call>.lock``                held (flock) by the process that is talking to the caller
"""

import fcntl
import hashlib
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from hotline.telephone_numbers import clean_caller

_PART = re.compile(
    r"^(?P<call>[A-Za-z0-9][A-Za-z0-9.-]{0,79})\.(?P<part>\d\d)"
    r"(@(?P<seat>seat\d{2,3}))?(\+(?P<caller>\d{0,20}))?\.wav$"
)
_NOTE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,79}\.json")
CALLER_SIDE, AGENT_SIDE = 70, 71
"""Parts of a call that a seat has answered: as long as each other, side by side."""
SUPERVISOR_SIDE = 89
SIDES = range(CALLER_SIDE, SUPERVISOR_SIDE + 1)
"""The same of all talks of a call, one seat after the other; the caller has the even numbers."""


@dataclass(frozen=True)
class CallNote:
    """What is known of a call beside its sound. ``replaced``: parts that the caller recorded again.

    ``received_at``: when a dialogue began to take its message; None where none did, or nobody knows.
    """

    call_id: str
    caller: str = ""
    language: str = "zh"
    received_at: datetime | None = None
    replaced: tuple[int, ...] = ()


@dataclass(frozen=True)
class SpoolPart:
    """One recorded file of a call."""

    path: Path
    call_id: str
    number: int
    caller: str = ""
    seat: str = ""

    @property
    def written_at(self) -> datetime:
        """When the last of it was written."""
        return datetime.fromtimestamp(self.path.stat().st_mtime, UTC)

    @property
    def name(self) -> str:
        """The file name as text, whatever bytes it is made of."""
        return os.fsencode(self.path.name).decode("utf-8", "backslashreplace")


@dataclass
class SpooledCall:
    """All files of a call that are still in the spool, parts in the order they were spoken."""

    note: CallNote
    parts: list[SpoolPart] = field(default_factory=list)


def part_path(spool_dir: Path, call_id: str, number: int) -> Path:
    """Where part ``number`` (0 … 89) of a call is recorded."""
    return spool_dir / f"{call_id}.{number:02d}.wav"


def note_clock(path: Path, milliseconds: str) -> None:
    """Note beside a recorded file how long it took by the exchange's clock, if it can say so."""
    with suppress(OSError):
        if milliseconds:
            clock_path(path).write_text(milliseconds, encoding="ascii")


def clock_seconds(path: Path) -> float | None:
    """How long a recorded file took by the exchange's clock; None where nobody has noted it."""
    try:
        return int(clock_path(path).read_text(encoding="ascii")) / 1000
    except (OSError, ValueError):
        return None


def clock_path(path: Path) -> Path:
    """Where that is noted, here and in the dialplan: milliseconds."""
    return path.with_suffix(".clock")


def parse(path: Path) -> SpoolPart:
    """What a file name says. A name that is none of ours becomes a call of its own, by its hash."""
    match = _PART.match(path.name)
    if match:
        return SpoolPart(path, match["call"], int(match["part"]), match["caller"] or "", match["seat"] or "")
    strange = hashlib.sha256(os.fsencode(path.name)).hexdigest()[:24]
    return SpoolPart(path, f"found-{strange}", 0)


WITH_CALLER = r"^[A-Za-z0-9][A-Za-z0-9.-]{0,79}\.[0-9]{2}(@seat[0-9]{2,3})?\+[0-9]{0,20}\.wav$"
"""How a name looks that says who called, for Python and for both databases."""


def without_caller(name: str) -> str:
    """The name of a part without the caller's digits, which belong to the call and not to a file."""
    return f"{name[: name.rindex('+')]}.wav" if re.match(WITH_CALLER, name) else name


def is_part(name: str) -> bool:
    """Whether a file name is that of a recorded part, as we and Asterisk write them."""
    return _PART.fullmatch(name) is not None


def is_note(name: str) -> bool:
    """Whether a file name is that of what is known of a call."""
    return _NOTE.fullmatch(name) is not None


def write_note(spool_dir: Path, note: CallNote) -> None:
    """Write what is known of a call: temporary name, fsync, rename."""
    record = {
        "call_id": note.call_id,
        "caller": clean_caller(note.caller),
        "language": note.language,
        "received_at": (note.received_at or datetime.now(UTC)).isoformat(),
        "replaced": list(note.replaced),
    }
    target = spool_dir / f"{note.call_id}.json"
    partial = target.with_suffix(".json-partial")
    with partial.open("w", encoding="utf-8") as file:
        json.dump(record, file)
        file.flush()
        os.fsync(file.fileno())
    partial.rename(target)


def read_note(spool_dir: Path, call_id: str) -> CallNote:
    """What is known of a call; an empty note where there is none or it is not readable."""
    try:
        record = json.loads((spool_dir / f"{call_id}.json").read_text(encoding="utf-8"))
        return CallNote(
            call_id=call_id,
            caller=clean_caller(str(record["caller"])),
            language="en" if record["language"] == "en" else "zh",
            received_at=datetime.fromisoformat(record["received_at"]).astimezone(UTC),
            replaced=tuple(int(number) for number in record["replaced"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return CallNote(call_id)


def parts_of(spool_dir: Path, call_id: str) -> list[SpoolPart]:
    """The files of one call, in order.

    By name first: in a rush the spool holds a thousand files of others.
    """
    with suppress(FileNotFoundError), os.scandir(spool_dir) as files:
        begins = f"{call_id}."
        names = [file.name for file in files if file.name.startswith(begins) and file.name.endswith(".wav")]
        found = (parse(path) for path in map(spool_dir.joinpath, names) if _is_plain(path))
        return sorted((part for part in found if part.call_id == call_id), key=lambda part: part.path.name)
    return []


def calls(spool_dir: Path) -> dict[str, list[SpoolPart]]:
    """All files in the spool by call. Links and directories are none of ours and are left alone."""
    found: dict[str, list[SpoolPart]] = {}
    for path in sorted(spool_dir.glob("*.wav")):
        if _is_plain(path):
            part = parse(path)
            found.setdefault(part.call_id, []).append(part)
    return found


def _is_plain(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def load(spool_dir: Path, call_id: str) -> SpooledCall:
    """A call with its note. The note's caller is completed from the dialplan's file name."""
    return with_note(spool_dir, call_id, parts_of(spool_dir, call_id))


def with_note(spool_dir: Path, call_id: str, parts: list[SpoolPart]) -> SpooledCall:
    """The same for files already found."""
    note = read_note(spool_dir, call_id)
    caller = note.caller or next((part.caller for part in parts if part.caller), "")
    return SpooledCall(replace(note, caller=caller), parts)


@contextmanager
def in_progress(spool_dir: Path, call_id: str) -> Iterator[None]:
    """Hold a call while talking to its caller, so that the sweep leaves it alone.

    The kernel lets go when the process dies, however it dies.
    """
    path = spool_dir / f"{call_id}.lock"
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


def is_in_progress(spool_dir: Path, call_id: str) -> bool:
    """Whether a living process is talking to the caller."""
    try:
        with (spool_dir / f"{call_id}.lock").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def is_open(path: Path) -> bool:
    """Whether any process we can look into still has the file open.

    Asterisk writes nothing while no sound arrives, so a file that does not grow may still be recorded.
    """
    wanted = path.resolve()
    for descriptors in Path("/proc").glob("[0-9]*/fd"):
        with suppress(OSError):  # the process has ended meanwhile, or it is another user's
            if any(_target(link) == wanted for link in descriptors.iterdir()):
                return True
    return False


def _target(link: Path) -> Path | None:
    try:
        return link.readlink()
    except OSError:  # closed meanwhile
        return None
