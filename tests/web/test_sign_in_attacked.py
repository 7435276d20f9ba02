"""The sign-in while somebody guesses: known browsers, addresses behind a proxy, weak passwords."""

import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import OperationalError

from hotline import attempts_database, damaged_file, hashing, people, second_factor
from hotline.audit import AuditEntry
from hotline.people import User
from hotline.sections import Web
from hotline.sign_ins import AwaitedCode, BrowserSession
from tests.kit import desk_sample
from tests.web.office import Office, Visitor
from web.address import address
from web.services import Services

ELSEWHERE = "203.0.113.9"


def attack(office: Office, name: str = "liuyang") -> None:
    """Guess from elsewhere until there is nothing more to be had today."""
    attacker = office.visitor()
    for _ in range(70):
        attacker.sign_in(name, "wrong", ELSEWHERE)
        office.clock.forward(minutes=16)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Comparing passwords costs nothing."""
    right = desk_sample.PASSWORD
    monkeypatch.setattr(hashing, "matches", lambda kept, password: bool(kept) and password == right)


@pytest.mark.usefixtures("quick")
def test_a_known_browser_gets_in_from_anywhere_and_an_unknown_one_from_elsewhere(office: Office) -> None:
    mine = office.visitor()
    assert mine.sign_in().status_code == 302
    mine.post("/sign-out")
    attack(office)
    assert office.visitor().sign_in(address=ELSEWHERE).status_code == 429
    assert mine.sign_in(address=ELSEWHERE).status_code == 302
    assert office.visitor().sign_in(address="192.0.2.20").status_code == 302


@pytest.mark.usefixtures("quick")
def test_a_known_browser_is_known_for_its_user_alone(office: Office) -> None:
    mine = office.visitor()
    mine.sign_in()
    mine.post("/sign-out")
    attack(office, "chenjing")
    assert mine.sign_in("chenjing", address=ELSEWHERE).status_code == 429
    cookie = mine.client.get_cookie(f"hotline_known_8080_{user_id(office, 'liuyang')}", path="/sign-in")
    assert cookie and cookie.http_only and cookie.same_site == "Strict"
    mine.client.set_cookie(f"hotline_known_8080_{user_id(office, 'chenjing')}", cookie.value, path="/sign-in")
    assert mine.sign_in("chenjing", address=ELSEWHERE).status_code == 429


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("change", ["password", "age", "forged"])
def test_a_known_browser_is_forgotten(office: Office, change: str) -> None:
    mine = office.visitor()
    mine.sign_in()
    mine.post("/sign-out")
    if change == "password":
        with office.db.writing() as session:
            user = session.scalars(select(User).where(User.name == "liuyang")).one()
            people.set_password(session, user, desk_sample.PASSWORD)
    elif change == "forged":
        name = f"hotline_known_8080_{user_id(office, 'liuyang')}"
        mine.client.set_cookie(name, "WzEsIngiXQ.aaaaaa.bbbbbbbb", path="/sign-in")
    else:
        mine.client.delete_cookie(f"hotline_known_8080_{user_id(office, 'liuyang')}", path="/sign-in")
    attack(office)
    assert mine.sign_in(address=ELSEWHERE).status_code == 429


def user_id(office: Office, name: str) -> int:
    with office.db.reading() as session:
        return session.scalars(select(User.id).where(User.name == name)).one()


@pytest.mark.usefixtures("quick")
def test_administrators_see_who_guesses(office: Office) -> None:
    assert 'class="guessed' not in office.visitor("admin").get("/people").get_data(as_text=True)
    attack(office)
    page = office.visitor("admin").get("/people").get_data(as_text=True)
    assert 'class="guessed' in page and ELSEWHERE in page and "有人在猜密码" in page
    with office.db.reading() as session:
        rows = session.scalars(select(AuditEntry).where(AuditEntry.action == "passwords guessed")).all()
    assert {row.subject for row in rows} >= {"user liuyang"} and ELSEWHERE in rows[0].detail


PROXY = Web(proxies=("192.0.2.0/24",))


@pytest.mark.parametrize(
    ("web", "connection", "said", "visitor"),
    [
        (Web(), "192.0.2.1", "10.0.0.1", "192.0.2.1"),
        (PROXY, "192.0.2.1", "10.0.0.1", "10.0.0.1"),
        (PROXY, "192.0.2.1", "1.2.3.4, 10.0.0.1", "10.0.0.1"),
        (PROXY, "192.0.2.1", "10.0.0.1, 192.0.2.9", "10.0.0.1"),
        (PROXY, "198.51.100.1", "10.0.0.1", "198.51.100.1"),
        (PROXY, "::ffff:192.0.2.1", "2001:db8::1", "2001:db8::1"),
        (PROXY, "192.0.2.1", None, "192.0.2.1"),
        (PROXY, "192.0.2.1", "192.0.2.3", "192.0.2.3"),
    ],
)
def test_who_visits_is_believed_of_a_proxy_alone(
    office: Office, web: Web, connection: str, said: str | None, visitor: str
) -> None:
    office.app.extensions["hotline"] = Services(
        office.settings.model_copy(update={"web": web}), office.db, office.clock
    )
    headers = {"X-Forwarded-For": said} if said else {}
    with office.app.test_request_context(environ_base={"REMOTE_ADDR": connection}, headers=headers):
        assert address() == visitor


def test_while_many_sign_in_one_is_asked_to_come_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hashing, "_waiting", hashing.STRANGERS_WAITING + 1)
    answer = office.visitor().sign_in()
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "5")
    assert "请等几秒钟再试" in answer.get_data(as_text=True)
    monkeypatch.setattr(hashing, "_waiting", hashing.KNOWN_WAITING + 1)
    administrator = office.visitor("admin")
    assert administrator.post("/people", {"name": "new", "role": "clerk"}).status_code == 429


@pytest.mark.parametrize(
    "new", ["aaaaaaaaaa", "liuyang2026", "刘洋刘洋刘洋刘洋", "2391555hotline", "13904718826"]
)
def test_a_guessable_password_is_refused_with_what_to_do(clerk: Visitor, new: str) -> None:
    answer = clerk.post("/account/password", {"current": desk_sample.PASSWORD, "new": new, "again": new})
    said = answer.get_data(as_text=True)
    assert answer.status_code == 422 and ("太容易被猜到" in said or "至少 10 个字符" in said)


@pytest.mark.parametrize("has_second_factor", [False, True])
def test_who_signs_in_without_a_pause_does_not_outlast_a_new_password(
    office: Office, monkeypatch: pytest.MonkeyPatch, has_second_factor: bool
) -> None:
    """The old password is being compared while the administrator gives a new one and ends all sessions."""

    def fits(kept: str | None, _password: str) -> bool:
        with office.db.writing() as session:
            user = session.scalars(select(User).where(User.name == "liuyang")).one()
            people.set_password(session, user, people.PasswordHash("another"), must_change=True)
        return bool(kept)

    monkeypatch.setattr(hashing, "matches", fits)
    monkeypatch.setattr(second_factor, "on_since", lambda *_: office.clock.now if has_second_factor else None)
    assert office.visitor().sign_in().status_code == 409
    with office.db.reading() as session:
        assert not session.scalars(select(BrowserSession)).all()
        assert not session.scalars(select(AwaitedCode)).all()


def test_nobody_chooses_a_password_after_the_administrator_gave_one(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = office.visitor("liuyang")

    def fits(_kept: str | None, _password: str) -> bool:
        with office.db.writing() as session:
            user = session.scalars(select(User).where(User.name == "liuyang")).one()
            people.set_password(session, user, people.PasswordHash("the administrator's"), must_change=True)
        return True

    monkeypatch.setattr(hashing, "matches", fits)
    new = "correct-zebra-lantern-49"
    form = {"current": desk_sample.PASSWORD, "new": new, "again": new}
    assert visitor.post("/account/password", form).status_code == 409
    with office.db.reading() as session:
        kept = session.scalar(select(User.password_hash).where(User.name == "liuyang"))
        assert kept == "the administrator's"
        assert not session.scalars(
            select(BrowserSession).join(User, BrowserSession.user_id == User.id).where(User.name == "liuyang")
        ).all()


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("is_folder", [False, True])
def test_a_damaged_file_of_wrong_passwords_stops_no_page(office: Office, is_folder: bool) -> None:
    file = attempts_database.file_of(office.db)
    assert file
    attempts_database.kept_in(office.db).engine.dispose()
    attempts_database._beside.cache_clear()
    for each in file.parent.glob("sign-ins.db*"):
        each.unlink()
    file.mkdir() if is_folder else file.write_bytes(b"\x07" * 9000)
    assert office.visitor().sign_in(password="wrong").status_code == 403
    assert office.visitor().sign_in().status_code == 302
    for page in ("/people", "/supervision", "/wallboard"):
        assert office.visitor("admin").get(page).status_code == 200
    assert len(list(file.parent.glob("sign-ins.db.damaged-*"))) == 1


@pytest.mark.usefixtures("quick")
def test_where_nothing_can_be_counted_a_known_browser_signs_in_and_all_others_are_told(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(damaged_file, "BUSY_SECONDS", 0.1)
    mine = office.visitor()
    assert mine.sign_in().status_code == 302
    mine.post("/sign-out")
    attempts_database.kept_in(office.db).engine.dispose()
    attempts_database._beside.cache_clear()
    file = attempts_database.file_of(office.db)
    with closing(sqlite3.connect(str(file), isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        answer = office.visitor().sign_in()
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
        assert "请在您登录过的电脑上登录" in answer.get_data(as_text=True)
        assert mine.sign_in(password="wrong").status_code == 403
        assert mine.sign_in().status_code == 302
        assert mine.get("/people").status_code == 403  # a clerk
    assert office.visitor().sign_in().status_code == 302


@pytest.mark.usefixtures("quick")
def test_on_a_full_disk_a_sentence_says_what_to_do(office: Office) -> None:
    """The session itself is written where calls are."""

    def be_full(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA max_page_count = 1")

    visitor = office.visitor()
    event.listen(office.db.engine, "connect", be_full)
    office.db.engine.dispose()
    with office.db.engine.connect() as connection, pytest.raises(OperationalError, match="full"):
        connection.exec_driver_sql("CREATE TABLE more (x)")
    codes = set()
    for _ in range(30):  # until what is left of the last pages is used up
        answer = visitor.sign_in()
        codes.add(answer.status_code)
        visitor = office.visitor()
        if answer.status_code == 503:
            break
    assert codes <= {302, 503} and answer.status_code == 503
    assert "系统目前无法保存内容" in answer.get_data(as_text=True) and answer.headers["Retry-After"]
