"""From the bytes of a list to its text, in whichever encoding a program has written it.

A mark at the beginning tells it; else it is UTF-8, or GBK, which Excel in China calls just "CSV".
"""

import codecs

from hotline.cases.units import UnitsError

SAVE_AS = "in Excel choose “Save as”, then “CSV UTF-8” or “Excel workbook (.xlsx)”, and import that"
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decoded(content: bytes) -> str:
    """The text of a file, without its byte order mark. Raises UnitsError for what is no text."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            try:
                return _whole(content.decode(encoding).removeprefix("\ufeff"))
            except UnicodeDecodeError as problem:
                raise UnitsError(_damaged(encoding, problem)) from None
    if b"\0" in content:
        raise UnitsError(f"this is no text: {SAVE_AS}")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as problem:
        if _is_nearly_utf8(content):
            raise UnitsError(_damaged("utf-8", problem)) from None
        return _as_gb18030(content)


def _whole(text: str) -> str:
    if "\0" in text:
        raise UnitsError(f"this is no text: {SAVE_AS}")
    return text


def _damaged(encoding: str, problem: UnicodeDecodeError) -> str:
    return (
        f"the text is {encoding.upper()}, but damaged from byte {problem.start} on: save or send it once more"
    )


def _is_nearly_utf8(content: bytes) -> bool:
    """Whether a few bytes of UTF-8 were lost; nearly every character of GBK would be."""
    text = content.decode("utf-8", "replace")
    others = sum(not each.isascii() for each in text)
    return text.count("\ufffd") * 4 < others


def _as_gb18030(content: bytes) -> str:
    try:
        return content.decode("gb18030")
    except UnicodeDecodeError:
        raise UnitsError(f"this is text neither in UTF-8 nor in GB 18030: {SAVE_AS}") from None
