"""Documents of every kind, as small as they can be, and a case that has one."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from datetime import datetime

from PIL import Image
from sqlalchemy.orm import Session

from hotline.database import Database
from hotline.documents.documents import Document
from hotline.handling import case_documents
from hotline.intake import document_intake
from hotline.people import User
from hotline.registration import submission_documents
from hotline.settings_file import Settings

RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_OFFICE = "application/vnd.openxmlformats-officedocument."
_MAIN = {
    "docx": ("word/document.xml", f"{_OFFICE}wordprocessingml.document.main+xml"),
    "xlsx": ("xl/workbook.xml", f"{_OFFICE}spreadsheetml.sheet.main+xml"),
}


def pdf(objects: str = "", packed: bytes = b"") -> bytes:
    """One empty page; ``objects``: more of them, as text; ``packed``: what an object stream unpacks to."""
    stream = zlib.compress(packed)
    within = (
        f"9 0 obj <</Type /ObjStm /Length {len(stream)}>> stream\n".encode()
        + stream
        + b"\nendstream endobj\n"
    )
    return (
        b"%PDF-1.7\n1 0 obj <</Type /Catalog /Pages 2 0 R>> endobj\n"
        b"2 0 obj <</Type /Pages /Kids [3 0 R] /Count 1>> endobj\n"
        b"3 0 obj <</Type /Page /Parent 2 0 R /MediaBox [0 0 200 200]>> endobj\n"
        + objects.encode()
        + (within if packed else b"")
        + b"trailer <</Root 1 0 R>>\n%%EOF\n"
    )


def picture(kind: str = "JPEG", size: tuple[int, int] = (40, 20), **more: object) -> bytes:
    """Red on the left, blue on the right."""
    drawn = Image.new("RGB", size, "blue")
    drawn.paste("red", (0, 0, size[0] // 2, size[1]))
    file = io.BytesIO()
    drawn.save(file, kind, **more)
    return file.getvalue()


def photograph() -> bytes:
    """A JPEG as a telephone makes it: lying on its side, with its place."""
    about = Image.Exif()
    about[0x0112] = 6  # to be turned by a quarter
    about[0x010F] = "Telephone"
    about.get_ifd(0x8825).update({1: "N", 2: (40.0, 49.0, 12.0), 3: "E", 4: (111.0, 41.0, 0.0)})
    return picture(exif=about)


def png_of(width: int, height: int) -> bytes:
    """A PNG that says it has this size, and holds a line of it."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0" * (1 + 3 * width))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def types_of(part: str, type_: str) -> str:
    return f'<Types><Override PartName="/{part}" ContentType="{type_}"/></Types>'


def office(kind: str = "docx", more: Mapping[str, str | bytes] = {}, main_type: str = "") -> bytes:
    """A Word or Excel file; ``more``: files in it beside the three it needs, or other ones of these."""
    part, type_ = _MAIN[kind]
    files: dict[str, str | bytes] = {
        "[Content_Types].xml": types_of(part, main_type or type_),
        "_rels/.rels": f'<Relationships><Relationship Type="{RELATIONS}/officeDocument" Target="{part}"/>'
        "</Relationships>",
        part: "<document/>",
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (files | dict(more)).items():
            archive.writestr(name, content)
    return file.getvalue()


def wav() -> bytes:
    sound = b"\0\0" * 80
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, 8000, 16000, 2, 16)
    rest = b"WAVE" + form + struct.pack("<4sI", b"data", len(sound)) + sound
    return struct.pack("<4sI", b"RIFF", len(rest)) + rest


def mp3(frames: int = 5) -> bytes:
    """With a tag in front; 128 kbit/s at 44,100 Hz."""
    return b"ID3\x04\0\0\0\0\0\x05abcde" + (b"\xff\xfb\x90\x00" + b"\0" * 413) * frames


def m4a(handler: bytes = b"soun") -> bytes:
    def box(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I4s", 8 + len(content), name) + content

    about = box(b"hdlr", b"\0" * 8 + handler + b"\0" * 12)
    return box(b"ftyp", b"M4A \0\0\0\0") + box(b"moov", about) + box(b"mdat", b"\0" * 32)


def add(
    settings: Settings, db: Database, number: str, user_id: int, now: datetime, content: bytes = b""
) -> str:
    """A document of a case, as a page adds it; its identifier."""
    upload = io.BytesIO(content or pdf())
    with document_intake.stored(upload, settings, db, now) as kept, db.writing() as session:
        document = document_intake.add(session, kept, "", "来信.pdf", user_id, now)
        case_documents.add(session, number, document, session.get_one(User, user_id), now)
        return document.id


def add_to_letter(
    settings: Settings, db: Database, number: str, user_id: int, now: datetime, content: bytes = b""
) -> str:
    """The same of a letter, a visit or an appointment."""
    upload = io.BytesIO(content or pdf())
    with document_intake.stored(upload, settings, db, now) as kept, db.writing() as session:
        document = document_intake.add(session, kept, "", "来信.pdf", user_id, now)
        submission_documents.add(session, number, document, user_id, now)
        return document.id


def row(session: Session, document_id: str) -> Document:
    return session.get_one(Document, document_id)
