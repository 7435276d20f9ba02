"""A corrected text beside its sound: each piece of it at the time of what the engine heard there.

So what is shown word by word is what the text says now, and a correction leaves no old words behind.
"""

from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import groupby
from typing import Any

LONGEST_ALIGNED = 2000
"""Characters; a longer text is one piece, because comparing takes the square of its length."""

Words = list[dict[str, Any]]
"""As in ``Transcript.words``: text, start and end in seconds, confidence from 0 to 1 or None."""


def aligned(words: Sequence[dict[str, Any]], text: str) -> Words:
    """The pieces of a text, in the times of these words; together they are the text.

    What is new takes the place of the words that it replaces, or belongs to the one before it. Only a word
    that stands as it was heard keeps its confidence.
    """
    if not words or not text.strip():
        return []
    first, last = _places(words, text)
    pieces = []
    for begin, run in groupby(range(len(text)), key=first.__getitem__):
        places = list(run)
        piece = text[places[0] : places[-1] + 1]
        end = max(last[at] for at in places)
        kept = words[begin]["confidence"] if piece.strip() == words[begin]["text"].strip() else None
        pieces.append(
            {"text": piece, "start": words[begin]["start"], "end": words[end]["end"], "confidence": kept}
        )
    return pieces


def _places(words: Sequence[dict[str, Any]], text: str) -> tuple[list[int], list[int]]:
    """For each character of the text the first and the last word in whose time it stands."""
    heard = "".join(word["text"] for word in words)
    of = [number for number, word in enumerate(words) for _ in word["text"]]
    if not heard or max(len(heard), len(text)) > LONGEST_ALIGNED:
        return [0] * len(text), [len(words) - 1] * len(text)
    first, last = [0] * len(text), [0] * len(text)
    for tag, a, a_end, b, b_end in SequenceMatcher(None, heard, text, autojunk=False).get_opcodes():
        for at in range(b, b_end):
            if tag == "equal":
                first[at] = last[at] = of[a + at - b]
            elif tag == "replace":
                first[at], last[at] = of[a], of[a_end - 1]
            else:
                first[at] = last[at] = of[max(0, a - 1)]
    return first, last
