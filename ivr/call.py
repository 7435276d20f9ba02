"""A call, as a dialogue sees it: say, choose, read a number, record.

Retries, keys without a meaning, silence, keys pressed ahead and the operator key live here, once. The line
below it (``ivr.agi_call`` on the telephone, a script in the tests) only plays, listens and records.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from ivr import prompts
from ivr.prompts import Prompts

TRIES = 3
MENU_SECONDS = 4.0
DIGIT_SECONDS = 5.0
OPERATOR = "0"
"""Always a person; at night, leaving a message."""


class Stage(StrEnum):
    """Where the dialplan stands with a call when it hands it over."""

    NEW = ""
    """Nobody has signed in to a seat, or the dialplan could not tell."""
    SEATS = "seats"
    """New, and somebody has signed in to a seat."""
    WAITED = "waited"
    """Was in the queue, and no seat could take the call."""
    MESSAGE = "message"
    """Was in the queue, and would rather leave a message."""
    ANSWERED = "answered"
    """Has talked to a seat, which has hung up first."""


class CallOutcome(StrEnum):
    """What became of a call, as it stands in the queue log; the queue itself tells of the others."""

    SERVED = "SERVED"
    """Heard where a case stands."""
    MESSAGE = "MESSAGE"
    CALLBACK = "CALLBACK"
    REFUSED = "REFUSED"
    RATED = "RATED"


class CallerHungUp(Exception):
    """The call is over, however it ended. What was recorded is in the spool."""


class CannotRecord(Exception):
    """The recording could not be written, or not all of it."""


class CallChannel(Protocol):
    """The caller's channel. A sound is a path without suffix; every method may raise CallerHungUp."""

    def play(self, sound: str, *, barge_in: bool = True) -> str:
        """Play a sound; the key that ended it, or nothing."""

    def ask_key(self, sound: str, seconds: float) -> str:
        """Play a sound (an empty one: none), then wait; the key pressed in either, or nothing."""

    def ask_digits(self, sound: str, seconds: float, most: int) -> str:
        """The same for up to ``most`` keys, to ``#`` (not returned) or ``seconds`` without a key."""

    def record(self, path: Path, most_seconds: float, silence_seconds: float) -> None:
        """Record to ``#``, to silence (which is recorded, too) or to the limit. Raises CannotRecord."""

    def speak(self, language: str) -> None:
        """Tell the exchange which language the caller chose."""


@dataclass
class Call:
    """One caller on one channel. ``call_id`` names the call in the spool; ``caller`` is empty if unknown."""

    channel: CallChannel
    prompts: Prompts
    call_id: str
    caller: str = ""
    language: str = "zh"
    stage: Stage = Stage.NEW
    joined_at: datetime | None = None
    """When the call joined the queue for a seat, if it did."""
    withheld: str = ""
    """The number of a caller who shows none, where the network told it: to call back, never to be shown."""
    outcome: CallOutcome | None = None
    """None: in the queue, or the caller has left."""
    detail: str = ""
    """Of the outcome: why a call is refused, how it was rated."""
    to_queue: bool = False
    """The dialogue is over and the call goes on in the queue for a seat."""
    typed: str = ""
    """A key that interrupted a prompt and has not been used yet."""

    def became(self, outcome: CallOutcome, detail: str = "") -> None:
        """Note what became of the call, in case it ends from here on."""
        self.outcome, self.detail = outcome, detail

    def say(self, *keys: str) -> None:
        """Speak prompts. A key ends them all, and is the answer to the question that follows."""
        for sound in self._sounds(keys):
            if self.typed:
                return
            self.typed = self.channel.play(sound)

    def tell(self, *keys: str) -> str:
        """Speak prompts that no question follows. A key ends them, and answers nothing; it is returned."""
        self.typed = ""
        self.say(*keys)
        return self._take_typed()

    def choose(self, *keys_of_prompts: str, keys: str, on_silence: str, seconds: float = MENU_SECONDS) -> str:
        """Offer a choice: one of ``keys``, the operator key, or ``on_silence`` where nothing was chosen.

        ``seconds`` are those after the last prompt.
        """
        for _ in range(TRIES):
            pressed = self._ask_key(keys_of_prompts, seconds)
            if not pressed:
                return on_silence
            if pressed in keys + OPERATOR:
                return pressed
            self.say("invalid-key")
        return on_silence

    def read_number(self, *keys_of_prompts: str, digits: int) -> str:
        """Read a number that ends with ``#``; the operator key alone, or nothing if no key ever came."""
        for _ in range(TRIES):
            if number := self._ask_digits(keys_of_prompts, digits):
                return number
            self.say("enquiry-silent")
        return ""

    def say_number(self, introduction: str, number: str) -> None:
        """Speak a case number slowly, in groups."""
        self.tell(introduction, *prompts.number(number))

    def play_back(self, recording: Path) -> None:
        """Let the caller hear a recording."""
        if not self.typed:
            self.typed = self.channel.play(str(recording.with_suffix("")))

    def record(self, path: Path, most_seconds: float, silence_seconds: float) -> None:
        """Record after the tone. Keys pressed before the tone are forgotten.

        The tone is a prompt of its own that no key ends: a key in the exchange's own beep leaves no file.
        """
        self.typed = ""
        for sound in self._sounds(("beep",)):
            self.channel.play(sound, barge_in=False)
        self.channel.record(path, most_seconds, silence_seconds)

    def speak(self, language: str) -> None:
        """Go on in another language."""
        self.language = language
        self.channel.speak(language)

    def _sounds(self, keys: tuple[str, ...]) -> list[str]:
        return self.prompts.sounds(self.language, keys)

    def _ask_key(self, keys: tuple[str, ...], seconds: float) -> str:
        last = self._say_all_but_last(keys)
        return self._take_typed() or self.channel.ask_key(last, seconds)

    def _ask_digits(self, keys: tuple[str, ...], digits: int) -> str:
        last = self._say_all_but_last(keys)
        first = self._take_typed().strip("#")
        return first + self.channel.ask_digits("" if first else last, DIGIT_SECONDS, digits + 1 - len(first))

    def _say_all_but_last(self, keys: tuple[str, ...]) -> str:
        """Returns the sound that is to be played while a key is waited for."""
        self.say(*keys[:-1])
        return "".join(self._sounds(keys[-1:]))

    def _take_typed(self) -> str:
        typed, self.typed = self.typed, ""
        return typed
