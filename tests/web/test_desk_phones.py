"""The administrator's page of desk phones: nobody sees a password who has not typed the own one just now."""

import re

import pytest
from sqlalchemy import select

from hotline import audit
from hotline.audit import AuditEntry
from hotline.seats import seat_secrets
from tests.kit.desk_sample import PASSWORD
from tests.web.office import Office, Visitor

SHOW, REPLACE = "/desk-phones/seat01/password", "/desk-phones/seat01/new-password"


@pytest.fixture
def administrator(office: Office) -> Visitor:
    return office.visitor("admin")


def passwords(office: Office) -> dict[str, str]:
    return seat_secrets.passwords(office.settings)


def shown(page: str) -> str:
    found = re.search(r'class="password">([^<]+)<', page)
    return found[1] if found else ""


def noted(office: Office) -> list[tuple[str, str]]:
    with office.db.reading() as session:
        wanted = AuditEntry.action.in_((audit.SHOW_TELEPHONE, audit.REPLACE_TELEPHONE))
        query = select(AuditEntry.action, AuditEntry.subject).where(wanted, AuditEntry.user_id.is_not(None))
        return [(action, subject) for action, subject in session.execute(query)]


def test_the_list_tells_no_password(office: Office, administrator: Visitor) -> None:
    page = administrator.get("/desk-phones").get_data(as_text=True)
    assert "seat01" in page and not any(each in page for each in passwords(office).values())
    assert 'href="/desk-phones"' in administrator.get("/people").get_data(as_text=True)


def test_a_password_is_shown_and_noted(office: Office, administrator: Visitor) -> None:
    asked = administrator.post(SHOW).get_data(as_text=True)
    assert 'name="password"' in asked and passwords(office)["seat01"] not in asked and noted(office) == []
    answer = administrator.post(SHOW, {"password": PASSWORD})
    assert shown(answer.get_data(as_text=True)) == passwords(office)["seat01"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert noted(office) == [(audit.SHOW_TELEPHONE, "seat seat01")]


def test_a_new_password(office: Office, administrator: Visitor) -> None:
    before = passwords(office)
    assert 'name="password"' in administrator.post(REPLACE).get_data(as_text=True)
    assert passwords(office) == before
    new = shown(administrator.post(REPLACE, {"password": PASSWORD}).get_data(as_text=True))
    assert new not in before.values() and passwords(office) == before | {"seat01": new}
    assert noted(office) == [(audit.REPLACE_TELEPHONE, "seat seat01")]


@pytest.mark.parametrize("path", [SHOW, REPLACE])
def test_a_wrong_password_of_ones_own(office: Office, administrator: Visitor, path: str) -> None:
    before = passwords(office)
    answer = administrator.post(path, {"password": PASSWORD + "x"})
    assert answer.status_code == 422 and "现在的密码" in answer.get_data(as_text=True)
    assert passwords(office) == before and noted(office) == []
    assert before["seat01"] not in answer.get_data(as_text=True)


@pytest.mark.parametrize("seat", ["seat00", "seat99", "admin", "%2e%2e"])
def test_no_such_seat(office: Office, administrator: Visitor, seat: str) -> None:
    before = passwords(office)
    for act in ("password", "new-password"):
        answer = administrator.post(f"/desk-phones/{seat}/{act}", {"password": PASSWORD})
        assert answer.status_code == 404
    assert passwords(office) == before


@pytest.mark.parametrize("name", ["liuyang", "chenjing"])
def test_nobody_else(office: Office, name: str) -> None:
    before, visitor = passwords(office), office.visitor(name)
    for path in (SHOW, REPLACE):
        assert visitor.post(path, {"password": PASSWORD}).status_code == 403
        assert visitor.get(path).status_code == 405
    assert visitor.get("/desk-phones").status_code == 403
    assert passwords(office) == before and noted(office) == []


def test_a_file_that_cannot_be_read_is_said(office: Office, administrator: Visitor) -> None:
    passwords(office)
    file = office.settings.state_dir / "secrets" / "seats.json"
    file.write_text("{", encoding="utf-8")
    for path in (SHOW, REPLACE):
        answer = administrator.post(path, {"password": PASSWORD})
        assert answer.status_code == 503 and "无法读取" in answer.get_data(as_text=True)
    assert file.read_text(encoding="utf-8") == "{" and noted(office) == []
