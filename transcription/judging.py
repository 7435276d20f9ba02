"""Which passages of a message are in doubt: by themselves, in their window, and in the message as a whole."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from hotline.recordings.transcripts import Doubt
from transcription import doubts
from transcription.whisper_output import Passage, Window

LEAST_LANGUAGE_SECONDS = 3.0
"""In less than that a language is not known for sure."""


@dataclass(frozen=True)
class JudgedPassage:
    """A passage, and why its words are no draft."""

    passage: Passage
    doubt: Doubt | None


def judged(windows: Sequence[Window], told: str) -> list[JudgedPassage]:
    """Every passage with its doubt, in order; the message as a whole knows its language and its loops."""
    if everywhere := language_of_message(windows, told):
        found = [JudgedPassage(passage, everywhere) for window in windows for passage in window.passages]
        return sorted(found, key=_start)
    passages = sorted((each for window in windows for each in window.passages), key=lambda each: each.start)
    in_loops = {passages[at] for at in doubts.looped([each.text for each in passages])}
    found = [each for window in windows for each in _of_window(window, told, in_loops)]
    return sorted(found, key=_start)


def _start(each: JudgedPassage) -> float:
    return each.passage.start


def language_of_message(windows: Sequence[Window], told: str) -> Doubt | None:
    """Whether the message as a whole is perhaps in another language than the engine was told."""
    seconds = sum(window.seconds for window in windows if window.languages)
    if seconds < LEAST_LANGUAGE_SECONDS:
        return None
    share: dict[str, float] = {}
    no_speech = sum(each.no_speech * each.seconds for each in windows if each.languages) / seconds
    for window in windows:
        for language, probability in window.languages.items():
            share[language] = share.get(language, 0.0) + probability * window.seconds / seconds
    return doubts.of_language(told, share, no_speech)


def _of_window(window: Window, told: str, in_loops: set[Passage]) -> list[JudgedPassage]:
    """One loop takes no other words along: what is in doubt by itself is not in what is judged together."""
    found = [
        JudgedPassage(each, Doubt.LOOP if each in in_loops else _by_itself(each)) for each in window.passages
    ]
    rest = " ".join(each.passage.text for each in found if each.doubt is None)
    doubt = None if doubts.sayable(rest, window.seconds) else Doubt.LOOP
    if doubt is None and window.seconds >= LEAST_LANGUAGE_SECONDS:
        doubt = doubts.of_language(told, window.languages, window.no_speech)
    if doubt is None:
        return found
    return [each if each.doubt is Doubt.LOOP else replace(each, doubt=doubt) for each in found]


def _by_itself(passage: Passage) -> Doubt | None:
    return doubts.of_words(passage.text, passage.end - passage.start) or doubts.of_probability(
        passage.log_probability, passage.no_speech
    )
