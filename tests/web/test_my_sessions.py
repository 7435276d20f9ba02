"""Where one is signed in: seen, ended, and never older than a session gets."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from hotline import sessions, sign_ins
from hotline.audit import AuditEntry
from hotline.people import Role, User
from hotline.seats.seat_orders import SeatOrder
from hotline.seats.seats import Seat, SeatState
from hotline.sign_ins import SESSION_LASTS, WALLBOARD_LASTS, BrowserSession
from tests.web.office import Office, Visitor, user_id
from web import orders

EVIL = "<script>alert(1)</script>"


@pytest.fixture(autouse=True)
def no_exchange(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(orders, "told", lambda order_id: "")


def session_of(visitor: Visitor) -> str:
    cookie = visitor.client.get_cookie("hotline_session_8080")
    assert cookie
    return sign_ins.hash_of(cookie.value)


def sit(office: Office, visitor: Visitor, name: str = "liuyang") -> None:
    someone = user_id(office, name)
    with office.db.writing() as session:
        row = Seat(name="seat01", state=SeatState.READY, since=office.clock.now, user_id=someone)
        session.add(row)
        sign_ins.sits(session, session_of(visitor), someone, "seat01")


def orders_given(office: Office) -> list[str]:
    with office.db.reading() as session:
        return [str(each.order) for each in session.scalars(select(SeatOrder))]


def test_the_list_says_which_is_which(office: Office) -> None:
    visitor = office.visitor()
    visitor.client.environ_base["HTTP_USER_AGENT"] = EVIL
    visitor.client.environ_base["REMOTE_ADDR"] = "10.0.0.7"
    visitor.sign_in()
    page = visitor.get("/account/sessions").get_data(as_text=True)
    assert EVIL not in page and "&lt;script&gt;" in page and "10.0.0.7" in page
    assert page.count("当前登录") == 1 and "结束其他所有登录" not in page


def test_a_seat_has_the_name_that_it_has_everywhere(office: Office, clerk: Visitor) -> None:
    sit(office, clerk)
    page = clerk.get("/account/sessions").get_data(as_text=True)
    assert "1号座席" in page.replace(" ", "") and "seat01" not in page


def test_one_is_ended_at_once_and_only_ones_own(office: Office, clerk: Visitor, colleague: Visitor) -> None:
    elsewhere = office.visitor("liuyang")
    assert clerk.get("/account/sessions").get_data(as_text=True).count("<li>") == 2
    clerk.post("/account/sessions/end", {"session": session_of(colleague)})
    assert colleague.get("/queue").status_code == 200
    clerk.post("/account/sessions/end", {"session": session_of(clerk)})
    assert clerk.get("/queue").status_code == 200
    ended = session_of(elsewhere)
    clerk.post("/account/sessions/end", {"session": ended})
    assert elsewhere.get("/queue").status_code == 302
    with office.db.reading() as session:
        left = sessions.still_signed_in(
            session, {session_of(clerk), ended}, office.clock.now, timedelta(minutes=30)
        )
        assert left == {session_of(clerk)}  # by this a stream of /live ends
        assert "end session" in session.scalars(select(AuditEntry.action)).all()


def test_all_others_are_ended(office: Office, clerk: Visitor) -> None:
    others = [office.visitor("liuyang") for _ in range(3)]
    assert clerk.post("/account/sessions/end-others").status_code == 303
    assert [each.get("/queue").status_code for each in others] == [302] * 3
    assert clerk.get("/queue").status_code == 200


@pytest.mark.parametrize("how", ["end", "end-others"])
@pytest.mark.parametrize("sits_here", [True, False])
def test_the_seat_is_left_with_its_session(office: Office, clerk: Visitor, how: str, sits_here: bool) -> None:
    elsewhere = office.visitor("liuyang")
    sit(office, clerk if sits_here else elsewhere)
    clerk.post(f"/account/sessions/{how}", {"session": session_of(elsewhere)})
    assert orders_given(office) == ([] if sits_here else ["sign_out"])


@pytest.mark.parametrize("sits_here", [True, False])
def test_a_new_password_leaves_a_seat_that_was_taken_elsewhere(
    office: Office, clerk: Visitor, sits_here: bool
) -> None:
    from tests.kit.desk_sample import PASSWORD

    sit(office, clerk if sits_here else office.visitor("liuyang"))
    new = "violet-harbour-eleven-maps"
    changed = clerk.post("/account/password", {"current": PASSWORD, "new": new, "again": new})
    assert changed.status_code == 302
    assert orders_given(office) == ([] if sits_here else ["sign_out"])


def test_a_busy_session_ends_when_it_is_old(office: Office, clerk: Visitor) -> None:
    for _ in range(round(SESSION_LASTS / timedelta(minutes=20))):
        office.clock.forward(minutes=20)
        assert clerk.get("/queue").status_code == 200
    office.clock.forward(seconds=1)
    assert clerk.get("/queue").status_code == 302


def test_a_screen_stays_longer_but_not_for_good(office: Office) -> None:
    with office.db.writing() as session:
        session.scalars(select(User).where(User.name == "liuyang")).one().role = Role.WALLBOARD
    screen = office.visitor("liuyang")
    for _ in range(WALLBOARD_LASTS // timedelta(days=20)):
        office.clock.forward(days=20)
        assert screen.get("/wallboard").status_code == 200
    office.clock.forward(seconds=1)
    assert screen.get("/wallboard").status_code == 302


@pytest.mark.parametrize("what", ["end-sessions", "second-factor/reset", "password"])
def test_the_administrator_ends_all_of_a_users_sessions(office: Office, clerk: Visitor, what: str) -> None:
    sit(office, clerk)
    administrator, liuyang = office.visitor("admin"), user_id(office, "liuyang")
    asked = administrator.post(f"/people/{liuyang}/{what}")
    assert asked.status_code == 200 and clerk.get("/queue").status_code == 200
    administrator.post(f"/people/{liuyang}/{what}", {"confirmed": "1"})
    assert clerk.get("/queue").status_code == 302
    assert orders_given(office) == ["sign_out"]
    supervisor = office.visitor("chenjing")
    assert supervisor.post(f"/people/{liuyang}/{what}", {"confirmed": "1"}).status_code == 403


def test_the_seat_is_noted_with_its_session(office: Office, clerk: Visitor) -> None:
    sit(office, office.visitor("liuyang"))
    with office.db.writing() as session:
        sign_ins.sits(session, session_of(clerk), user_id(office, "liuyang"), "seat01")
    with office.db.reading() as session:
        held = session.scalars(
            select(BrowserSession.token_hash).where(BrowserSession.sits_at == "seat01")
        ).all()
    assert held == [session_of(clerk)]
