"""Word and Excel files (ECMA-376): no other archive is one, and none holds a program."""

import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from xml.parsers import expat

from hotline.documents.refusals import CannotKeep
from hotline.refusals import Refused

MOST_FILES = 5000
MOST_UNPACKED = 200 << 20
"""Bytes of all files in it; of a document of 20 MiB the pictures are packed already."""
MOST_OF_A_LIST = 2 << 20
"""Bytes of the list of what is in it, and of a list of relations."""
_TYPES, _RELATIONS = "[Content_Types].xml", "_rels/.rels"
_MAIN = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": ("docx", "word/"),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": ("xlsx", "xl/"),
}
"""Type of the part that is the document itself → kind, and the folder it lies in."""
_PROGRAMS = re.compile(
    r"vbaProject|vbaData|/activeX/|/macrosheets/|/dialogsheets/|oleObject|\.(?:exe|dll|js|vbs)$", re.I
)
_PROGRAM_TYPES = re.compile(
    r"macroEnabled|vbaProject|activeX|oleObject|ms-excel\.(?:macrosheet|intlmacrosheet)", re.I
)
_FETCHED_TO_RUN = ("attachedTemplate", "oleObject", "frame")
"""Relations that a program follows by itself when it opens the file."""


def check(path: Path) -> str:
    """Which of the two kinds an archive is. Raises Refused, for ``file``, where it is neither or harmful."""
    try:
        with zipfile.ZipFile(path) as archive:
            return _checked(archive)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        UnicodeError,
        ValueError,
        OverflowError,
    ):
        raise Refused("file", CannotKeep.DAMAGED) from None


def _checked(archive: zipfile.ZipFile) -> str:
    entries = archive.infolist()
    if len(entries) > MOST_FILES or sum(each.file_size for each in entries) > MOST_UNPACKED:
        raise Refused("file", CannotKeep.UNPACKS_TOO_LARGE)
    if any(each.flag_bits & 1 for each in entries):
        raise Refused("file", CannotKeep.LOCKED)
    if any(each.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for each in entries):
        raise Refused("file", CannotKeep.NOT_ACCEPTED)  # no program writes others; their memory has no limit
    names = [each.filename for each in entries]
    if len({name.lower() for name in names}) < len(names) or not {_TYPES, _RELATIONS} <= set(names):
        raise Refused("file", CannotKeep.NOT_ACCEPTED)
    types = _types(archive)
    if any(_PROGRAMS.search(name) for name in names) or any(
        _PROGRAM_TYPES.search(each) for each in types.values()
    ):
        raise Refused("file", CannotKeep.MACROS)
    kind = _kind(types, names)
    _must_fetch_nothing(archive, names)
    if archive.testzip() is not None:
        raise Refused("file", CannotKeep.DAMAGED)
    return kind


def _elements(archive: zipfile.ZipFile, name: str, tags: tuple[str, ...]) -> Iterator[Mapping[str, str]]:
    """The attributes of these elements of a list in the archive.

    Raises Refused where it is too long, declares anything, or is no XML.
    """
    if archive.getinfo(name).file_size > MOST_OF_A_LIST:
        raise Refused("file", CannotKeep.UNPACKS_TOO_LARGE)
    found: list[Mapping[str, str]] = []

    def begins(tag: str, attributes: Mapping[str, str]) -> None:
        if _local(tag) in tags:
            found.append({_local(each): text for each, text in attributes.items()})

    def declares(*_: object) -> None:
        raise Refused("file", CannotKeep.NOT_ACCEPTED)

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.StartDoctypeDeclHandler = begins, declares
    try:
        parser.Parse(archive.read(name), True)
    except expat.ExpatError:
        raise Refused("file", CannotKeep.NOT_ACCEPTED) from None
    yield from found


def _local(name: str) -> str:
    """A name without its namespace."""
    return name.rpartition(" ")[2]


def _types(archive: zipfile.ZipFile) -> Mapping[str, str]:
    """Part, or the ending of parts → its type."""
    found = _elements(archive, _TYPES, ("Override", "Default"))
    return {each.get("PartName") or each.get("Extension", ""): each.get("ContentType", "") for each in found}


def _kind(types: Mapping[str, str], names: Sequence[str]) -> str:
    """By the one part that is the document itself, which has to be there."""
    found = {
        _MAIN[type_]
        for part, type_ in types.items()
        if type_ in _MAIN and part.lstrip("/") in names and part.lstrip("/").startswith(_MAIN[type_][1])
    }
    if len(found) != 1:
        raise Refused("file", CannotKeep.NOT_ACCEPTED)
    return found.pop()[0]


def _must_fetch_nothing(archive: zipfile.ZipFile, names: Sequence[str]) -> None:
    """Raises Refused where opening the file would load something from elsewhere, which may hold macros."""
    for name in names:
        if not name.endswith(".rels"):
            continue
        for relation in _elements(archive, name, ("Relationship",)):
            is_outside = relation.get("TargetMode") == "External"
            if is_outside and relation.get("Type", "").rpartition("/")[2] in _FETCHED_TO_RUN:
                raise Refused("file", CannotKeep.MACROS)
