"""The administrator's page: users, roles and passwords, closed to everybody else."""

import re

import pytest
from sqlalchemy import select

from hotline.audit import AuditEntry
from hotline.people import Role, User
from hotline.seats.seat_orders import SeatOrder
from hotline.seats.seats import Seat, SeatState
from tests.web.office import Office, Visitor, user_id
from web import orders


@pytest.fixture
def administrator(office: Office) -> Visitor:
    return office.visitor("admin")


def shown_password(page: str) -> str:
    found = re.search(r'class="password">([^<]+)<', page)
    assert found
    return found[1]


@pytest.mark.parametrize("name", ["liuyang", "chenjing"])
def test_only_administrators_come_in(office: Office, name: str) -> None:
    visitor = office.visitor(name)
    assert 'href="/people"' not in visitor.get("/queue").get_data(as_text=True)
    assert visitor.get("/people").status_code == 403
    someone = user_id(office, "admin")
    for path in ("", f"/{someone}/password", f"/{someone}/role", f"/{someone}/active"):
        answer = visitor.post(f"/people{path}", {"name": "x", "role": "administrator"})
        assert answer.status_code == 403 and "请联系值班主管" in answer.get_data(as_text=True)


def test_a_new_user_can_sign_in_with_the_password_shown(office: Office, administrator: Visitor) -> None:
    page = administrator.post("/people", {"name": "Zhao.Min", "full_name": "赵敏", "role": "clerk"})
    password = shown_password(page.get_data(as_text=True))
    assert password not in administrator.get("/people").get_data(as_text=True)
    newcomer = office.visitor()
    assert newcomer.sign_in("zhao.min", password).status_code == 302
    assert newcomer.get("/queue").headers["Location"] == "/account"  # nothing else before an own password
    assert newcomer.post(f"/recordings/{office.ids[0]}/set-aside", {"outcome": "nuisance"}).status_code == 403
    kept = {"current": password, "new": password, "again": password}
    assert newcomer.post("/account/password", kept).status_code == 422
    own = {"new": "zhao-min-at-night", "again": "zhao-min-at-night"}
    assert newcomer.post("/account/password", kept | own).headers["Location"] == "/"
    assert newcomer.get("/queue").status_code == 200
    with office.db.reading() as session:
        actions = session.scalars(
            select(AuditEntry.action).where(AuditEntry.subject == "user zhao.min")
        ).all()
    assert "add user" in actions


@pytest.mark.parametrize("name", ["liuyang", "", "x" * 41, "a b", "<script>"])
def test_names_that_cannot_be(office: Office, administrator: Visitor, name: str) -> None:
    answer = administrator.post("/people", {"name": name, "full_name": "x", "role": "clerk"})
    assert answer.status_code == 422 and 'id="mistake-name"' in answer.get_data(as_text=True)


def test_a_new_password_ends_the_old_sessions(office: Office, administrator: Visitor, clerk: Visitor) -> None:
    address = f"/people/{user_id(office, 'liuyang')}/password"
    asked = administrator.post(address).get_data(as_text=True)
    assert "刘洋" in asked and 'name="confirmed"' in asked and clerk.get("/queue").status_code == 200
    page = administrator.post(address, {"confirmed": "1"}).get_data(as_text=True)
    assert clerk.get("/queue").status_code == 302
    assert office.visitor().sign_in("liuyang", shown_password(page)).status_code == 302


def test_disabling_takes_effect_at_once_and_can_be_undone(
    office: Office, administrator: Visitor, clerk: Visitor
) -> None:
    address = f"/people/{user_id(office, 'liuyang')}/active"
    asked = administrator.post(address, {"active": "0"}).get_data(as_text=True)
    assert 'name="confirmed"' in asked and clerk.get("/queue").status_code == 200
    administrator.post(address, {"active": "0", "confirmed": "1"})
    assert clerk.get("/queue").status_code == 302
    assert office.visitor().sign_in("liuyang").status_code == 403
    administrator.post(address, {"active": "1"})
    assert office.visitor().sign_in("liuyang").status_code == 302


def test_a_role_holds_from_the_next_click(office: Office, administrator: Visitor, clerk: Visitor) -> None:
    address = f"/people/{user_id(office, 'liuyang')}/role"
    assert administrator.post(address, {"role": "emperor"}).status_code == 422
    administrator.post(address, {"role": str(Role.ADMINISTRATOR)})
    assert clerk.get("/people").status_code == 200


@pytest.mark.parametrize("roles", [(Role.WALLBOARD, Role.CLERK), (Role.CLERK, Role.WALLBOARD)])
def test_a_screens_session_ends_with_its_role(
    office: Office, administrator: Visitor, roles: tuple[Role, Role]
) -> None:
    before, after = roles
    with office.db.writing() as session:
        session.scalars(select(User).where(User.name == "liuyang")).one().role = before
    visitor = office.visitor("liuyang")
    address = f"/people/{user_id(office, 'liuyang')}/role"
    administrator.post(address, {"role": str(before)})
    assert visitor.get("/account").status_code == 200
    administrator.post(address, {"role": str(after)})
    assert visitor.get("/account").status_code == 302


def test_administrators_cannot_shut_themselves_out(office: Office, administrator: Visitor) -> None:
    own = user_id(office, "admin")
    assert administrator.post(f"/people/{own}/active", {"active": "0"}).status_code == 403
    assert administrator.post(f"/people/{own}/role", {"role": "clerk"}).status_code == 403
    assert administrator.post("/people/9999/password").status_code == 404


@pytest.mark.parametrize(
    ("what", "form"),
    [("active", {"active": "0", "confirmed": "1"}), ("role", {"role": "wallboard"})],
)
def test_who_may_not_sit_there_any_more_is_signed_out_of_the_seat(
    office: Office, administrator: Visitor, monkeypatch: pytest.MonkeyPatch, what: str, form: dict[str, str]
) -> None:
    monkeypatch.setattr(orders, "PATIENCE_SECONDS", 0.0)
    someone = user_id(office, "liuyang")
    with office.db.writing() as session:
        for name, sitting in (("seat03", someone), ("seat04", user_id(office, "chenjing"))):
            session.add(Seat(name=name, state=SeatState.READY, since=office.clock.now, user_id=sitting))
    administrator.post(f"/people/{someone}/role", {"role": "supervisor"})  # who may sit there goes on
    answer = administrator.post(f"/people/{someone}/{what}", form)
    with office.db.reading() as session:
        [order] = session.scalars(select(SeatOrder))
    assert (order.seat, order.order, order.by_id) == ("seat03", "sign_out", user_id(office, "admin"))
    said = administrator.get(answer.headers["Location"]).get_data(as_text=True)
    assert "该用户所在的座席仍处于签入状态" in said  # here is no exchange
