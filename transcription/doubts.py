"""When the words of an engine are no draft: it repeats itself, invents, or hears another language.

Whisper writes something for every sound. What it writes where it understood nothing is known by its form:
a phrase again and again, more than anybody can say in the time, or words that it finds improbable itself.
People repeat themselves as well: who cries for help, who says a number once more, who is not listened to.
A loop is only what goes on for longer than people do.

The figures, and on how much real speech they were tried, are in docs/decisions/0025-hearing.md.
"""

import re
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence

from hotline.recordings.transcripts import Doubt
from transcription.accuracy import spoken

MOST_COMPRESSED = 3.5
"""Bytes of a text for each byte of it when compressed, what is repeated at once counted once. Whisper's own
limit is 2.4; who begs, or says name and address again and again on a bad line, reaches up to 3."""
LEAST_TIMES = 6
"""A loop has a phrase so often one after another; people say a number or a sentence four or five times."""
LONGEST_PHRASES, LONGEST_CRIES = 3.0, 5.0
"""So many seconds, said as fast as can be, people do not go on with a phrase (36 characters), or with one or
two characters like 救命 (60)."""
LEAST_DIGITS_ALIKE = 16
"""No number has so many equal digits in a row."""
LEAST_LOOPED = 16
"""So many characters or words of a loop are enough for the text they stand in; less is where it ends."""
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
_LOOP = re.compile(rf"(.{{1,60}}?)\1{{{LEAST_TIMES - 1},}}", re.DOTALL)
_AT_ONCE = re.compile(r"(.{1,120}?)\1+")
_KIN = {"zh": ("zh", "yue")}
"""What is not told apart in a short stretch: Mandarin with an accent is taken for Cantonese."""


def of_words(text: str, seconds: float) -> Doubt | None:
    """Whether the words of a stretch can be what somebody said in it."""
    return Doubt.LOOP if looped([text]) or not sayable(text, seconds) else None


def of_probability(log_probability: float, no_speech: float) -> Doubt | None:
    """Whether an engine believes its own words: their mean log-probability, and that of no speech."""
    least = LEAST_PROBABLE_OF_NO_SPEECH if no_speech > NO_SPEECH else LEAST_PROBABLE
    return Doubt.INVENTED if log_probability < least else None


def sayable(text: str, seconds: float) -> bool:
    """Whether a text is as different in itself, and can be said as fast, as what people say."""
    return compression(text) <= MOST_COMPRESSED and needed(text) <= seconds + START_SECONDS


def compression(text: str) -> float:
    """How many bytes of a text one byte tells; what is said again at once counts once."""
    content = _AT_ONCE.sub(r"\1", spoken(text)).encode()
    return len(content) / len(zlib.compress(content))


def needed(text: str) -> float:
    """The least seconds in which a text can be said."""
    return _needed(_PIECE.findall(text))


def _needed(pieces: Sequence[str]) -> float:
    words = sum(piece[0].isascii() and piece[0].isalpha() for piece in pieces)
    return words / FASTEST_WORDS + (len(pieces) - words) / FASTEST_CHARACTERS


def looped(texts: Sequence[str]) -> set[int]:
    """Which of these texts, by place, a loop fills: within one, or from one to the next."""
    pieces = [(at, piece) for at, text in enumerate(texts) for piece in _PIECE.findall(text.lower())]
    signs: dict[str, str] = {}  # one character for each word, so that phrases are found by their words
    line = "".join(signs.setdefault(piece, chr(len(signs))) for _, piece in pieces)
    inside: Counter[int] = Counter()
    for found in _LOOP.finditer(line):
        loop = pieces[found.start() : found.end()]
        if _is_loop([piece for _, piece in loop], len(found[1])):
            inside.update(at for at, _ in loop)
    whole = Counter(at for at, _ in pieces)
    return {at for at, count in inside.items() if count >= LEAST_LOOPED or 2 * count >= whole[at]}


def _is_loop(pieces: Sequence[str], phrase: int) -> bool:
    """Whether people do not go on for so long; ``phrase`` is how many of the pieces are said again."""
    if phrase == 1 and pieces[0].isdigit():
        return len(pieces) >= LEAST_DIGITS_ALIKE
    return _needed(pieces) >= (LONGEST_PHRASES if phrase > 2 else LONGEST_CRIES)


def of_language(told: str, heard: Mapping[str, float], no_speech: float) -> Doubt | None:
    """Whether an engine hears the language it was told, by the probabilities of all languages.

    Where it is sure of none, and not sure either that somebody speaks, it is noise rather than a language.
    """
    kin = _KIN.get(told, (told,))
    if not heard or sum(heard.get(each, 0.0) for each in kin) >= LEAST_LANGUAGE:
        return None
    other = max(probability for language, probability in heard.items() if language not in kin)
    return Doubt.LANGUAGE if other > SURE_LANGUAGE or no_speech < SPEECH else Doubt.INVENTED
