"""Signing in: who may see what, how a session ends, and when a name is locked."""

from collections.abc import Iterator
from typing import Any

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select
from werkzeug.routing import Rule

from hotline.people import User
from hotline.sections import Web
from hotline.settings_file import Settings
from hotline.sign_ins import BrowserSession
from tests.kit import desk_sample
from tests.web.office import Office, Visitor
from web.app import create_app
from web.feature import opened
from web.features import FEATURES
from web.sign_in.forms import local_path
from web.sign_in.guard import TO_ALL


def addresses(office: Office) -> Iterator[tuple[str, str, Rule]]:
    """Every address of the application with every method, made up with real identifiers."""
    values: dict[str, Any] = {
        "recording_id": office.ids[0],
        "part_id": "0" * 32,
        "segment_id": 1,
        "user_id": 1,
        "call_id": "1.7",
        "number": "2600000012",
        "submission_number": "2600000012",
        "channel": "letter",
        "document_id": "0" * 32,
        "code": "0110",
        "move": "accept",
        "seat": "seat01",
        "act": "listen",
        "callback_id": 1,
        "order": "hold",
        "note_id": 1,
        "message_id": 1,
        "block_id": 1,
        "filename": "desk.css",
        "form": "block",
        "subject": "-",
        "version": 1,
    }
    for rule in office.app.url_map.iter_rules():
        with office.app.test_request_context():
            path = office.app.url_for(rule.endpoint, **{name: values[name] for name in rule.arguments})
        for method in (rule.methods or set()) - {"OPTIONS", "HEAD"}:
            yield method, path, rule


def test_every_page_but_three_asks_for_a_sign_in(office: Office) -> None:
    visitor = office.visitor()
    visitor.get("/sign-in")
    open_to_all = {endpoint for endpoint, opens in opened(FEATURES).items() if opens in TO_ALL}
    asked = 0
    for method, path, rule in addresses(office):
        if rule.endpoint in open_to_all:
            continue
        answer = visitor.get(path) if method == "GET" else visitor.post(path)
        assert answer.status_code in (302, 401), (method, path)
        assert "/sign-in" in answer.headers.get("Location", "/sign-in")
        asked += 1
    assert asked > 15
    assert {rule.endpoint for *_, rule in addresses(office)} >= open_to_all


def test_every_post_needs_the_form_token(office: Office, clerk: Visitor) -> None:
    clerk.token = "made up"
    for method, path, _ in addresses(office):
        if method == "POST":
            answer = clerk.post(path)
            assert answer.status_code == 400, path
            assert "页面已过期" in answer.get_data(as_text=True)


def test_a_form_that_came_too_late_leads_back_to_its_page(office: Office) -> None:
    visitor = office.visitor()
    visitor.get("/sign-in")
    answer = visitor.post(
        "/nuisance", {"reason": "骚扰"}, headers={"Referer": "http://localhost/nuisance?call=1"}
    )
    assert answer.status_code == 401
    assert 'href="/sign-in?next=/nuisance"' in answer.get_data(as_text=True)


def test_signing_in_leads_to_the_page_that_asked(office: Office) -> None:
    visitor = office.visitor()
    asked = visitor.get(f"/recordings/{office.ids[0]}")
    assert asked.headers["Location"] == f"/sign-in?next=/recordings/{office.ids[0]}"
    answer = visitor.sign_in(next=f"/recordings/{office.ids[0]}")
    assert answer.headers["Location"] == f"/recordings/{office.ids[0]}"


@pytest.mark.parametrize(
    "path", ["//evil.example", "https://evil.example", "/\\evil.example", "", "/\nx", None]
)
def test_a_link_leads_nowhere_else_after_the_sign_in(path: str | None) -> None:
    assert local_path(path) == "/"


def test_the_cookie_is_out_of_reach(office: Office) -> None:
    visitor = office.visitor()
    cookies = visitor.sign_in().headers.getlist("Set-Cookie")
    session = next(each for each in cookies if each.startswith("hotline_session_8080="))
    assert "HttpOnly" in session and "SameSite=Lax" in session and "Secure" not in session
    token = session.split("=", 1)[1].split(";")[0]
    with office.db.reading() as database:
        assert token not in database.scalars(select(BrowserSession.token_hash)).all()


def test_behind_https_cookies_are_secure(office: Office) -> None:
    settings = Settings(state_dir=office.settings.state_dir, web=Web(secure_cookies=True))
    visitor = Visitor(create_app(settings, office.db, office.clock).test_client())
    page = visitor.client.get("/sign-in", base_url="https://desk")
    assert all("Secure" in each for each in page.headers.getlist("Set-Cookie"))


def test_a_wrong_password_and_an_unknown_name_look_the_same(office: Office) -> None:
    visitor = office.visitor()
    known, unknown = visitor.sign_in("liuyang", "wrong"), visitor.sign_in("nobody", "wrong")
    assert known.status_code == unknown.status_code == 403
    said = [
        answer.get_data(as_text=True).split('role="alert">')[1].split("<")[0] for answer in (known, unknown)
    ]
    assert said[0] == said[1] == "用户名或密码不正确，请核对后再试。"


def test_after_five_wrong_passwords_one_waits(office: Office) -> None:
    visitor = office.visitor()
    for _ in range(5):
        assert visitor.sign_in("LiuYang ", "wrong").status_code == 403
    later = visitor.sign_in()
    assert (later.status_code, later.headers["Retry-After"]) == (429, "30")
    assert "请等 1 分钟再试" in later.get_data(as_text=True)
    assert office.visitor().sign_in("chenjing", address="192.0.2.8").status_code == 302
    office.clock.forward(seconds=31)
    assert visitor.sign_in().status_code == 302


def test_the_lock_holds_for_changing_the_password_too(clerk: Visitor) -> None:
    wrong = {"current": "wrong", "new": "a-long-new-password", "again": "a-long-new-password"}
    assert [clerk.post("/account/password", wrong).status_code for _ in range(6)] == [422] * 5 + [429]


def test_a_session_ends_by_idling(office: Office, clerk: Visitor) -> None:
    office.clock.forward(minutes=29)
    assert clerk.get("/queue").status_code == 200
    office.clock.forward(minutes=29)
    assert clerk.get("/queue").status_code == 200
    office.clock.forward(minutes=31)
    assert clerk.get("/queue").headers["Location"].startswith("/sign-in")
    assert "因长时间没有操作" in clerk.get("/sign-in").get_data(as_text=True)
    assert "因长时间没有操作" not in clerk.get("/sign-in").get_data(as_text=True)


def test_what_a_page_asks_by_itself_keeps_nobody_signed_in(office: Office, clerk: Visitor) -> None:
    hold = f"/recordings/{office.ids[0]}/hold"
    for _ in range(6):
        office.clock.forward(minutes=5)
        clerk.get("/queue/table")
        clerk.post(hold)
    office.clock.forward(minutes=1)
    assert clerk.get("/queue/table", headers={"HX-Request": "true"}).status_code == 401


def test_listening_and_typing_count_as_being_there(office: Office, clerk: Visitor) -> None:
    for _ in range(4):
        office.clock.forward(minutes=20)
        assert clerk.post(f"/recordings/{office.ids[0]}/hold", {"active": "1"}).status_code == 200


def test_signing_out_ends_the_session_on_the_server(office: Office, clerk: Visitor) -> None:
    cookie = clerk.client.get_cookie("hotline_session_8080")
    assert cookie
    clerk.post("/sign-out")
    thief = office.visitor()
    thief.client.set_cookie("hotline_session_8080", cookie.value)
    assert thief.get("/queue").status_code == 302


def test_a_deactivated_user_is_out_at_once(office: Office, clerk: Visitor) -> None:
    with office.db.writing() as session:
        session.scalars(select(User).where(User.name == "liuyang")).one().active = False
    assert clerk.get("/queue").status_code == 302


def test_a_new_password_ends_all_other_sessions(office: Office, clerk: Visitor) -> None:
    elsewhere = office.visitor("liuyang")
    new = "another-long-password"
    done = clerk.post("/account/password", {"current": desk_sample.PASSWORD, "new": new, "again": new})
    assert done.status_code == 302
    assert clerk.get("/queue").status_code == 200
    assert elsewhere.get("/queue").status_code == 302
    assert office.visitor().sign_in(password=desk_sample.PASSWORD).status_code == 403
    assert office.visitor().sign_in(password=new).status_code == 302


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"current": "wrong", "new": "long-enough-1", "again": "long-enough-1"}, "这不是您现在的密码"),
        ({"current": desk_sample.PASSWORD, "new": "short", "again": "short"}, "密码至少 10 个字符"),
        (
            {"current": desk_sample.PASSWORD, "new": "long-enough-1", "again": "other"},
            "两次输入的新密码不一致",
        ),
    ],
)
def test_a_password_is_not_changed_by_mistake(clerk: Visitor, form: dict[str, str], sentence: str) -> None:
    answer = clerk.post("/account/password", form)
    assert answer.status_code == 422 and sentence in answer.get_data(as_text=True)


@pytest.mark.parametrize("clicked", [True, False])
def test_the_language_of_the_sign_in_page_goes_on(office: Office, clicked: bool) -> None:
    browser, path = {"Accept-Language": "zh" if clicked else "en-GB"}, "?language=en" if clicked else ""
    visitor = office.visitor()
    form = BeautifulSoup(visitor.get(f"/sign-in{path}", headers=browser).data, "html.parser")
    action = str(form.select_one("form.stack")["action"])  # type: ignore[index]
    entered = {"name": "liuyang", "password": desk_sample.PASSWORD}
    assert visitor.post(action, entered, headers=browser).status_code == 302
    assert '<html lang="en"' in visitor.get("/queue", headers=browser).get_data(as_text=True)
    visitor.post("/account/language", {"language": "zh"}, headers=browser)
    again = office.visitor()
    again.get(action, headers=browser)
    again.post(action, entered, headers=browser)  # what was chosen since stays
    assert '<html lang="zh-CN"' in again.get("/queue", headers=browser).get_data(as_text=True)


def test_the_language_is_kept_on_the_user(office: Office, clerk: Visitor) -> None:
    assert 'lang="zh-CN"' in clerk.get("/queue").get_data(as_text=True)
    clerk.post("/account/language", {"language": "en", "back": "/queue?state=all"})
    page = office.visitor("liuyang").get("/queue").get_data(as_text=True)
    assert 'lang="en"' in page and "Recordings" in page
    assert clerk.post("/account/language", {"language": "../x"}).status_code == 302
    with office.db.reading() as session:
        assert session.scalars(select(User.language).where(User.name == "liuyang")).one() == "en"


def test_health_needs_nobody_and_says_nothing(office: Office) -> None:
    answer = office.visitor().client.get("/health")
    assert (answer.status_code, answer.data) == (200, b"ok\n")
    assert "Set-Cookie" not in answer.headers


def test_health_is_503_without_the_database(office: Office) -> None:
    office.db.engine.dispose()
    (office.settings.state_dir / "hotline.db").unlink()
    assert office.visitor().client.get("/health").status_code == 503


def test_two_instances_share_no_cookie_and_no_key(
    office: Office, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = Settings(state_dir=tmp_path_factory.mktemp("other"), web=Web(port=8081))
    app = create_app(other, office.db)
    assert app.config["SESSION_COOKIE_NAME"] != office.app.config["SESSION_COOKIE_NAME"]
    assert app.secret_key != office.app.secret_key
    key = other.state_dir / "secrets" / "web-session-key"
    assert key.stat().st_mode & 0o777 == 0o600
