"""Whether a password is hard to guess (zxcvbn), also for somebody who knows whose it is and what office this
is."""

from collections.abc import Iterable

SCORE = 3
"""Of 0 to 4: more than a hundred million guesses. Ten a second without a pause would take four months; the
sign-in allows 300 a day for a name."""
LOOKED_AT = 40
"""Characters: zxcvbn takes seconds for long ones. One that is hard to guess is so within these."""
COMMON = (
    *("hotline", "petition", "office", "xinfang", "xinfangju", "rexian", "zuoxi", "mima", "guanliyuan"),
    *("woaini", "woaini1314", "aini", "1314", "520", "5201314", "1314520", "abc123", "a123456", "caonima"),
    *("zhongguo", "beijing", "shanghai"),
)
"""Of the office and of China; zxcvbn knows the English ones."""


def is_guessable(password: str, own_words: Iterable[str] = ()) -> bool:
    """Whether a guesser finds it too soon who tries ``own_words`` first: names, numbers, also in pinyin."""
    if not any(character.isalpha() for character in password):
        return True  # a telephone's number, a birthday, an identity card
    from zxcvbn import zxcvbn  # not for every process: its words take a while to load

    own = [form for word in own_words for form in _forms(word.strip().lower())]
    words = list(dict.fromkeys([*own, *COMMON]))
    return int(zxcvbn(password[:LOOKED_AT], user_inputs=words)["score"]) < SCORE


def _forms(word: str) -> list[str]:
    """A word as people write it: itself, its parts, its pinyin, and the pinyin's first letters."""
    from pypinyin import lazy_pinyin  # as above

    syllables = lazy_pinyin(word)
    initials = "".join(each[:1] for each in syllables)
    forms = [word, *word.replace("-", " ").replace(".", " ").split(), "".join(syllables), initials]
    return [form for form in forms if len(form) > 1]
