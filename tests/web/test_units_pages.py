"""The administrator's pages of units: found, renamed, merged, abolished, and what is said before."""

import pytest
from sqlalchemy import select

from hotline.audit import AuditEntry
from hotline.cases import units
from hotline.cases.unit_changes import UnitChange
from hotline.cases.units import Unit
from tests.web import case_room
from tests.web.office import Office, Visitor, page, user_id

DAY = "2026-11-20"


@pytest.fixture
def admin(office: Office) -> Visitor:
    return office.visitor("admin")


def names(visitor: Visitor, address: str) -> list[str]:
    return [each.get_text() for each in page(visitor, address).select(".unit-list .who > a")]


def unit(office: Office, code: str) -> Unit:
    with office.db.reading() as session:
        return session.get_one(Unit, code)


def test_units_are_found_by_pinyin_and_by_level(office: Office, admin: Visitor) -> None:
    assert len(names(admin, "/units")) == 454
    for search in ("xfj", "shixinfang", "信访接待", "0102", "Petition Bureau Municipal"):
        assert "市信访局" in names(admin, f"/units?search={search}"), search
    assert names(admin, "/units?search=no-such-unit") == []
    assert len(names(admin, "/units?level=township")) == 52
    assert names(admin, "/units?ended=1") == []
    shown = page(admin, "/units?level=subdistrict").select_one(".filters [aria-current]")
    assert shown and shown.get_text(" ", strip=True) == "街道 31"


def test_a_merge_says_what_follows_before_it_is_done(office: Office, admin: Visitor) -> None:
    case_room.staffed(office)
    number = case_room.sent(office, case_room.registered(office, "1795400021.1"))
    page(admin, "/units/0110")
    asked = {"unit_code": "0102", "unit": "市信访局", "day": DAY}
    answer = admin.post("/units/0110/merge", asked)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 200 and "将“市司法局”并入“市信访局”？" in text
    assert '转由承接单位负责的未办结事项</dt><dd class="number">1<' in text and "市法律援助中心" in text
    assert unit(office, "0110").active, "nothing is done before it is confirmed"
    done = admin.post("/units/0110/merge", {**asked, "confirmed": "1"})
    assert done.status_code == 302 and done.headers["Location"] == "/units/0110"
    ended = unit(office, "0110")
    assert (ended.active, ended.successor_code, str(ended.ended_on)) == (False, "0102", DAY)
    with office.db.reading() as session:
        assert units.is_in(session, "0110", "0102")
        [change] = session.scalars(select(UnitChange).where(UnitChange.what == "merge"))
        assert change.by_id == user_id(office, "admin")
        noted = session.scalars(select(AuditEntry).where(AuditEntry.action == "merge unit")).one()
    assert (noted.subject, noted.detail) == ("unit 0110", f"into unit 0102, as of {DAY}")
    shown = page(admin, "/units/0110")
    assert not shown.select("main form") and "市司法局 → 市信访局" in shown.get_text()
    assert "市司法局" in page(admin, "/units/0102").get_text()
    assert names(admin, "/units?ended=1") == ["市司法局"]
    tree = admin.get("/units.json").get_data(as_text=True)
    assert '"0110"' not in tree
    case = office.visitor("chenjing").get(f"/cases/{number}").get_data(as_text=True)
    assert "市司法局" in case, "a case keeps the unit it was given"


def test_a_unit_is_renamed_and_abolished(office: Office, admin: Visitor) -> None:
    page(admin, "/units/0111")
    asked = {"name": "市财政金融局", "name_en": "", "day": DAY}
    assert "将“市财政局”更名？" in admin.post("/units/0111/rename", asked).get_data(as_text=True)
    admin.post("/units/0111/rename", {**asked, "confirmed": "1"})
    assert unit(office, "0111").name_zh == "市财政金融局"
    assert names(admin, "/units?search=市财政局") == ["市财政金融局"], "found by the name it had"
    asked_again = admin.post("/units/0111/abolish", {"day": "2026-11-22"})
    assert "撤销“市财政金融局”？" in asked_again.get_data(as_text=True)
    admin.post("/units/0111/abolish", {"day": "2026-11-22", "confirmed": "1"})
    assert str(unit(office, "0111").ended_on) == "2026-11-22"


@pytest.mark.parametrize(
    ("act", "entered", "field", "said"),
    [
        ("merge", {"unit_code": "0111", "day": DAY}, "unit_code", "单位不能并入自身"),
        ("merge", {"unit_code": "", "day": DAY}, "unit_code", "请从列表中选择并入的单位"),
        ("merge", {"unit_code": "0102", "day": "2999-01-01"}, "merge-day", "日期不能晚于今天"),
        ("abolish", {"day": "soon"}, "abolish-day", "请填写日期"),
        ("rename", {"name": "", "day": DAY}, "rename-name", "请填写新名称"),
        ("rename", {"name": "\x00市信访局", "day": DAY}, "rename-name", "单位 0102 已使用这一名称"),
        ("rename", {"name": "局" * 200, "day": DAY}, "rename-name", "不能超过 100 个字符"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    office: Office, admin: Visitor, act: str, entered: dict[str, str], field: str, said: str
) -> None:
    page(admin, "/units/0111")
    for confirmed in ({}, {"confirmed": "1"}):
        answer = admin.post(f"/units/0111/{act}", {**entered, **confirmed})
        assert answer.status_code == 422
        shown = answer.get_data(as_text=True)
        assert f'id="mistake-{field}"' in shown and said in shown
    with office.db.reading() as session:
        assert not session.scalars(select(UnitChange)).all()


def test_what_stands_in_the_way_is_said_above(office: Office, admin: Visitor) -> None:
    page(admin, "/units/0104")
    answer = admin.post("/units/0104/abolish", {"day": DAY})
    assert answer.status_code == 422 and "还有在用的下级单位" in answer.get_data(as_text=True)
    assert admin.get("/units/none").status_code == 404
    assert admin.post("/units/none/abolish", {"day": DAY}).status_code == 404


def test_in_english(office: Office, admin: Visitor) -> None:
    admin.post("/account/language", {"language": "en"})
    shown = page(admin, "/units/0102").get_text()
    assert "Municipal Petition Bureau" in shown and "What has become of it" in shown
    asked = admin.post("/units/0102/abolish", {"day": DAY}).get_data(as_text=True)
    assert "Abolish Municipal Petition Bureau?" in asked
