"""Chinese names by their pinyin, as people type them: 信访局 is found by ``xfj`` and by ``xinfangju``."""

from functools import cache


@cache
def initials(name: str) -> str:
    """The first letter of each syllable."""
    from pypinyin import Style, lazy_pinyin  # its dictionary takes a while to load: not at the start

    return "".join(lazy_pinyin(name, style=Style.FIRST_LETTER)).lower()


@cache
def spelled(name: str) -> str:
    """All syllables, without tones."""
    from pypinyin import lazy_pinyin

    return "".join(lazy_pinyin(name)).lower()
