"""How far a text is from what was said, by character."""

import unicodedata


def spoken(text: str) -> str:
    """Letters and digits alone, in lower case: no engine is marked down for punctuation or spaces."""
    return "".join(char for char in text.lower() if unicodedata.category(char)[0] in "LN")


def wrong_characters(said: str, heard: str) -> int:
    """Characters to replace, remove or add until ``heard`` reads as ``said`` (Levenshtein)."""
    reference, hypothesis = spoken(said), spoken(heard)
    row = list(range(len(hypothesis) + 1))
    for i, expected in enumerate(reference, 1):
        diagonal, row[0] = row[0], i
        for j, found in enumerate(hypothesis, 1):
            change = diagonal + (expected != found)
            diagonal, row[j] = row[j], min(change, row[j] + 1, row[j - 1] + 1)
    return row[-1]


def character_error_rate(said: str, heard: str) -> float:
    """Wrong characters for each one said; 0 is perfect and more than 1 is possible.

    Raises ValueError where nothing was said.
    """
    length = len(spoken(said))
    if not length:
        raise ValueError("nothing was said")
    return wrong_characters(said, heard) / length
