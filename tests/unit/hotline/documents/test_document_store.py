"""The store of documents: what lies in it afterwards, whatever is handed in and under whatever name."""

import errno
import io
import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hotline.documents import document_store, names
from hotline.documents.document_store import DRAFTS, NotInStore
from hotline.documents.refusals import CannotKeep
from hotline.durable import sha256
from hotline.refusals import Refused
from tests.kit.documents import pdf, photograph, picture

NOW = datetime(2026, 12, 1, 3, tzinfo=UTC)
MOST = 1 << 20


def keep(folder: Path, content: bytes) -> document_store.StoredDocument:
    return document_store.keep(io.BytesIO(content), folder, MOST, NOW)


def left(folder: Path) -> list[str]:
    return [str(each.relative_to(folder)) for each in folder.rglob("*") if each.is_file()]


def test_a_document_is_kept_as_it_is(tmp_path: Path) -> None:
    kept = keep(tmp_path, pdf())
    path = document_store.path_of(tmp_path, kept.key)
    assert path.read_bytes() == pdf() and stat.S_IMODE(path.stat().st_mode) == 0o440
    assert kept.sha256 == kept.received_sha256 == sha256(path) and kept.size == len(pdf())
    assert list(document_store.keys(tmp_path)) == left(tmp_path) == [kept.key]
    assert keep(tmp_path, pdf()).key != kept.key  # what is handed in twice are two documents


def test_of_a_picture_both_hashes_are_known(tmp_path: Path) -> None:
    kept = keep(tmp_path, photograph())
    path = document_store.path_of(tmp_path, kept.key)
    (tmp_path / "received").write_bytes(photograph())
    assert kept.received_sha256 == sha256(tmp_path / "received") != kept.sha256 == sha256(path)
    assert kept.size == path.stat().st_size and kept.key.endswith(".jpg")


def padded(size: int) -> bytes:
    return pdf().replace(b"%%EOF", b"%" + b" " * (size - len(pdf()) - 2) + b"\n%%EOF")


def test_the_largest_is_taken_and_one_byte_more_is_not(tmp_path: Path) -> None:
    assert keep(tmp_path, padded(MOST)).size == MOST
    with pytest.raises(Refused) as refused:
        keep(tmp_path, padded(MOST + 1))
    assert refused.value.reason is CannotKeep.TOO_LARGE and "1 MB" in refused.value.said("zh")


@pytest.mark.parametrize("content", [b"", b"text", picture()[:-100], padded(MOST + 1)])
def test_what_is_refused_leaves_nothing(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(Refused):
        keep(tmp_path, content)
    assert left(tmp_path) == []


class Breaks(io.BytesIO):
    def read(self, size: int | None = -1, /) -> bytes:
        if self.tell():
            raise ConnectionResetError("the browser is gone")
        return super().read(10)


def test_an_upload_that_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ConnectionResetError):
        document_store.keep(Breaks(pdf()), tmp_path, MOST, NOW)
    assert left(tmp_path) == []


def test_a_full_disk_is_said_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    for _ in range(3):  # as its folders are made, and as it is written
        with pytest.raises(Refused) as refused:
            keep(tmp_path / "new", pdf())
        assert refused.value.reason is CannotKeep.NO_ROOM and left(tmp_path) == []
    assert (tmp_path / "new" / DRAFTS).is_dir()


def test_documents_leave_room_for_calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document_store, "ROOM_FOR_CALLS", 1 << 62)
    with pytest.raises(Refused) as refused:
        keep(tmp_path, pdf())
    assert refused.value.reason is CannotKeep.NO_ROOM and left(tmp_path) == []


def test_drafts_that_were_left_behind_go_after_their_time(tmp_path: Path) -> None:
    kept = keep(tmp_path, pdf())
    old, fresh = (tmp_path / DRAFTS / f"{name}.partial" for name in ("old", "fresh"))
    for path, age in ((old, timedelta(hours=1, seconds=1)), (fresh, timedelta(minutes=59))):
        path.touch()
        os.utime(path, times=(0, (NOW - age).timestamp()))
    assert document_store.sweep(tmp_path, NOW) == 1
    assert sorted(left(tmp_path)) == sorted([kept.key, f"{DRAFTS}/fresh.partial"])


@pytest.mark.parametrize(
    "key",
    ["../../x.pdf", "2026/12/01/x.pdf", f"2026/12/01/{'0' * 32}.exe", f"/2026/12/01/{'0' * 32}.pdf", None],
)
def test_no_other_file_is_ever_reached(tmp_path: Path, key: str) -> None:
    with pytest.raises(NotInStore):
        document_store.path_of(tmp_path, key)


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("来信.pdf", "来信.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\li\\照片.jpg", "照片.jpg"),
        ("folder/", "folder"),
        ("a\u202efdp.exe", "afdp.exe"),
        ("a\0b\r\nc\u200bd\ud800.pdf", "ab cd.pdf"),
        (' "quoted" <b>?*|.pdf', "quoted b.pdf"),
        ("...", ""),
        ("\u202e\u2066", ""),
        ("字" * 300 + ".docx", "字" * 114 + "….docx"),
        ("x" * 300, "x" * 120),
        ("e\u0301", "é"),
    ],
)
def test_names_are_made_harmless(name: str, clean: str) -> None:
    assert names.cleaned(name) == clean and len(clean) <= names.LONGEST


@pytest.mark.parametrize(
    ("title", "saved"),
    [
        ("来信.pdf", "-来信.pdf"),
        ("收入证明", "-收入证明.pdf"),
        ("con", "-_con.pdf"),
        ("", ".pdf"),
        ("照片.jpg", "-照片.jpg.pdf"),
    ],
)
def test_what_it_is_saved_under_has_its_own_ending(title: str, saved: str) -> None:
    assert names.for_saving("2600000012-3", title, "pdf") == f"2600000012-3{saved}"
