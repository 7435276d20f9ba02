"""Putting words together: Chinese without spaces, everything else with them."""

import re
from collections.abc import Iterable

# Han ideographs and the punctuation written with them; Hangul is not among them, Korean has spaces
_JOINED = r"[\u2e80-\u2fdf\u3000-\u303f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef]"
_NEEDLESS_SPACE = re.compile(rf"(?<={_JOINED}) | (?={_JOINED})")


def join(words: Iterable[str]) -> str:
    """The words as a line of text."""
    return _NEEDLESS_SPACE.sub("", " ".join(word.strip() for word in words if word.strip()))
