"""What happened in a call, in sentences and as JSON."""

import tomllib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from hotline.cases import case_number
from ivr.softphone.conversation import CallerAct, Conversation
from ivr.softphone.hearing import HeardPrompt, heard_prompts
from ivr.softphone.sounds import load_prompts

DIGIT = "digit-"
PAUSE = "silence-"
PROMPTS_OF_SAFETY = ("number-is", "message-kept", "fault-message-kept", "number-later")
"""Prompts after which a caller may hang up and trust that the message is safe."""


@dataclass(frozen=True)
class CallReport:
    """One call. ``failure`` is a sentence, empty when everything given was used and the message was kept."""

    answered_after: float
    seconds: float
    ended_by: str
    heard: list[HeardPrompt]
    done: list[CallerAct]
    case_numbers: list[str]
    failure: str

    def as_json(self) -> dict[str, Any]:
        """The same for programs."""
        return asdict(self) | {"case_number": self.case_numbers[0] if self.case_numbers else None}


def report(conversation: Conversation, answered_after: float, sounds: Path) -> CallReport:
    """Sum up a call that is over."""
    caller = conversation.caller
    heard = heard_prompts(caller.audio(), load_prompts(sounds, units=True))
    return CallReport(
        round(answered_after, 2),
        round(caller.now, 2),
        caller.is_over(),
        heard,
        conversation.done,
        numbers_heard(heard),
        _failure(conversation, heard),
    )


def _failure(conversation: Conversation, heard: list[HeardPrompt]) -> str:
    if conversation.speech and not conversation.has_spoken:
        return "The call ended before the message could be spoken."
    if conversation.keys:
        return f"The hotline never asked for the keys {conversation.keys}."
    if conversation.has_left_message and not any(one.key in PROMPTS_OF_SAFETY for one in heard):
        return "The hotline did not say that the message was kept."
    return ""


def numbers_heard(heard: list[HeardPrompt]) -> list[str]:
    """The case numbers spoken, one for each time: ten digits with nothing but pauses between them."""
    words = (one.key for one in _words(heard))
    spoken = "".join(key.removeprefix(DIGIT) if key.startswith(DIGIT) else " " for key in words)
    return [number for number in spoken.split() if case_number.is_valid(number)]


def _words(heard: list[HeardPrompt]) -> Iterator[HeardPrompt]:
    return (one for one in heard if not one.key.startswith(PAUSE))


def sentences(told: CallReport, sounds: Path) -> Iterator[str]:
    """What happened, line by line, in the order it happened."""
    catalogue = tomllib.loads((sounds / "catalogue.toml").read_text(encoding="utf-8"))
    yield f"Answered after {told.answered_after:.1f} s."
    lines = [(group[0].start, _heard_line(group, catalogue)) for group in _grouped(told.heard)]
    lines += [(one.at, _done_line(one)) for one in told.done]
    for at, line in sorted(lines):
        yield f"{at:6.1f} s  {line}"
    who = "The hotline" if told.ended_by == "hotline" else "We"
    yield f"{who} hung up after {told.seconds:.1f} s."
    if told.case_numbers:
        times = "once" if len(told.case_numbers) == 1 else f"{len(told.case_numbers)} times"
        numbers = " and ".join(case_number.spaced(number) for number in dict.fromkeys(told.case_numbers))
        yield f"Case number heard, {times}: {numbers}"


def _grouped(heard: list[HeardPrompt]) -> Iterator[list[HeardPrompt]]:
    """Digits that follow each other together, everything else by itself."""
    for number, group in groupby(_words(heard), key=lambda one: one.key.startswith(DIGIT)):
        if number:
            yield list(group)
        else:
            yield from ([one] for one in group)


def _heard_line(group: list[HeardPrompt], catalogue: dict[str, dict[str, str]]) -> str:
    one = group[0]
    if one.key.startswith(DIGIT):
        return f"heard the digits {' '.join(each.key.removeprefix(DIGIT) for each in group)}"
    text = catalogue.get(one.key, {}).get(one.language, "")
    broken = "" if one.whole else f"  (interrupted after {one.end - one.start:.1f} s)"
    return f"heard {one.key}: {text}{broken}" if text else f"heard {one.key}{broken}"


def _done_line(one: CallerAct) -> str:
    return f"pressed {one.keys}" if one.what == "pressed" else f"spoke for {one.seconds:.1f} s"
