"""Names that files came with, made harmless: shown and offered for saving, and no path of ours."""

import unicodedata

LONGEST = 120
_IN_NO_NAME = frozenset('<>:"|?*')
_OF_WINDOWS = frozenset(
    {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in "123456789")}
)


def cleaned(name: str) -> str:
    """The last part of a name on one line, at most LONGEST characters; empty where nothing is left.

    Without what nobody sees (control characters, marks that turn the direction of text, half of a pair), so
    that a name reads as it is: ``a\\u202efdp.exe`` is shown as ``afdp.exe`` and not as ``aexe.pdf``.
    """
    last = name.replace("\\", "/").rstrip("/").rpartition("/")[2]
    seen = "".join(" " if each.isspace() else each for each in unicodedata.normalize("NFC", last))
    kept = (each for each in seen if each not in _IN_NO_NAME and unicodedata.category(each)[0] != "C")
    return shortened(" ".join("".join(kept).split()).strip(". "))


def shortened(name: str) -> str:
    """A name of at most LONGEST characters; it keeps a short ending, by which people know what it is."""
    if len(name) <= LONGEST:
        return name
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > 10:
        return name[:LONGEST]
    return f"{stem[: LONGEST - len(ending) - 2]}….{ending}"


def for_saving(begin: str, title: str, ending: str) -> str:
    """The name that a browser is to save a document under: ours in front, and the ending that it has."""
    stem = cleaned(title.removesuffix(f".{ending}"))
    if stem.partition(".")[0].lower() in _OF_WINDOWS:
        stem = f"_{stem}"
    return f"{begin}-{stem}.{ending}" if stem else f"{begin}.{ending}"
