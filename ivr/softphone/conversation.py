"""The call of ``hotline call``: keys are pressed when asked for, the message is spoken at the tone.

A menu takes one key, the question for a case number takes keys up to ``#``, and the end of the message takes
a ``#`` if that is the next key. Who has pressed 0 by day says the message again and again until the call is
over: whoever answers hears it, and nothing tells a telephone when that is.
"""

from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from ivr.softphone.caller import Caller
from ivr.softphone.hearing import HeardPrompt
from ivr.softphone.process import CallFailed

TONE = "beep"
NUMBER_QUESTIONS = ("enquiry-ask",)
BY_DAY = "welcome-open"
MENUS = (BY_DAY, "welcome-closed", "welcome-busy", "message-review", "offer-message", "satisfaction-ask")
QUESTIONS = (TONE, *NUMBER_QUESTIONS, *MENUS)
LONGEST_PAUSE = 120.0
"""Seconds between two questions: the longest is the caller's own message, played back."""

ENDS_RECORDING = "#"
A_SEAT = "0"
USUAL_KEYS = "1#1"
"""A message is left and submitted. By day a seat is waited for instead."""


@dataclass(frozen=True)
class CallerAct:
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
    wanted: str | None
    """The keys to press; None: the usual ones."""
    keys: str = ""
    """Those of them that are left."""
    done: list[CallerAct] = field(default_factory=list)
    has_left_message: bool = False

    def hold(self) -> None:
        """Answer every question of the hotline until the call is over. Raises CallFailed."""
        question = self.caller.next_question(QUESTIONS, LONGEST_PAUSE)
        usual = A_SEAT if question and question.key == BY_DAY else USUAL_KEYS
        self.keys = usual if self.wanted is None else self.wanted
        while question:
            pressed = self._answer(question.key)
            waits = question.key == BY_DAY and pressed == A_SEAT and self.speech is not None
            question = self._talk() if waits else self.caller.next_question(QUESTIONS, LONGEST_PAUSE)

    def _answer(self, question: str) -> str:
        """Do what is wanted; the keys that were pressed."""
        if question == TONE:
            return self._leave_message()
        if question in NUMBER_QUESTIONS:
            return self._press(self.keys.partition(ENDS_RECORDING)[0] + ENDS_RECORDING)
        return self._press(self.keys[:1])

    @property
    def has_spoken(self) -> bool:
        return any(each.what == "spoke" for each in self.done)

    def _talk(self) -> HeardPrompt | None:
        """Speak until the hotline has a question again, or the call is over."""
        while self.speech and not self.caller.ended:
            with suppress(CallFailed):  # nothing was asked meanwhile
                self.caller.begins_to_speak(self.speech)
                return self.caller.next_question(QUESTIONS, self._note_speech().seconds)
        return None

    def _note_speech(self) -> CallerAct:
        said = self.caller.spoken[-1]
        self.done.append(CallerAct(said.start, "spoke", seconds=said.end - said.start))
        return self.done[-1]

    def _leave_message(self) -> str:
        if self.speech:
            self.caller.speaks(self.speech)
            self._note_speech()
            self.has_left_message = True
        return self._press(ENDS_RECORDING) if self.keys.startswith(ENDS_RECORDING) else ""

    def _press(self, keys: str) -> str:
        if not self.keys:
            return ""
        self.done.append(CallerAct(self.caller.presses(keys), "pressed", keys))
        self.keys = self.keys[len(keys) :]
        return keys


def clean_keys(wanted: str) -> str:
    """Keys without the commas and spaces that are there for the eye. Raises ValueError for what is no key."""
    keys = wanted.replace(",", "").replace(" ", "")
    wrong = sorted(set(keys) - set("0123456789*#"))
    if wrong:
        raise ValueError(f"{' '.join(wrong)} is no key of a telephone; there are 0 to 9, * and #")
    return keys
