"""When the words of an engine are no draft: it repeats itself, invents, or hears another language.

Whisper writes something for every sound. What it writes where it understood nothing is known by its form:
a phrase again and again, more than anybody can say in the time, or words that it finds improbable itself.
The figures, and on how much real speech they were tried, are in docs/decisions/0025-hearing.md.
"""

import re
import zlib
from collections.abc import Mapping, Sequence
from itertools import groupby

from hotline.recordings.transcripts import Doubt
from transcription.accuracy import spoken

MOST_COMPRESSED = 2.4
"""Bytes of a text for each byte of it when compressed; Whisper's own limit."""
LEAST_REPEATED = 16
"""Characters that repeated phrases cover together; less may be a number, or 喂喂喂."""
LEAST_TIMES = 4
FASTEST_CHARACTERS = 12.0
FASTEST_WORDS = 7.0
"""More than that in a second says nobody: Chinese characters and digits, and words of letters."""
START_SECONDS = 1.0
"""Times are rough at both ends of a short stretch."""
LEAST_PROBABLE = -1.0
"""Mean log-probability of what was written."""
NO_SPEECH = 0.6
LEAST_PROBABLE_OF_NO_SPEECH = -0.7
"""Where the engine also thinks that nobody speaks, its words must be more probable."""
LEAST_LANGUAGE = 0.1
"""Below that the language an engine was told is not the one it hears."""
SURE_LANGUAGE = 0.6
"""Above that it is the one it hears. It knows no Mongolian or Uyghur and divides them among many others."""
SPEECH = 0.3
"""Probability of no speech, below which somebody speaks; noise that drowns a voice has more."""

_PIECE = re.compile(r"[a-z]+|[^\W_]", re.IGNORECASE)
_PHRASE = re.compile(rf"(.{{1,40}}?)\1{{{LEAST_TIMES - 1},}}")
_KIN = {"zh": ("zh", "yue")}
"""What is not told apart in a short stretch: Mandarin with an accent is taken for Cantonese."""


def of_words(text: str, seconds: float) -> Doubt | None:
    """Whether the words of a stretch can be what somebody said in it."""
    if repeats(text) or compression(text) > MOST_COMPRESSED or needed(text) > seconds + START_SECONDS:
        return Doubt.LOOP
    return None


def of_probability(log_probability: float, no_speech: float) -> Doubt | None:
    """Whether an engine believes its own words: their mean log-probability, and that of no speech."""
    least = LEAST_PROBABLE_OF_NO_SPEECH if no_speech > NO_SPEECH else LEAST_PROBABLE
    return Doubt.INVENTED if log_probability < least else None


def repeats(text: str) -> bool:
    """Whether a phrase stands at least four times one after another, and not only as a short cry does."""
    return any(len(found[0]) >= LEAST_REPEATED for found in _PHRASE.finditer(spoken(text)))


def compression(text: str) -> float:
    """How many bytes of a text one byte tells."""
    content = text.encode()
    return len(content) / len(zlib.compress(content))


def needed(text: str) -> float:
    """The least seconds in which a text can be said."""
    pieces = _PIECE.findall(text)
    words = sum(piece[0].isascii() and piece[0].isalpha() for piece in pieces)
    return words / FASTEST_WORDS + (len(pieces) - words) / FASTEST_CHARACTERS


def repeated_stretches(texts: Sequence[str]) -> set[int]:
    """Which of these texts, by place, say the same as those beside them, too often for anybody to mean it."""
    found: set[int] = set()
    for phrase, group in groupby(range(len(texts)), lambda at: spoken(texts[at])):
        places = list(group)
        if len(places) >= LEAST_TIMES and len(phrase) * len(places) >= LEAST_REPEATED:
            found.update(places)
    return found


def of_language(told: str, heard: Mapping[str, float], no_speech: float) -> Doubt | None:
    """Whether an engine hears the language it was told, by the probabilities of all languages.

    Where it is sure of none, and not sure either that somebody speaks, it is noise rather than a language.
    """
    kin = _KIN.get(told, (told,))
    if not heard or sum(heard.get(each, 0.0) for each in kin) >= LEAST_LANGUAGE:
        return None
    other = max(probability for language, probability in heard.items() if language not in kin)
    return Doubt.LANGUAGE if other > SURE_LANGUAGE or no_speech < SPEECH else Doubt.INVENTED
