"""What is taken as a document, known by what is in it: neither its name nor what a sender calls it counts.

The first bytes say what it is to be, and then it has to be that, to its end: a file that other programs would
take for something else is refused. Of pictures see ``images``, which draws them anew.
"""

import zipfile
from enum import StrEnum
from pathlib import Path

from hotline.documents import audio_files, office_files, pdf_files
from hotline.documents.refusals import CannotKeep
from hotline.refusals import Refused


class DocumentKind(StrEnum):
    """The kinds that are taken; each value is the ending of its file."""

    PDF = "pdf"
    JPEG = "jpg"
    PNG = "png"
    DOCX = "docx"
    XLSX = "xlsx"
    WAV = "wav"
    MP3 = "mp3"
    M4A = "m4a"


MIME = {
    DocumentKind.PDF: "application/pdf",
    DocumentKind.JPEG: "image/jpeg",
    DocumentKind.PNG: "image/png",
    DocumentKind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    DocumentKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    DocumentKind.WAV: "audio/wav",
    DocumentKind.MP3: "audio/mpeg",
    DocumentKind.M4A: "audio/mp4",
}
PICTURES = frozenset({DocumentKind.JPEG, DocumentKind.PNG})
_BEGINS = {
    b"%PDF-": DocumentKind.PDF,
    b"\xff\xd8\xff": DocumentKind.JPEG,
    b"\x89PNG\r\n\x1a\n": DocumentKind.PNG,
}
_ZIP, _OLD_OFFICE, _ID3 = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"ID3"
_APPLE = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1"})


def recognise(path: Path) -> DocumentKind:
    """The kind of a file. Raises Refused, for ``file``, where it is none that is taken."""
    with path.open("rb") as file:
        head = file.read(16)
    if not head:
        raise Refused("file", CannotKeep.EMPTY)
    kind = _begun(path, head)
    if kind is DocumentKind.PDF:
        pdf_files.check(path)
    elif kind is DocumentKind.WAV:
        audio_files.check_wav(path)
    elif kind is DocumentKind.MP3:
        audio_files.check_mp3(path)
    elif kind is DocumentKind.M4A:
        audio_files.check_m4a(path)
    is_stored_as_is = kind not in (*PICTURES, DocumentKind.DOCX, DocumentKind.XLSX)
    if is_stored_as_is and zipfile.is_zipfile(path):  # read from its end, it would be an archive
        raise Refused("file", CannotKeep.TWO_KINDS)
    return kind


def _begun(path: Path, head: bytes) -> DocumentKind:
    """What a file is to be, by how it begins."""
    for begin, kind in _BEGINS.items():
        if head.startswith(begin):
            return kind
    if head.startswith(_ZIP):
        return DocumentKind(office_files.check(path))
    if head.startswith(_OLD_OFFICE):
        raise Refused("file", CannotKeep.OLD_OFFICE)
    if head.startswith(b"RIFF") and head[8:12] == b"WAVE":
        return DocumentKind.WAV
    if head[4:8] == b"ftyp":
        if head[8:12] in _APPLE:
            raise Refused("file", CannotKeep.APPLE_PHOTO)
        return DocumentKind.M4A
    if head.startswith(_ID3) or audio_files.begins_a_frame(head):
        return DocumentKind.MP3
    raise Refused("file", CannotKeep.NOT_ACCEPTED)
