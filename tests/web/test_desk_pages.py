"""Every page: its headers, its texts in both languages, its labels, and what it says of errors."""

import io
import re
from collections import Counter

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from bs4 import BeautifulSoup, Tag

from hotline.settings_file import PROJECT
from tests.web.office import Office, Visitor

PAGES = (
    "/account",
    "/queue",
    "/queue?state=nuisance",
    "/nothing",
    "/recordings/{}",
)
INLINE = re.compile(r"\son\w+=|\sstyle=|<style|javascript:|hx-on")


def pages(office: Office, visitor: Visitor) -> dict[str, BeautifulSoup]:
    found = {path: path.format(office.ids[0]) for path in PAGES}
    found["nothing found"] = visitor.post("/queue", {"search": "谁也没说"}).headers["Location"]
    found |= {f"recording {position}": f"/recordings/{office.ids[position]}" for position in range(6, 11)}
    return {name: BeautifulSoup(visitor.get(path).data, "html.parser") for name, path in found.items()}


def test_the_headers_of_every_answer(office: Office, clerk: Visitor) -> None:
    for path in (
        "/queue",
        "/nothing",
        "/units.json",
        f"/recordings/{office.ids[0]}/audio",
        "/static/desk.css",
    ):
        headers = clerk.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert (
            "unsafe" not in policy and "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
        )
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        kept = {"/units.json": "private, no-cache"}.get(path, "no-store")
        assert path.startswith("/static") or headers["Cache-Control"] == kept


def test_a_nonce_is_new_each_time_and_only_for_styles(office: Office, clerk: Visitor) -> None:
    policies = [
        clerk.get(f"/recordings/{office.ids[0]}").headers["Content-Security-Policy"] for _ in range(2)
    ]
    nonces = [re.findall(r"'nonce-([^']+)'", policy) for policy in policies]
    assert len(nonces[0]) == len(nonces[1]) == 1 and nonces[0] != nonces[1]
    assert "script-src 'self';" in policies[0]
    assert "nonce" not in clerk.get("/queue").headers["Content-Security-Policy"]


def test_nothing_is_inline_and_nothing_comes_from_elsewhere(office: Office, clerk: Visitor) -> None:
    for name, page in pages(office, clerk).items():
        assert not INLINE.search(str(page)), name
        for element in page.select("[src], link[href]"):
            assert str(element.get("src") or element["href"]).startswith("/"), name
        assert all(
            script.get("src") or script["type"] == "application/json" for script in page.select("script")
        )


def test_every_control_has_a_label_and_every_name_is_used_once(office: Office, clerk: Visitor) -> None:
    for name, page in pages(office, clerk).items():
        ids = Counter(str(element["id"]) for element in page.select("[id]"))
        assert not [each for each, count in ids.items() if count > 1], name
        for control in page.select("input:not([type=hidden]), select, textarea, button, a"):
            assert _label(page, control), (name, control)
        assert len(page.select("h1")) == 1 and page.title, name


def _label(page: BeautifulSoup, control: Tag) -> str:
    label = page.select_one(f'label[for="{control.get("id")}"]') or control.find_parent("label")
    own = control if control.name in ("button", "a") else None
    return str(control.get("aria-label") or "") or (label or own or Tag(name="none")).get_text(strip=True)


def chinese() -> Catalog:
    """What is translated, in the words of all and in those of single folders."""
    folders, found = (PROJECT / "web" / "translations", *PROJECT.glob("web/*/translations")), Catalog("zh")
    for folder in folders:
        with (folder / "zh" / "LC_MESSAGES" / "messages.po").open("rb") as file:
            for message in filter(lambda each: each.id, read_po(file, locale="zh")):
                found[message.id] = message
    return found


def test_every_text_is_translated() -> None:
    catalogue = chinese()
    methods = [("**.py", "python"), ("**.html", "jinja2")]
    keywords = dict.fromkeys(("_", "gettext", "lazy_gettext"))
    found = {str(message[2]) for message in extract_from_dir(PROJECT / "web", methods, keywords=keywords)}
    assert len(found) > 180
    missing = [text for text in found if not (message := catalogue.get(text)) or not message.string]
    assert not missing
    assert not {str(message.id) for message in catalogue if message.id} - found, "no longer used"
    assert not [error for message in catalogue for error in message.check(catalogue)]


def test_the_pages_in_chinese_have_no_english_left(office: Office, clerk: Visitor) -> None:
    allowed = re.compile(r"English|vosk|small-cn|Alt|Enter|Esc|Space|liuyang|the engine stopped|\b[A-Zs]\b")
    for name, page in pages(office, clerk).items():
        for unseen in page.select("script, title"):
            unseen.decompose()
        words = re.findall(r"[A-Za-z]{2,}[a-z ]*", allowed.sub("", page.get_text(" ")))
        assert [word for word in words if word.strip() not in ("at",)] == [], name


def test_the_pages_in_english(office: Office, clerk: Visitor) -> None:
    clerk.post("/account/language", {"language": "en"})
    assert "Register as a case" in clerk.get(f"/recordings/{office.ids[0]}").get_data(as_text=True)
    assert clerk.get("/units.json").json[1]["name"] == "Municipal Government Office"  # type: ignore[index]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_before_the_sign_in_the_browser_chooses(office: Office, language: str) -> None:
    page = office.visitor().client.get("/sign-in", headers={"Accept-Language": f"{language}-US,de;q=0.5"})
    assert {"zh": "登录", "en": "Sign in"}[language] in page.get_data(as_text=True)
    assert "Sign in" in office.visitor().client.get("/sign-in?language=en").get_data(as_text=True)
    assert "登录" in office.visitor().client.get("/sign-in").get_data(as_text=True)


def test_errors_say_what_to_do_next(office: Office, clerk: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(office.app.view_functions, "account.show", lambda: str(1 // 0))
    for path, status, sentence in (
        ("/nothing", 404, "请从录音列表中查找"),
        ("/queue/table", 405, "请回到列表"),
        ("/account", 500, "请再试一次"),
    ):
        answer = clerk.post(path) if status == 405 else clerk.get(path)
        page = answer.get_data(as_text=True)
        assert answer.status_code == status and sentence in page and 'href="/"' in page
        assert "Traceback" not in page


def test_a_script_is_told_in_a_sentence(clerk: Visitor) -> None:
    answer = clerk.get("/nothing", headers={"X-Requested-With": "fetch"})
    assert answer.status_code == 404 and "请从录音列表中查找" in answer.json["message"]  # type: ignore[index]


def test_a_request_that_is_too_large_is_refused(office: Office, clerk: Visitor) -> None:
    address = f"/recordings/{office.ids[0]}/register"
    too_much = {"file": (io.BytesIO(b"x" * 300_000), "x.wav")}
    answer = clerk.post(address, too_much, content_type="multipart/form-data")
    assert answer.status_code in (400, 413)


def test_no_text_has_two_translations() -> None:
    """The catalogues of all features are one: of two translations the pages would show either."""
    found: dict[str, set[str]] = {}
    for path in (PROJECT / "web").rglob("translations/zh/LC_MESSAGES/messages.po"):
        with path.open("rb") as file:
            for message in read_po(file, locale="zh"):
                found.setdefault(str(message.id), set()).add(str(message.string))
    assert {text: each for text, each in found.items() if text and len(each) > 1} == {}
