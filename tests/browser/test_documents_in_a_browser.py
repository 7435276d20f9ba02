"""Documents of a case in a real browser: dropped, chosen by keyboard, refused, looked at."""

import base64
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from hotline.cases.case_entry import CaseEntry
from hotline.cases.cases import Category
from hotline.people import User
from hotline.registration import call_cases
from tests.browser.desk import DeskRoom, Person
from tests.browser.looks import barriers, pictures
from tests.kit import documents
from tests.kit.documents import pdf, photograph
from tests.kit.period_rules import RULES

PICTURES = ("documents-1440-zh",)
SERIAL = count()
SIZES = {"1440": (1440, 900), "phone": (390, 844)}
LONG = "关于团结小区三号楼二次供水水箱长期无人清洗问题的情况说明及全体业主签名" * 2
DROP = """files => {
  const carried = new DataTransfer();
  for (const [name, content] of files) {
    carried.items.add(new File([Uint8Array.from(atob(content), (each) => each.charCodeAt(0))], name));
  }
  for (const kind of ["dragenter", "dragover", "drop"]) {
    document.querySelector(".documents").dispatchEvent(
      new DragEvent(kind, { dataTransfer: carried, bubbles: true, cancelable: true }));
  }
}"""


def registered(desk: DeskRoom) -> str:
    with desk.db.writing() as session:
        by = session.scalars(select(User.id).where(User.name == "liuyang")).one()
        entry = CaseEntry("陶志远", "13904718826", "", Category.UTILITIES, "水箱无人清洗，水有异味。", "0110")
        now = datetime.now(UTC)
        return call_cases.register(session, f"1795400089.{next(SERIAL)}", entry, now, by, now, RULES).number


def dropped(page: Page, *files: tuple[str, bytes]) -> None:
    page.evaluate(DROP, [[name, base64.b64encode(content).decode()] for name, content in files])


def large(size: int) -> bytes:
    """A PDF that the server collects on its disk."""
    return pdf().replace(b"%%EOF", b"%" + b" " * size + b"\n%%EOF")


def test_dropped_and_chosen(desk: DeskRoom, people: Callable[..., Person], tmp_path: Path) -> None:
    clerk = people("liuyang")
    page = clerk.open(f"/cases/{registered(desk)}")
    dropped(page, ("水箱照片.jpg", photograph()), ("说明.txt", b"text"), ("来信.pdf", large(3 << 20)))
    uploads, files = page.locator("#uploads > li"), page.locator("#files > li")
    expect(uploads.nth(0)).to_contain_text("已添加")
    expect(uploads.nth(1)).to_contain_text("不接收这种文件")
    expect(uploads.nth(2)).to_contain_text("已添加")
    expect(files).to_have_count(2)
    expect(files.nth(0)).to_contain_text("来信.pdf")
    expect(page.locator(".events > li")).to_have_count(3)
    with page.expect_popup() as opened:
        files.nth(1).get_by_role("link", name="水箱照片.jpg", exact=True).click()
    expect(opened.value.locator("img")).to_be_visible()
    assert opened.value.evaluate("document.images[0].naturalHeight") == 40
    (tmp_path / "scan.pdf").write_bytes(pdf())
    page.get_by_label("添加材料").set_input_files(tmp_path / "scan.pdf")
    page.get_by_label("材料名称").fill("工资条")
    page.keyboard.press("Enter")
    expect(files).to_have_count(3)
    expect(files.nth(0)).to_contain_text("工资条")
    with page.expect_download() as saved:
        files.nth(0).get_by_role("link", name="下载“工资条”").click()
    assert saved.value.suggested_filename.endswith("-工资条.pdf")
    assert Path(saved.value.path()).read_bytes() == pdf()


def test_what_is_too_large_is_told_at_once(desk: DeskRoom, people: Callable[..., Person]) -> None:
    page = people("liuyang").open(f"/cases/{registered(desk)}")
    dropped(page, ("大.pdf", large(21 << 20)))
    expect(page.locator("#uploads .mistake")).to_contain_text("文件超过 20 MB")


def test_a_connection_that_breaks_is_told_and_tried_again(
    desk: DeskRoom, people: Callable[..., Person]
) -> None:
    clerk = people("liuyang")
    clerk.expected += ("net::ERR",)
    page = clerk.open(f"/cases/{registered(desk)}")
    page.route("**/documents", lambda route: route.abort())
    dropped(page, ("来信.pdf", pdf()))
    expect(page.locator("#uploads .mistake")).to_contain_text("连接已中断")
    page.unroute("**/documents")
    page.get_by_role("button", name="重新上传").click()
    expect(page.locator("#files > li:not(.none)")).to_have_count(1)


def test_without_scripts(desk: DeskRoom, people: Callable[..., Person], tmp_path: Path) -> None:
    number = registered(desk)
    page = people("liuyang", java_script_enabled=False).open(f"/cases/{number}")
    for name, content in (("a.pdf", pdf()), ("b.jpg", photograph())):
        (tmp_path / name).write_bytes(content)
    page.get_by_label("添加材料").set_input_files([tmp_path / "a.pdf", tmp_path / "b.jpg"])
    page.get_by_role("button", name="添加", exact=True).click()
    expect(page.locator("#files > li")).to_have_count(2)
    expect(page.locator(".notice")).to_contain_text("已添加")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", SIZES)
def test_how_it_looks(
    desk: DeskRoom, people: Callable[..., Person], tmp_path: Path, size: str, language: str
) -> None:
    width, height = SIZES[size]
    clerk = people("liuyang", viewport={"width": width, "height": height}, locale=language)
    page = clerk.open(f"/cases/{registered(desk)}")
    dropped(
        page,
        *(
            ("水箱照片.jpg", photograph()),
            (f"{LONG}.pdf", pdf()),
            ("业主名单.xlsx", documents.office("xlsx")),
        ),
        *(("通话录音.mp3", documents.mp3()), ("视频.m4a", documents.m4a(b"vide"))),
    )
    expect(page.locator("#files > li")).to_have_count(4)
    name = f"documents-{size}-{language}"
    page.screenshot(path=pictures(name, tmp_path, wanted_ones=PICTURES) / f"{name}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert barriers(clerk) == []
