"""The documents on the page of a case: adding them, and how they are handed out."""

import errno
import io
import os
import subprocess
from contextlib import suppress
from http.client import HTTPConnection, HTTPResponse
from typing import Any

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select
from werkzeug.test import TestResponse

from hotline.audit import AuditEntry
from hotline.documents import document_store
from hotline.documents.documents import Document
from hotline.sections import Documents
from tests.kit import documents
from tests.kit.documents import office as office_file
from tests.kit.documents import pdf, photograph
from tests.web import case_room
from tests.web.office import Office, Visitor, page, user_id
from web import uploads
from web.services import Services

SCRIPT = {"X-Requested-With": "fetch"}


@pytest.fixture
def number(office: Office) -> str:
    """A case that an officer's unit has."""
    case_room.staffed(office)
    return case_room.in_every_hand(office)["with-unit"]


def send(
    visitor: Visitor, number: str, *files: tuple[str, bytes], title: str = "", **more: Any
) -> TestResponse:
    visitor.get(f"/cases/{number}")
    content = {"title": title, "file": [(io.BytesIO(content), name) for name, content in files]}
    return visitor.post(f"/cases/{number}/documents", content, content_type="multipart/form-data", **more)


def listed(visitor: Visitor, number: str) -> list[str]:
    found = page(visitor, f"/cases/{number}").select(".files li:not(.none) div")
    return [" ".join(each.get_text(" ", strip=True).split()) for each in found]


def address(office: Office, number: str, content: bytes = b"") -> str:
    by, now = user_id(office, "chenjing"), office.clock.now
    return f"/cases/{number}/documents/" + documents.add(office.settings, office.db, number, by, now, content)


def kept(office: Office) -> list[str]:
    return list(document_store.keys(office.settings.documents_dir))


def test_a_form_without_scripts_adds_several(office: Office, number: str) -> None:
    officer = office.visitor("officer")
    answer = send(officer, number, ("来信.pdf", pdf()), ("照片.jpg", photograph()))
    assert answer.status_code == 303 and answer.headers["Location"].endswith(f"/cases/{number}#documents")
    photo, letter = listed(officer, number)
    assert photo.startswith("照片.jpg 图片（JPEG） · 1 KB · 何志强 · 20") and letter.startswith(
        "来信.pdf PDF · 1 KB"
    )
    history = page(office.visitor("liuyang"), f"/cases/{number}").select_one(".events li")
    assert history and history.get_text(" ", strip=True).startswith("添加材料 照片.jpg")


def test_a_single_one_is_called_as_the_clerk_says(office: Office, number: str) -> None:
    clerk = office.visitor("liuyang")
    assert send(clerk, number, ("scan001.pdf", pdf()), title=" 工资\u202e条/收据 ").status_code == 303
    assert listed(clerk, number)[0].startswith("工资条／收据 PDF")


def test_each_refusal_is_a_sentence_and_the_others_are_added(office: Office, number: str) -> None:
    clerk = office.visitor("liuyang")
    answer = send(clerk, number, ("好.pdf", pdf()), ("坏.pdf", b"x"), ("宏.docx", MACROS), ("", b""))
    found = BeautifulSoup(answer.data, "html.parser")
    said = [each.get_text() for each in found.select(".documents .mistake")]
    assert answer.status_code == 422 and len(kept(office)) == 1 == len(listed(clerk, number))
    assert (
        said[0].startswith("坏.pdf: 不接收这种文件")
        and said[1].startswith("宏.docx: 文件含有宏")
        and len(said) == 2
    )
    assert "请先选择文件" in send(clerk, number).get_data(as_text=True)


MACROS = office_file(more={"word/vbaProject.bin": b"x"})


def test_a_script_gets_the_list_or_a_sentence(office: Office, number: str) -> None:
    clerk = office.visitor("liuyang")
    told = BeautifulSoup(send(clerk, number, ("a.pdf", pdf()), headers=SCRIPT).data, "html.parser")
    assert [len(told.select(each)) for each in ("#files > li", ".events > li", "html")] == [1, 3, 0]
    refused = send(clerk, number, ("a.pdf", b"x"), headers=SCRIPT)
    assert refused.status_code == 422 and "不接收这种文件" in refused.get_json()["message"]


def test_how_large_a_file_may_be_is_a_setting(office: Office, number: str) -> None:
    settings = office.settings.model_copy(update={"documents": Documents(most_megabytes=1)})
    office.app.extensions["hotline"] = Services(settings, office.db, office.clock)
    clerk, one = office.visitor("liuyang"), pdf().replace(b"%%EOF", b"%" + b" " * (1 << 20) + b"\n%%EOF")
    answer = send(clerk, number, ("a.pdf", one), headers=SCRIPT)
    assert answer.status_code == 422 and "文件超过 1 MB" in answer.get_json()["message"]
    both = send(clerk, number, ("a.pdf", one), ("b.pdf", one), ("c.pdf", one))
    assert (
        both.status_code == 413 and "请返回后逐个添加" in both.get_data(as_text=True) and kept(office) == []
    )


def test_nobody_else_may_send_as_much(office: Office, number: str) -> None:
    stranger, clerk = office.visitor(), office.visitor("liuyang")
    stranger.get("/sign-in")
    answer = send(stranger, number, ("a.pdf", pdf() * 2000))
    assert answer.status_code == 401 and kept(office) == []
    clerk.get(f"/cases/{number}")
    large = {"file": (io.BytesIO(b"x" * 300_000), "x")}
    other = clerk.post(f"/cases/{number}/moves/dispatch", large, content_type="multipart/form-data")
    assert other.status_code in (400, 413)


def test_a_full_disk_is_said(office: Office, number: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document_store, "ROOM_FOR_CALLS", 1 << 62)
    answer = send(office.visitor("liuyang"), number, ("a.pdf", pdf()))
    assert (
        answer.status_code == 422 and "磁盘空间不足" in answer.get_data(as_text=True) and kept(office) == []
    )


def test_a_disk_that_is_full_before_anything_is_kept_is_said(
    office: Office, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(uploads, "TemporaryFile", full)
    clerk = office.visitor("liuyang")
    answer = send(clerk, number, ("a.pdf", pdf()))
    assert answer.status_code == 507 and "磁盘空间不足" in answer.get_data(as_text=True)
    told = send(clerk, number, ("a.pdf", pdf()), headers=SCRIPT)
    assert told.status_code == 507 and "磁盘空间不足" in told.get_json()["message"] and kept(office) == []


def test_who_only_reads_is_offered_no_form(office: Office, number: str) -> None:
    address(office, number)
    for name, is_offered in (("leader", False), ("officer", True), ("liuyang", True), ("chenjing", True)):
        shown = page(office.visitor(name), f"/cases/{number}")
        assert bool(shown.select("#add-documents")) == is_offered, name
        assert len(shown.select(".files a.button")) == 1, name


def test_it_is_handed_out_so_that_it_does_nothing(office: Office, number: str) -> None:
    officer = office.visitor("officer")
    for content, mime, is_shown in (
        (pdf(), "application/pdf", True),
        (photograph(), "image/jpeg", True),
        (documents.picture("PNG"), "image/png", True),
        (office_file(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document", False),
        (documents.mp3(), "audio/mpeg", False),
    ):
        place = address(office, number, content)
        for query, is_saved in (("", not is_shown), ("?save=1", True)):
            answer = officer.get(place + query)
            assert (answer.status_code, answer.mimetype) == (200, mime)
            policy = answer.headers["Content-Security-Policy"]
            assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
            assert policy.endswith("; sandbox") != (mime == "application/pdf" and not is_saved)
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Cache-Control"] == "no-store"
            said = answer.headers["Content-Disposition"]
            assert said.startswith("attachment" if is_saved else "inline") and f"{number}-" in said
            assert "filename*=UTF-8''" in said and answer.headers["Accept-Ranges"] == "bytes"
            answer.close()


def test_a_range_of_it_is_handed_out(office: Office, number: str) -> None:
    officer, place = office.visitor("officer"), address(office, number, documents.mp3())
    part = officer.get(place, headers={"Range": "bytes=2-5"})
    assert (part.status_code, part.data) == (206, documents.mp3()[2:6])
    assert officer.get(place, headers={"Range": "bytes=0-1,4-5"}).data == documents.mp3()
    assert officer.get(place, headers={"Range": "bytes=999999-"}).status_code == 416


def test_that_it_was_opened_is_noted_once(office: Office, number: str) -> None:
    officer, place = office.visitor("officer"), address(office, number)
    for _ in range(3):
        officer.get(place).close()
    subject = f"document {place.rpartition('/')[2]}"
    with office.db.reading() as session:
        noted = select(AuditEntry.action).where(AuditEntry.subject == subject).order_by(AuditEntry.id)
        assert session.scalars(noted).all() == ["keep", "open"]


@pytest.mark.parametrize("name", ["x", "0" * 32, "%00", "..%2f..%2fhotline.db", "9" * 3000])
def test_what_is_no_document_is_not_found(office: Office, number: str, name: str) -> None:
    assert office.visitor("officer").get(f"/cases/{number}/documents/{name}").status_code == 404


def test_the_document_of_another_case_is_not_found_under_ones_own(office: Office, number: str) -> None:
    own = case_room.registered(office, "1795400900.1")
    place = address(office, own).rpartition("/")[2]
    assert office.visitor("officer").get(f"/cases/{number}/documents/{place}").status_code == 404
    assert office.visitor("officer").get(f"/cases/{own}/documents/{place}").status_code == 404
    assert office.visitor("liuyang").get(f"/cases/{own}/documents/{place}").status_code == 200


def test_one_that_retention_has_deleted_is_named_and_gone(office: Office, number: str) -> None:
    officer, place = office.visitor("officer"), address(office, number)
    with office.db.writing() as session:
        row = session.get_one(Document, place.rpartition("/")[2])
        row.title = row.original_name = ""
        row.erased_at = office.clock.now
    assert "保存期限已过，已删除" in listed(officer, number)[0] and "来信.pdf" in listed(officer, number)[0]
    answer = officer.get(place)
    assert answer.status_code == 410 and "材料已删除" in answer.get_data(as_text=True)


def test_a_name_is_shown_as_text(office: Office, number: str) -> None:
    clerk = office.visitor("liuyang")
    send(clerk, number, ("<img src=x onerror=alert(1)>.pdf", pdf()))
    assert page(clerk, f"/cases/{number}").select(".files img") == []
    assert listed(clerk, number)[0].startswith("img src=x onerror=alert(1).pdf")


def test_through_the_server_itself(server: tuple["subprocess.Popen[bytes]", str, str]) -> None:
    """What it collects on the disk reaches the application whole; what is too large does not come in."""
    _, place, cookie = server
    answer = asked(place, "GET", "/account", cookie)
    token = str(BeautifulSoup(answer.read(), "html.parser").select_one("meta[name=csrf-token]")["content"])  # type: ignore[index]
    cookies = f"{cookie}; {answer.headers['Set-Cookie'].partition(';')[0]}"
    to, body = "/cases/2600000012/documents", form_of(3 << 20, token)
    assert asked(place, "POST", to, cookies, body).status == 404  # there is no such case; the token was right
    assert asked(place, "POST", to, cookies, body, len(body) + (200 << 20)).status == 413
    assert asked(place, "POST", "/cases/2600000012/moves/reply", cookies, body).status == 413


def asked(place: str, method: str, path: str, cookies: str, body: bytes = b"", said: int = 0) -> HTTPResponse:
    connection = HTTPConnection(place.removeprefix("http://").rstrip("/"), timeout=60)
    connection.putrequest(method, path)
    connection.putheader("Cookie", cookies)
    connection.putheader("Content-Type", f"multipart/form-data; boundary={BOUNDARY}")
    connection.putheader("Content-Length", str(said or len(body)))
    connection.endheaders()
    with suppress(ConnectionError):  # it has answered before all was sent
        connection.send(body)
    return connection.getresponse()


BOUNDARY = "a-boundary"


def form_of(size: int, token: str) -> bytes:
    """A form with a file, and the token behind it."""
    head = "Content-Disposition: form-data; name="
    file = f'--{BOUNDARY}\r\n{head}"file"; filename="a.pdf"\r\n\r\n'.encode() + b"x" * size
    return file + f'\r\n--{BOUNDARY}\r\n{head}"csrf_token"\r\n\r\n{token}\r\n--{BOUNDARY}--\r\n'.encode()
