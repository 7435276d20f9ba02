"""What is taken as a document, and what its neighbours are told that are not."""

import io
import os
import struct
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotline.documents import kinds, office_files, pdf_files
from hotline.documents.kinds import DocumentKind
from hotline.documents.refusals import CannotKeep
from hotline.refusals import Refused
from tests.kit.documents import RELATIONS, m4a, mp3, office, pdf, picture, types_of, wav

GOOD = {
    DocumentKind.PDF: pdf(),
    DocumentKind.JPEG: picture(),
    DocumentKind.PNG: picture("PNG"),
    DocumentKind.DOCX: office("docx"),
    DocumentKind.XLSX: office("xlsx"),
    DocumentKind.WAV: wav(),
    DocumentKind.MP3: mp3(),
    DocumentKind.M4A: m4a(),
}
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
TEMPLATE = (
    f'<Relationships><Relationship Type="{RELATIONS}/attachedTemplate" TargetMode="External" '
    'Target="http://far.example/m.dotm"/></Relationships>'
)
LINK = TEMPLATE.replace("attachedTemplate", "hyperlink")


def archive(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        for name in names:
            made.writestr(name, "x")
    return file.getvalue()


def flagged(content: bytes) -> bytes:
    """The same archive, which says that its files need a password."""
    at = content.rindex(b"PK\x01\x02")
    return content[: at + 8] + b"\x01" + content[at + 9 :]


def of_many(bits: int, said: int) -> bytes:
    """An archive that says of one of its files that it unpacks to so many bytes."""
    content = office(more={"word/media/1.bin": b"\0" * bits})
    at = content.rindex(b"PK\x01\x02")
    return content[: at + 24] + struct.pack("<I", said) + content[at + 28 :]


HOSTILE = {
    "nothing": (b"", CannotKeep.EMPTY),
    "text": (b"plain text", CannotKeep.NOT_ACCEPTED),
    "a page": (b"<!doctype html><script>alert(1)</script>", CannotKeep.NOT_ACCEPTED),
    "a drawing with scripts": (
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='x'/>",
        CannotKeep.NOT_ACCEPTED,
    ),
    "a program": (b"MZ\x90\0" + b"\0" * 60, CannotKeep.NOT_ACCEPTED),
    "GIF": (b"GIF89a" + b"\0" * 20, CannotKeep.NOT_ACCEPTED),
    "old Word": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504, CannotKeep.OLD_OFFICE),
    "HEIC": (struct.pack(">I", 24) + b"ftypheic" + b"\0" * 12, CannotKeep.APPLE_PHOTO),
    "an archive": (archive("a.txt"), CannotKeep.NOT_ACCEPTED),
    "an archive with the two lists": (archive("[Content_Types].xml", "_rels/.rels"), CannotKeep.NOT_ACCEPTED),
    "PowerPoint": (office(main_type="application/x-slides"), CannotKeep.NOT_ACCEPTED),
    "Word whose part is missing": (
        office(more={"[Content_Types].xml": types_of("word/gone.xml", WORD)}),
        CannotKeep.NOT_ACCEPTED,
    ),
    "entities": (
        office(
            more={"_rels/.rels": "<!DOCTYPE x [<!ENTITY a 'b'>]><x/>", "word/_rels/x.rels": "<!DOCTYPE x>"}
        ),
        CannotKeep.NOT_ACCEPTED,
    ),
    "Word with macros": (office(more={"word/vbaProject.bin": b"x"}), CannotKeep.MACROS),
    "Word that is of the kind with macros": (
        office(main_type="application/vnd.ms-word.document.macroEnabled.main+xml"),
        CannotKeep.MACROS,
    ),
    "Excel 4 macros": (office("xlsx", {"xl/macrosheets/sheet1.xml": "x"}), CannotKeep.MACROS),
    "ActiveX": (office(more={"word/activeX/activeX1.xml": "x"}), CannotKeep.MACROS),
    "a packed program": (office(more={"word/embeddings/oleObject1.bin": b"x"}), CannotKeep.MACROS),
    "a template from elsewhere": (office(more={"word/_rels/settings.xml.rels": TEMPLATE}), CannotKeep.MACROS),
    "a locked archive": (flagged(office()), CannotKeep.LOCKED),
    "half an archive": (office()[:200], CannotKeep.DAMAGED),
    "a zip bomb": (of_many(10, office_files.MOST_UNPACKED + 1), CannotKeep.UNPACKS_TOO_LARGE),
    "an archive that says less than it holds": (of_many(5000, 10), CannotKeep.DAMAGED),
    "half a PDF": (pdf()[:90], CannotKeep.DAMAGED),
    "PDF that is locked": (pdf("7 0 obj <</Encrypt 8 0 R>> endobj\n"), CannotKeep.LOCKED),
    "PDF with a script": (
        pdf("7 0 obj <</S /JavaScript /JS (app.alert(1))>> endobj\n"),
        CannotKeep.PROGRAMS_IN_PDF,
    ),
    "PDF with a script, written otherwise": (
        pdf("7 0 obj <</J#53 (x)>> endobj\n"),
        CannotKeep.PROGRAMS_IN_PDF,
    ),
    "PDF that starts a program": (pdf("7 0 obj <</S /Launch /F (x)>> endobj\n"), CannotKeep.PROGRAMS_IN_PDF),
    "PDF with a script in packed objects": (pdf(packed=b"<</JS (x)>>"), CannotKeep.PROGRAMS_IN_PDF),
    "PDF with a script behind a false stream": (
        pdf("% stream\n7 0 obj <</S /JavaScript>> endobj\n% endstream\n"),
        CannotKeep.PROGRAMS_IN_PDF,
    ),
    "PDF and archive": (pdf() + archive("a.txt"), CannotKeep.TWO_KINDS),
    "sound and archive": (mp3() + archive("a.txt"), CannotKeep.TWO_KINDS),
    "sound that is cut off": (wav()[:-20], CannotKeep.DAMAGED),
    "a single frame": (mp3(1), CannotKeep.DAMAGED),
    "a video": (m4a(b"vide"), CannotKeep.VIDEO),
    "M4A that is cut off": (m4a()[:-10], CannotKeep.DAMAGED),
    "M4A with more behind it": (m4a() + b"<script>", CannotKeep.DAMAGED),
}


def recognised(folder: Path, content: bytes) -> DocumentKind:
    path = folder / os.urandom(4).hex()
    path.write_bytes(content)
    return kinds.recognise(path)


@pytest.mark.parametrize("kind", GOOD)
def test_what_is_taken(tmp_path: Path, kind: DocumentKind) -> None:
    assert recognised(tmp_path, GOOD[kind]) is kind


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_refused(tmp_path: Path, name: str) -> None:
    content, reason = HOSTILE[name]
    with pytest.raises(Refused) as refused:
        recognised(tmp_path, content)
    assert (refused.value.field, refused.value.reason) == ("file", reason)


def test_what_only_looks_like_it_is_taken(tmp_path: Path) -> None:
    """Packed data in which letters happen to stand as names do, words about scripts, links, a line behind."""
    by_accident = "7 0 obj <</Length 9>> stream\n \x01/JS <<\x02\nendstream endobj\n"
    for content in (
        pdf(by_accident),
        pdf("7 0 obj (JavaScript is a word) endobj\n8 0 obj <</JSON 1>> endobj\n"),
        pdf() + b"\n<!-- printed by X -->\n",
    ):
        assert recognised(tmp_path, content) is DocumentKind.PDF
    assert recognised(tmp_path, office(more={"word/_rels/document.xml.rels": LINK})) is DocumentKind.DOCX
    single = office(more={"[Content_Types].xml": WORD_IN_OTHER_WORDS})
    assert recognised(tmp_path, single) is DocumentKind.DOCX


WORD_IN_OTHER_WORDS = (
    "<?xml version='1.0'?><x:Types xmlns:x='y'><x:Override ContentType='application/vnd.openxmlformats-"
    "officedocument.wordprocessingml.document.main+xml' PartName='/word/document.xml'/></x:Types>"
)


def test_what_unpacks_without_end_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_files, "_MOST_UNPACKED", 1 << 16)
    with pytest.raises(Refused) as refused:
        recognised(tmp_path, pdf(packed=b" " * (1 << 20)))
    assert refused.value.reason is CannotKeep.UNPACKS_TOO_LARGE


def test_a_file_of_false_beginnings_takes_no_time(tmp_path: Path) -> None:
    """Looked for one after the other to the end of the file, each of them, it would take hours."""
    assert recognised(tmp_path, pdf("stream\n" * 300_000)) is DocumentKind.PDF


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(kind=st.sampled_from([each for each in GOOD if each not in kinds.PICTURES]), data=st.data())
def test_whatever_is_changed_it_is_taken_or_refused(
    tmp_path: Path, kind: DocumentKind, data: st.DataObject
) -> None:
    content = bytearray(GOOD[kind])
    for _ in range(data.draw(st.integers(0, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    del content[data.draw(st.integers(0, len(content))) :]
    try:
        recognised(tmp_path, bytes(content))
    except Refused as refused:
        assert isinstance(refused.reason, CannotKeep)


@pytest.mark.parametrize(
    "tag", ["<Override " + "a" * 300_000 + "/>", "<Override " * 30_000, "<Types " + "a=" * 99_999]
)
def test_a_list_without_end_is_read_in_a_moment(tmp_path: Path, tag: str) -> None:
    """A time that grows with the square of the length would end no test, and no page."""
    file = tmp_path / "x.docx"
    file.write_bytes(office(more={"[Content_Types].xml": f"<Types>{tag}</Types>"}))
    with pytest.raises(Refused):
        office_files.check(file)


@pytest.mark.parametrize("packed_by", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_an_archive_packed_as_no_office_does(tmp_path: Path, packed_by: int) -> None:
    file = tmp_path / "x.docx"
    file.write_bytes(office())
    with zipfile.ZipFile(file, "a", packed_by) as archive:
        archive.writestr("word/media/image1.png", b"x" * 1000)
    with pytest.raises(Refused) as refused:
        office_files.check(file)
    assert refused.value.reason is CannotKeep.NOT_ACCEPTED
