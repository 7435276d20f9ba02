"""A message while it is being spoken: its parts in the spool, and the note that says whose they are.

Nothing is deleted here: a part that the caller spoke again, or in which nothing was heard, is marked in
the note as replaced once there is a better one.
"""

import shutil
from dataclasses import dataclass, field, replace
from pathlib import Path

from hotline.recordings import spool, wav
from hotline.recordings.spool import CallNote
from hotline.sections import Message as Limits
from ivr.call import Call, CannotRecord

BYTES_A_SECOND = 16000
LEFT_FREE_BYTES = 64 * 1024 * 1024
"""Kept free for the database and for calls that record at the same time."""
BLOCK_BYTES = 32 * 1024
"""Asterisk writes so many at a time. The last is written at the end, and nobody is told how that went."""
LAST_PART = 89
SENTENCE_SECONDS = 3.0


@dataclass(frozen=True)
class MessagePart:
    """One recorded part: its number in the spool, its length and how much of that is speech, in seconds."""

    number: int
    path: Path
    seconds: float = 0.0
    speech: float = 0.0


@dataclass
class Message:
    """The message of one call. ``unheard``: parts in which nothing was heard, of an earlier rung at first."""

    spool_dir: Path
    limits: Limits
    note: CallNote
    unheard: list[MessagePart] = field(default_factory=list)
    parts: list[MessagePart] = field(default_factory=list)
    _last: int = 0

    def __post_init__(self) -> None:
        self._last = max([part.number for part in self.unheard] + list(self.note.replaced), default=0)

    @property
    def is_full(self) -> bool:
        """Whether there is no room for another sentence."""
        return self._last >= LAST_PART or self._left() < SENTENCE_SECONDS

    def record(self, call: Call, *, instead: bool = False) -> MessagePart | None:
        """Record a part, after or ``instead`` of those before it; None where nothing was heard.

        Raises CannotRecord, and CallerHungUp with the part in the spool.
        """
        most = self.limits.max_seconds if instead else self._left()
        self._prepare(most)
        path = spool.part_path(self.spool_dir, self.note.call_id, self._last)
        call.record(path, most, self.limits.silence_seconds)
        part = self._recorded(path)
        if part.speech < self.limits.min_speech_seconds:
            self.unheard.append(part)
            return None
        self._accept(part, instead)
        return part

    def forget_unheard(self) -> None:
        """The caller said no more: what was recorded of that is no part of the message."""
        if self.parts:
            self._replace(self.unheard)

    def _accept(self, part: MessagePart, instead: bool) -> None:
        self._replace(self.unheard + (self.parts if instead else []))
        self.parts = [part] if instead else [*self.parts, part]

    def _replace(self, parts: list[MessagePart]) -> None:
        if parts:
            numbers = tuple(part.number for part in parts)
            self._write_note(replace(self.note, replaced=self.note.replaced + numbers))
        self.unheard = []

    def _prepare(self, seconds: float) -> None:
        """Make sure of room on the disk, and of the note before the sound."""
        try:
            free = shutil.disk_usage(self.spool_dir).free
            if free < seconds * BYTES_A_SECOND + LEFT_FREE_BYTES or self._last >= LAST_PART:
                raise CannotRecord(f"{free} bytes are free in {self.spool_dir}, {self._last} parts are there")
            self._write_note(self.note)
        except OSError as error:
            raise CannotRecord(str(error)) from error
        self._last += 1

    def _write_note(self, note: CallNote) -> None:
        spool.write_note(self.spool_dir, note)
        self.note = note

    def _recorded(self, path: Path) -> MessagePart:
        """The part that has just been recorded, if there was room for its end."""
        from ivr.speech import speech_seconds  # loads numpy: not before the caller has been answered

        try:
            sound, free = wav.layout(path), shutil.disk_usage(self.spool_dir).free
        except OSError as error:
            raise CannotRecord(str(error)) from error
        if free < BLOCK_BYTES:
            raise CannotRecord(f"{free} bytes are free in {self.spool_dir}: the end of {path} may be missing")
        return MessagePart(self._last, path, sound.seconds if sound else 0.0, speech_seconds(path))

    def _left(self) -> float:
        return self.limits.max_seconds - sum(part.seconds for part in self.parts)
