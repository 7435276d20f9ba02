"""The call of ``hotline call``: keys are pressed when asked for, the message is spoken at the tone.

A menu takes one key, the question for a case number takes keys up to ``#``, and the end of the message takes
a ``#`` if that is the next key.
"""

from dataclasses import dataclass, field
from pathlib import Path

from ivr.softphone.caller import Caller

TONE = "beep"
NUMBER_QUESTIONS = ("enquiry-ask",)
MENUS = ("welcome-open", "welcome-closed", "welcome-busy", "message-review", "offer-message")
QUESTIONS = (TONE, *NUMBER_QUESTIONS, *MENUS)
LONGEST_PAUSE = 120.0
"""Seconds between two questions: the longest is the caller's own message, played back."""

ENDS_RECORDING = "#"


@dataclass(frozen=True)
class Done:
    """What the caller did ``at`` seconds into the call: ``pressed`` keys or ``spoke`` for some seconds."""

    at: float
    what: str
    keys: str = ""
    seconds: float = 0.0


@dataclass
class Conversation:
    """What there is to say and to press, and what has been done of it."""

    caller: Caller
    speech: Path | None
    keys: str
    done: list[Done] = field(default_factory=list)

    def hold(self) -> None:
        """Answer every question of the hotline until the call is over. Raises CallFailed."""
        while question := self.caller.next_question(QUESTIONS, LONGEST_PAUSE):
            if question.key == TONE:
                self._leave_message()
            elif question.key in NUMBER_QUESTIONS:
                self._press(self.keys.partition(ENDS_RECORDING)[0] + ENDS_RECORDING)
            else:
                self._press(self.keys[:1])

    @property
    def has_spoken(self) -> bool:
        return any(each.what == "spoke" for each in self.done)

    def _leave_message(self) -> None:
        if self.speech:
            self.caller.speaks(self.speech)
            said = self.caller.spoken[-1]
            self.done.append(Done(said.start, "spoke", seconds=said.end - said.start))
        if self.keys.startswith(ENDS_RECORDING):
            self._press(ENDS_RECORDING)

    def _press(self, keys: str) -> None:
        if self.keys:
            self.done.append(Done(self.caller.presses(keys), "pressed", keys))
            self.keys = self.keys[len(keys) :]


def clean_keys(wanted: str) -> str:
    """Keys without the commas and spaces that are there for the eye. Raises ValueError for what is no key."""
    keys = wanted.replace(",", "").replace(" ", "")
    wrong = sorted(set(keys) - set("0123456789*#"))
    if wrong:
        raise ValueError(f"{' '.join(wrong)} is no key of a telephone; there are 0 to 9, * and #")
    return keys
