"""From text to the phonemes that Kokoro was trained on.

Mandarin is divided into words by jieba, read by pypinyin and written in misaki's phonemes, with the changes
of tone between syllables added. English comes from misaki's dictionary of American English alone: its full
English reader needs a language model and torch. A word that is nowhere is an error, so nothing is ever spoken
by guess; names of places are read as pinyin.
"""

import json
import re
from functools import cache
from importlib.resources import files

import jieba
from misaki.zh import ZHG2P
from pypinyin import Style, lazy_pinyin

PAUSES = str.maketrans("，。：；！？、", ",.:;!?,")

# Words the dictionaries lack, or read as the wrong part of speech.
ENGLISH = {
    "digits": "dˈɪʤɪts",
    "record": "ɹəkˈɔɹd",
    "reviewed": "ɹɪvjˈud",
    "submit": "səbmˈɪt",
    "telecom": "tˈɛlɪkˌɑm",
    "a": "ɐ",
}
MANDARIN = {
    "井号键": "jing3 hao4 jian4",
    "一遍": "yi2 bian4",
    "一起": "yi4 qi3",
    "事情": "shi4 qing5",
    "码头": "ma3 tou5",
    "查干": "cha2 gan1",
}

# How an English voice says pinyin: spelling and sound in turn.
_INITIALS = """
    b b  p p  m m  f f  d d  t t  n n  l l  g ɡ  k k  h h  j ʤ  q ʧ  x ʃ
    zh ʤ  ch ʧ  sh ʃ  r ɹ  z z  c ts  s s  y j  w w
"""
_FINALS = """
    a ɑ  o ɔ  e ʌ  ai I  ei A  ao W  ou O  an ɑn  en ən  ang ɑŋ  eng ʌŋ  er ɑɹ  ong ʊŋ
    i i  ia jɑ  ie jɛ  iao jW  iu jO  ian jɛn  in ɪn  iang jɑŋ  ing ɪŋ  iong jʊŋ
    u u  ua wɑ  uo wɔ  uai wI  ui wA  uan wɑn  un wən  uang wɑŋ  ue wɛ
"""
INITIALS: dict[str, str] = dict(re.findall(r"(\S+) (\S+)", _INITIALS)) | {"": ""}
FINALS: dict[str, str] = dict(re.findall(r"(\S+) (\S+)", _FINALS))
_ORDERED = sorted(FINALS, key=len, reverse=True)
_FINAL = "|".join(f"{final}(?![aeiou])" if final[-1] in "ngr" else final for final in _ORDERED)
SYLLABLE = re.compile(f"(zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw]?)({_FINAL})")

jieba.setLogLevel("ERROR")
for _known in MANDARIN:
    jieba.add_word(_known)


class UnknownWord(ValueError):
    """A word that no dictionary has; the message names it and where to add it."""


def mandarin(text: str) -> str:
    """Phonemes of a Mandarin sentence; words are separated by spaces."""
    parts = re.split(r"([^\u4e00-\u9fff]+)", text)
    return "".join(_clause(part) if index % 2 == 0 else _pause(part) for index, part in enumerate(parts))


def _pause(mark: str) -> str:
    return mark.strip().translate(PAUSES) + " "


def _clause(clause: str) -> str:
    words = [_pinyin(word) for word in jieba.lcut(clause)]
    tones = iter(_sandhi([syllable for word in words for syllable in word]))
    spoken = ["".join(ZHG2P.py2ipa(next(tones)) for _ in word) for word in words]
    return " ".join(spoken).replace("\u032f", "")


def _pinyin(word: str) -> list[str]:
    if word in MANDARIN:
        return MANDARIN[word].split()
    return lazy_pinyin(word, style=Style.TONE3, neutral_tone_with_five=True)


def _sandhi(syllables: list[str]) -> list[str]:
    """The second tone where the third stands before a third, and for 不 before a fourth."""
    following = [syllable[-1] for syllable in [*syllables[1:], "."]]
    pairs = zip(syllables, following, strict=False)
    return [syllable[:-1] + "2" if _rises(syllable, tone) else syllable for syllable, tone in pairs]


def _rises(syllable: str, following: str) -> bool:
    return (syllable[-1], following) == ("3", "3") or (syllable, following) == ("bu4", "4")


def english(text: str) -> str:
    """Phonemes of an English sentence. Raises UnknownWord."""
    tokens = re.findall(r"[A-Za-z']+|[.,:;!?]", text)
    spoken = [token if not token[0].isalpha() else _english_word(token) for token in tokens]
    for index, following in enumerate(spoken[1:]):
        spoken[index] = _weak(tokens[index].lower(), following) or spoken[index]
    return re.sub(r" (?=[.,:;!?])", "", " ".join(spoken))


def _weak(word: str, following: str) -> str | None:
    vowel = following.lstrip("ˈˌ")[:1] in "AIOWYaeiouæɐɑɔəɛɜɪʊʌ"
    return {"the": "ði" if vowel else "ðə", "to": "tʊ" if vowel else "tə"}.get(word)


def _english_word(word: str) -> str:
    lower = word.lower()
    found = ENGLISH.get(lower) or _dictionary().get(word) or _dictionary().get(lower) or _plural(lower)
    if not found and word.istitle():
        found = _place(lower)
    if not found:
        raise UnknownWord(f"{word!r} is in no dictionary: add it to ENGLISH in sounds/pronounce.py")
    return found


def _plural(word: str) -> str | None:
    """Plural or possessive of a word that the dictionary has."""
    owner = word.rstrip("'")
    stem = _dictionary().get(owner.removesuffix("s").removesuffix("'")) if owner.endswith("s") else None
    if not stem:
        return _dictionary().get(owner)
    return stem + ("ᵻz" if stem[-1] in "szʃʒʧʤ" else "s" if stem[-1] in "ptkfθ" else "z")


@cache
def _dictionary() -> dict[str, str]:
    data = files("misaki") / "data"
    found = {}
    for grade in ("silver", "gold"):  # the better one last
        for word, said in json.loads((data / f"us_{grade}.json").read_text("utf-8")).items():
            found[word] = said["DEFAULT"] if isinstance(said, dict) else said
    return {word: said for word, said in found.items() if said}


def _place(name: str) -> str | None:
    """A name written in pinyin, with the stress on its last syllable."""
    syllables = [syllable for part in name.split("'") for syllable in SYLLABLE.findall(part)]
    if "".join(initial + final for initial, final in syllables) != name.replace("'", ""):
        return None
    sounds = [INITIALS[initial] + "ˌ" + FINALS[final] for initial, final in syllables]
    return "".join(sounds[:-1]).replace("ˌ", "") + sounds[-1].replace("ˌ", "ˈ")
