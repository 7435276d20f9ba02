"""The step after the password, setting it up, and the office that demands it."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from hotline import sign_ins
from hotline.audit import AuditEntry
from hotline.people import Role, User
from hotline.sections import Web
from hotline.sign_ins import BrowserSession
from tests.kit import desk_sample
from tests.web.office import Office, Visitor, user_id
from tests.web.second_factor import demanding, telephone_of, text
from web.app import create_app
from web.sign_in import browsers, entering

PAGE = "/account/second-factor"
PASSWORD = {"password": desk_sample.PASSWORD}


def give(visitor: Visitor, code: str, **more: str) -> TestResponse:
    visitor.get("/sign-in/code")
    return visitor.post("/sign-in/code", {"code": code, **more})


def actions(office: Office, name: str) -> list[str]:
    with office.db.reading() as session:
        return list(session.scalars(select(AuditEntry.action).where(AuditEntry.subject == f"user {name}")))


def test_the_code_comes_after_the_password(office: Office) -> None:
    telephone, _ = telephone_of(office, "chenjing")
    visitor = office.visitor()
    answer = visitor.sign_in("chenjing", next="/calls")
    assert answer.headers["Location"] == "/sign-in/code?next=/calls"
    cookie = next(each for each in answer.headers.getlist("Set-Cookie") if "hotline_code_8080" in each)
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie
    with office.db.reading() as session:
        assert session.scalars(select(BrowserSession)).all() == []
    for path in ("/queue", "/account", "/account/token", "/live", PAGE, "/people"):
        assert visitor.get(path).status_code == 302, path
    page = text(visitor.get("/sign-in/code?next=/calls"))
    assert 'autocomplete="one-time-code"' in page and 'inputmode="numeric"' in page
    done = give(visitor, telephone.at(office.clock.now), next="/calls")
    assert done.headers["Location"] == "/calls" and visitor.get("/calls").status_code == 200
    assert give(visitor, telephone.at(office.clock.now)).headers["Location"].startswith("/sign-in")
    assert actions(office, "chenjing") == ["password", "sign in"]


def test_the_token_of_the_step_opens_no_page(office: Office) -> None:
    telephone_of(office, "chenjing")
    visitor = office.visitor()
    visitor.sign_in("chenjing")
    token = visitor.client.get_cookie("hotline_code_8080")
    assert token
    visitor.client.set_cookie("hotline_session_8080", token.value)
    assert visitor.get("/queue").status_code == 302


def test_a_wrong_password_is_answered_the_same_with_and_without(office: Office) -> None:
    telephone_of(office, "chenjing")
    with_one, without = (office.visitor().sign_in(name, "wrong") for name in ("chenjing", "liuyang"))
    assert with_one.status_code == without.status_code == 403
    assert not any("hotline_code" in each for each in with_one.headers.getlist("Set-Cookie"))
    assert office.visitor().get("/sign-in/code").headers["Location"].startswith("/sign-in")


def test_five_wrong_codes_lead_back_to_the_password(office: Office) -> None:
    telephone, _ = telephone_of(office, "chenjing")
    visitor = office.visitor()
    visitor.sign_in("chenjing")
    answers = [give(visitor, "000000x").status_code for _ in range(sign_ins.CODES_A_SITTING)]
    assert answers == [403] * 4 + [302]
    assert give(visitor, telephone.at(office.clock.now)).headers["Location"].startswith("/sign-in?")
    assert visitor.get("/queue").status_code == 302
    assert actions(office, "chenjing").count("second factor refused") == 1


def test_passwords_anew_give_no_further_guesses_today(office: Office) -> None:
    telephone, codes = telephone_of(office, "chenjing")
    wrong = telephone.at(office.clock.now - timedelta(hours=2))
    statuses = []
    for _ in range(3):
        visitor = office.visitor()
        visitor.sign_in("chenjing")
        statuses += [give(visitor, wrong).status_code for _ in range(4)]
    assert statuses == [403] * 10 + [429] * 2
    visitor = office.visitor()
    visitor.sign_in("chenjing")
    assert give(visitor, telephone.at(office.clock.now)).status_code == 429
    assert give(visitor, codes[0]).status_code == 302
    assert visitor.get("/queue").status_code == 200


def test_a_code_is_waited_for_a_few_minutes(office: Office) -> None:
    telephone, _ = telephone_of(office, "chenjing")
    visitor = office.visitor()
    visitor.sign_in("chenjing")
    office.clock.forward(minutes=5, seconds=1)
    assert give(visitor, telephone.at(office.clock.now)).headers["Location"].startswith("/sign-in?")
    assert visitor.get("/queue").status_code == 302


@pytest.mark.parametrize("what", ["password", "active", "second-factor/reset", "end-sessions"])
def test_what_the_administrator_does_ends_the_wait(office: Office, what: str) -> None:
    telephone, _ = telephone_of(office, "chenjing")
    visitor, administrator = office.visitor(), office.visitor("admin")
    visitor.sign_in("chenjing")
    chenjing = user_id(office, "chenjing")
    done = administrator.post(f"/people/{chenjing}/{what}", {"confirmed": "1", "active": "0"})
    assert done.status_code in (200, 302)
    assert give(visitor, telephone.at(office.clock.now)).headers["Location"].startswith("/sign-in")
    assert visitor.get("/queue").status_code == 302


@pytest.mark.parametrize("what", ["password", "active", "second-factor/reset", "end-sessions"])
def test_nor_does_a_session_outlast_it_that_begins_at_that_moment(
    office: Office, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    telephone, _ = telephone_of(office, "chenjing")
    visitor, administrator = office.visitor(), office.visitor("admin")
    visitor.sign_in("chenjing")
    chenjing, let_in = user_id(office, "chenjing"), entering.let_in

    def a_moment_later(*args: object, **kwargs: object) -> object:
        form = {"confirmed": "1", "active": "0"}
        with ThreadPoolExecutor(1) as elsewhere:  # this thread is in the middle of another request
            done = elsewhere.submit(administrator.post, f"/people/{chenjing}/{what}", form).result()
        assert done.status_code in (200, 302)
        return let_in(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(entering, "let_in", a_moment_later)
    assert give(visitor, telephone.at(office.clock.now)).status_code == 409
    assert visitor.get("/queue").status_code == 302


def test_setting_it_up(office: Office, clerk: Visitor) -> None:
    elsewhere = office.visitor("liuyang")
    assert clerk.post(PAGE, {"password": "wrong"}).status_code == 422
    assert clerk.post(PAGE, PASSWORD).status_code == 303
    answer = clerk.get(PAGE)
    page = text(answer)
    secret = re.search(r'class="secret">([A-Z2-7 ]+)<', page)
    assert secret and "<svg" in page and "style=" not in page.split("<svg")[1].split("</svg>")[0]
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    telephone = pyotp.TOTP(secret[1].replace(" ", ""))
    assert clerk.post(f"{PAGE}/confirm", {"code": "000000x"}).status_code == 422
    shown = text(clerk.post(f"{PAGE}/confirm", {"code": telephone.at(office.clock.now)}))
    codes = re.findall(r"<li>(\d{5}(?:-\d{5}){3})</li>", shown)
    assert len(codes) == 10 and codes[0] not in text(clerk.get(PAGE))
    assert elsewhere.get("/queue").status_code == 302  # it came with the password alone
    assert clerk.get("/queue").status_code == 200
    visitor = office.visitor()
    visitor.sign_in()
    assert give(visitor, telephone.at(office.clock.now)).status_code == 403  # the code that confirmed it
    assert give(visitor, codes[3]).status_code == 302
    assert "set up second factor" in actions(office, "liuyang")


def test_nothing_is_changed_without_password_and_code(office: Office, clerk: Visitor) -> None:
    telephone, _ = telephone_of(office, "liuyang")
    code = telephone.at(office.clock.now)
    for path in (PAGE, f"{PAGE}/recovery-codes", f"{PAGE}/off"):
        assert clerk.post(path, {"password": "wrong", "code": code}).status_code == 422
        assert clerk.post(path, PASSWORD).status_code == 422
        assert clerk.post(path, PASSWORD | {"code": "000000x"}).status_code == 422
    fresh = clerk.post(f"{PAGE}/recovery-codes", PASSWORD | {"code": code})
    codes = re.findall(r"<li>(\d{5}(?:-\d{5}){3})</li>", text(fresh))
    assert len(codes) == 10
    assert clerk.post(f"{PAGE}/off", PASSWORD | {"code": code}).status_code == 422  # once
    assert clerk.post(f"{PAGE}/off", PASSWORD | {"code": codes[0]}).status_code == 303
    assert office.visitor().sign_in().headers["Location"] == "/"


def test_who_owes_one_is_led_there_and_nowhere_else(office: Office) -> None:
    demanding(office)
    supervisor = office.visitor()
    assert supervisor.sign_in("chenjing").status_code == 302
    for path in ("/queue", "/calls", "/account/sessions", "/live", f"/recordings/{office.ids[0]}"):
        assert supervisor.get(path).headers.get("Location") == PAGE, path
    assert supervisor.post(f"/recordings/{office.ids[0]}/hold").status_code == 403
    assert "请先完成设置" in text(supervisor.get(PAGE))
    supervisor.post(PAGE, PASSWORD)
    secret = re.search(r'class="secret">([A-Z2-7 ]+)<', text(supervisor.get(PAGE)))
    assert secret
    telephone = pyotp.TOTP(secret[1].replace(" ", ""))
    supervisor.post(f"{PAGE}/confirm", {"code": telephone.at(office.clock.now)})
    assert supervisor.get("/queue").status_code == 200
    office.clock.forward(seconds=60)
    off = supervisor.post(f"{PAGE}/off", PASSWORD | {"code": telephone.at(office.clock.now)})
    assert off.status_code == 403
    assert office.visitor("liuyang").get("/queue").status_code == 200  # of clerks none is demanded


def test_the_password_is_changed_before(office: Office) -> None:
    demanding(office)
    with office.db.writing() as session:
        session.scalars(select(User).where(User.name == "admin")).one().must_change = True
    visitor = office.visitor("admin")
    assert visitor.get(PAGE).headers["Location"] == "/account"


def test_a_screen_on_the_wall_has_none(office: Office) -> None:
    with office.db.writing() as session:
        session.scalars(select(User).where(User.name == "liuyang")).one().role = Role.WALLBOARD
    screen = office.visitor("liuyang")
    for path in (PAGE, "/account/sessions"):
        assert screen.get(path).status_code == 403
        assert screen.post(path if path == PAGE else f"{path}/end-others", PASSWORD).status_code == 403


def test_behind_https_cookies_belong_to_this_host_and_nothing_else_is_spoken(office: Office) -> None:
    telephone_of(office, "chenjing")
    settings = office.settings.model_copy(update={"web": Web(secure_cookies=True)})
    app = create_app(settings, office.db, office.clock)
    client = app.test_client()
    page = client.get("/sign-in", base_url="https://desk")
    assert page.headers["Strict-Transport-Security"] == "max-age=31536000"
    token = re.search(r'name="csrf-token" content="([^"]+)"', text(page))
    assert token
    entered = {"csrf_token": token[1], "name": "chenjing", "password": desk_sample.PASSWORD}
    answer = client.post("/sign-in", data=entered, base_url="https://desk")
    cookies = page.headers.getlist("Set-Cookie") + answer.headers.getlist("Set-Cookie")
    names = {each.split("=")[0] for each in cookies}
    assert names == {"__Host-hotline_form_8080", "__Host-hotline_code_8080"}
    for each in cookies:
        assert "Secure" in each and "HttpOnly" in each and "Path=/" in each and "Domain" not in each
    assert "Strict-Transport-Security" not in office.visitor().get("/sign-in").headers


def test_a_session_that_was_there_before_is_not_gone_on_with(office: Office) -> None:
    visitor = office.visitor("liuyang")
    before = visitor.client.get_cookie("hotline_session_8080")
    assert before
    visitor.get("/account")
    visitor.post("/sign-in", {"name": "chenjing", "password": desk_sample.PASSWORD})
    after = visitor.client.get_cookie("hotline_session_8080")
    assert after and after.value != before.value
    thief = office.visitor()
    thief.client.set_cookie("hotline_session_8080", before.value)
    assert thief.get("/queue").status_code == 302


@pytest.mark.parametrize(
    ("said", "short"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; rv:145.0) Gecko/20100101 Firefox/145.0", "Firefox · Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/156.0 Safari/537.36", "Chrome · Linux"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/156.0 Safari/537.36 Edg/156", "Edge · Android"),
        ("curl/8\x00\n" + "x" * 900, "curl/8" + "x" * 34),
        ("", ""),
    ],
)
def test_browsers_in_a_word(said: str, short: str) -> None:
    assert browsers.short(said) == short
