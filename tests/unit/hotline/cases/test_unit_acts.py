"""Units in time: renamed, merged, abolished, each with a day; and who answers for their cases then."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from hotline import database, settings_file
from hotline.audit import AuditEntry
from hotline.cases import unit_acts, unit_changes, unit_following, unit_import, unit_list, units
from hotline.cases.cases import Case
from hotline.cases.moves import Move
from hotline.cases.unit_changes import Doing
from hotline.cases.unit_refusals import CannotChangeUnit
from hotline.cases.units import Unit, UnitRow
from hotline.commands import main
from hotline.database import Database
from hotline.enquiries import enquiries
from hotline.grants import may
from hotline.handling import case_access
from hotline.people import User
from hotline.refusals import Reason, Refused
from hotline.settings_file import Settings
from hotline.who_may import Act
from tests.kit.one_case import SENT, OneCase

NOW = datetime(2026, 12, 1, 2, tzinfo=UTC)
TODAY, YESTERDAY = date(2026, 12, 1), date(2026, 11, 30)
DOING = Doing(TODAY, TODAY, NOW)
THEN = Doing(YESTERDAY, TODAY, NOW)
TREE = [
    UnitRow("01", None, "市政府"),
    UnitRow("0101", "01", "市商务局", "Commerce", "商业局"),
    UnitRow("010101", "0101", "市商务服务中心"),
    UnitRow("0102", "01", "市文旅局", began_on=YESTERDAY),
    UnitRow("0103", "01", "市粮食局"),
]


@pytest.fixture
def session(either_db: Database) -> Iterator[Session]:
    with either_db.writing() as session:
        units.replace_all(session, TREE)
    opened = either_db.writing()
    begun = opened.__enter__()
    yield begun
    begun.rollback()
    opened.__exit__(None, None, None)


def acts(session: Session, code: str) -> list[tuple[str, str, str, date]]:
    session.flush()
    found = unit_changes.of_unit(session, code)
    return [(str(each.what), each.before, each.after, each.day) for each in found]


def noted(session: Session) -> list[tuple[str, str, str]]:
    session.flush()
    query = select(AuditEntry.action, AuditEntry.subject, AuditEntry.detail)
    return [(each, to, how) for each, to, how in session.execute(query.order_by(AuditEntry.id))]


def test_a_renamed_unit_is_found_by_the_name_it_had(session: Session) -> None:
    unit_acts.rename(session, "0101", "市商务和粮食局", None, THEN)
    unit = session.get_one(Unit, "0101")
    assert (unit.name_zh, unit.name_en, unit.aliases) == ("市商务和粮食局", "Commerce", "商业局;市商务局")
    unit_acts.rename(session, "0101", "市商务和粮食局", "Commerce and Grain", DOING)
    assert acts(session, "0101") == [
        ("rename", "Commerce", "Commerce and Grain", TODAY),
        ("rename", "市商务局", "市商务和粮食局", YESTERDAY),
    ]
    assert noted(session)[0] == ("rename unit", "unit 0101", "市商务局 → 市商务和粮食局, as of 2026-11-30")


def test_what_was_merged_is_answered_for_by_the_last_of_its_successors(session: Session) -> None:
    unit_acts.merge(session, "0101", "0102", THEN)
    unit_acts.merge(session, "0102", "0103", DOING)
    first, second = session.get_one(Unit, "0101"), session.get_one(Unit, "0102")
    assert (first.active, first.ended_on, first.successor_code) == (False, YESTERDAY, "0102")
    assert (second.active, second.ended_on, second.successor_code) == (False, TODAY, "0103")
    last = session.get_one(Unit, "0103")
    assert [units.answering(session, code) for code in ("0101", "0102", "0103")] == [last] * 3
    assert session.get_one(Unit, "010101").parent_code == "0103", "what stood below goes with it"
    assert ("merge", "0101", "0102", YESTERDAY) in acts(session, "0102"), "shown with the successor, too"
    assert set(unit_following.in_care(session, "0103")) == {"0101", "0102", "0103"}
    assert set(units.with_those_below(session, "0103")) == {"0101", "0102", "0103", "010101"}
    assert units.is_in(session, "0101", "0103") and not units.is_in(session, "0103", "0101")
    assert noted(session) == [
        ("merge unit", "unit 0101", "into unit 0102, as of 2026-11-30"),
        ("merge unit", "unit 0102", "into unit 0103, as of 2026-12-01"),
    ]


def test_an_abolished_unit_has_nobody_who_answers(session: Session) -> None:
    unit_acts.abolish(session, "0103", DOING)
    assert units.answering(session, "0103") is None and units.in_force(session) == 4
    assert acts(session, "0103") == [("abolish", "0103", "", TODAY)]
    assert noted(session) == [("abolish unit", "unit 0103", "as of 2026-12-01")]


def test_a_circle_that_somebody_put_in_by_hand_ends(session: Session) -> None:
    for code, successor in (("0101", "0102"), ("0102", "0101")):
        unit = session.get_one(Unit, code)
        unit.active, unit.successor_code = False, successor
    session.flush()
    assert units.answering(session, "0101") is None
    assert not units.is_in(session, "0101", "0103")
    assert unit_following.in_care(session, "0101") == ["0101", "0102"]


def assert_refused(field: str, reason: Reason, act: Callable[[], object]) -> None:
    with pytest.raises(Refused) as caught:
        act()
    assert (caught.value.field, caught.value.reason) == (field, reason)
    for language in ("zh", "en"):
        assert caught.value.said(language)


def test_what_cannot_be_done_is_refused_with_its_reason(session: Session) -> None:
    why = CannotChangeUnit
    later, before = Doing(date(2026, 12, 2), TODAY, NOW), Doing(date(2026, 11, 29), TODAY, NOW)

    def merge(code: str, into: str, doing: Doing = DOING) -> Callable[[], object]:
        return lambda: unit_acts.merge(session, code, into, doing)

    def rename(code: str, name: str, doing: Doing = DOING) -> Callable[[], object]:
        return lambda: unit_acts.rename(session, code, name, None, doing)

    assert_refused("", why.NO_UNIT, merge("09", "01"))
    assert_refused("into", why.NO_SUCCESSOR, merge("0101", "09"))
    assert_refused("into", why.INTO_ITSELF, merge("0101", "0101"))
    assert_refused("into", why.INTO_ONE_BELOW, merge("01", "010101"))
    assert_refused("day", why.IN_THE_FUTURE, merge("0101", "0102", later))
    assert_refused("day", why.SUCCESSOR_LATER, merge("0101", "0102", before))
    assert_refused("day", why.BEFORE_IT_BEGAN, merge("0102", "0101", before))
    assert_refused("name", why.NO_NAME, rename("0101", ""))
    assert_refused("name", why.SAME_NAME, rename("0101", "市商务局"))
    assert_refused("name", why.NAME_TAKEN, rename("0101", "市文旅局"))
    assert_refused("name", why.NAME_TOO_LONG, rename("0101", "局" * 101))
    assert_refused("", why.UNITS_BELOW, lambda: unit_acts.abolish(session, "0101", DOING))
    unit_acts.rename(session, "0103", "市粮食和物资局", None, DOING)
    assert_refused("day", why.BEFORE_ITS_LAST, merge("0103", "0101", THEN))
    unit_acts.merge(session, "0103", "0101", DOING)
    assert_refused("into", why.INTO_ENDED, merge("0102", "0103"))
    assert_refused("", why.ENDED, rename("0103", "别的局"))
    for code in ("0102", "010101", "0101"):
        unit_acts.abolish(session, code, DOING)
    assert_refused("", why.THE_LAST, lambda: unit_acts.abolish(session, "01", DOING))


def test_what_is_missing_in_a_list_is_abolished_as_an_act(session: Session) -> None:
    unit_acts.merge(session, "0103", "0102", THEN)
    rows = [
        UnitRow("01", None, "市政府"),
        UnitRow("0102", "01", "市文旅局", level="city", kind="department"),
        UnitRow("0103", "01", "市粮食和物资局"),
        UnitRow("0104", "0102", "市博物馆"),
    ]
    told = unit_import.changes(session, rows)
    assert [row.code for row in told.abolished] == ["0101", "010101"]
    assert [row.code for row in told.restored] == ["0103"]
    assert [row.code for row in told.added] == ["0104"]
    assert [was.code for was, _ in told.changed] == ["0102"]
    assert unit_import.take(session, rows, DOING) == 4
    for code in ("0101", "010101"):
        ended = session.get_one(Unit, code)
        assert (ended.active, ended.ended_on) == (False, TODAY)
        assert acts(session, code)[0] == ("abolish", code, "", TODAY)
    back = session.get_one(Unit, "0103")
    assert (back.active, back.ended_on, back.successor_code) == (True, None, None)
    assert acts(session, "0103")[0] == ("restore", "0102", "0103", TODAY)
    assert session.get_one(Unit, "0104").began_on == TODAY
    assert session.get_one(Unit, "0102").began_on == YESTERDAY, "what a list does not say stays"
    again = unit_import.changes(session, rows)
    assert (again.added, again.restored, again.changed, again.abolished) == ([], [], [], [])


def test_the_first_list_of_all_is_no_act(either_db: Database) -> None:
    with either_db.writing() as session:
        unit_import.take(session, TREE, DOING)
        assert session.get_one(Unit, "0101").began_on is None
        assert not session.scalars(select(unit_changes.UnitChange)).all()


def test_an_act_is_never_rewritten(either_db: Database) -> None:
    with either_db.writing() as session:
        units.replace_all(session, TREE)
        unit_acts.abolish(session, "0103", DOING)
    for statement in ("UPDATE unit_changes SET day = '2026-01-01'", "DELETE FROM unit_changes"):
        with pytest.raises(DBAPIError, match="never changed"), either_db.writing() as session:
            session.execute(sa.text(statement))


def test_open_cases_come_to_the_successor_and_keep_their_unit(either_db: Database) -> None:
    room = OneCase(either_db).goes(SENT)
    with either_db.writing() as session:
        other = session.get_one(User, room.users["other"])
        case = room.case(session)
        assert not may(other, Act.HANDLE, case_access.subject(session, case))
        assert unit_following.following(session, "0102").open_cases == 1
        unit_acts.merge(session, "0102", "0103", Doing(TODAY, TODAY, NOW))
    with either_db.reading() as session:
        other, case = session.get_one(User, room.users["other"]), room.case(session)
        assert case.unit_code == "0102"
        assert may(other, Act.HANDLE, case_access.subject(session, case))
        seen = select(Case.number).where(case_access.is_seen_by(session, other))
        assert session.scalars(seen).all() == [room.number]
        assert unit_following.open_cases(session, "0103") == 1
        told = enquiries.look_up(session, room.number, "Asia/Shanghai")
        assert told and told.unit_code == "0103", "a caller hears who answers now"
    room.make("other", Move.ACCEPT)


@pytest.fixture
def office(settings: Settings, db: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    """A database that the commands use."""
    monkeypatch.setenv("HOTLINE_STATE_DIR", str(settings.state_dir))
    settings_file.current.cache_clear()
    database.current.cache_clear()
    with db.writing() as session:
        units.replace_all(session, TREE)
    return db


def run(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(main, ["units", *words])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


def test_the_commands_say_what_follows(office: Database) -> None:
    assert run("merge", "0101", "0102", "--on", "2026-11-30", "--dry-run") == (
        0,
        "0101  市商务局: not in force from 2026-11-30 on; open cases: 0, which come to unit 0102.\n"
        "Nothing was changed.\n",
    )
    code, told = run("merge", "0101", "0102", "--json")
    answer = json.loads(told)
    assert (code, answer["successor"], answer["below"], answer["done"]) == (0, "0102", ["010101"], True)
    assert run("rename", "0102", "市文化和旅游局")[1] == "0102  市文化和旅游局: in force; open cases: 0.\n"
    assert "stay without a unit" in run("abolish", "0103")[1]
    code, told = run("merge", "0102", "0103")
    assert code == 1 and "is not in force any more" in told and told.endswith("nothing was changed\n")
    assert run("abolish", "0102", "--on", "1.12.2026")[0] == 2
    assert [each["code"] for each in json.loads(run("list", "--json")[1])] == ["01", "010101", "0102"]
    assert "0101        市商务局  Commerce  (ended " in run("list", "--all")[1]
    assert run("list", "--level", "city") == (0, "")


def test_an_import_for_programs(office: Database, tmp_path: Path) -> None:
    file = tmp_path / "units.csv"
    file.write_text(
        "编码,上级编码,名称,级别,类别,启用日期\n01,,市政府,市级,政府,2020年1月2日\n", encoding="gbk"
    )
    told = json.loads(run("import", str(file), "--dry-run", "--json")[1])
    assert [each["code"] for each in told["abolished"]] == ["0101", "010101", "0102", "0103"]
    assert (told["in_force"], told["done"]) == (5, False)
    assert told["changed"][0]["after"]["began_on"] == "2020-01-02"
    assert json.loads(run("import", str(file), "--yes", "--json")[1])["in_force"] == 1
    with office.reading() as session:
        unit = session.get_one(Unit, "01")
    assert (unit.level, unit.kind, unit.began_on) == ("city", "government", date(2020, 1, 2))
    file.write_text("code,parent,name_zh,from\n01,,市政府,2999-01-01\n")
    code, said = run("import", str(file))
    assert code == 1 and "still to come" in said


def test_the_sample_list_has_the_citys_454_units() -> None:
    rows = unit_list.read(unit_list.SAMPLE.read_bytes())
    kinds = [(row.level, row.kind) for row in rows]
    assert [sum(level == each for level, _ in kinds) for each in ("city", "township", "subdistrict")] == [
        86,
        52,
        31,
    ]
    assert kinds.count(("county", "government")) == 10
    assert kinds.count(("county", "department")) == 275
    assert len(rows) == 454
    assert [row.code for row in rows if (row.level, row.kind) == ("city", "government")] == ["01"]


def test_an_upgrade_says_the_level_of_what_was_there(tmp_path: Path) -> None:
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'hotline.db'}")
    there = {
        "01": (None, "云川市人民政府", "city", "government"),
        "0101": ("01", "市信访局", "city", "department"),
        "0102": ("01", "安澜县人民政府", "county", "government"),
        "010201": ("0102", "安澜县教育局", "county", "department"),
        "010202": ("0102", "安澜县城关街道办事处", "subdistrict", "government"),
        "010203": ("0102", "察罕苏木政府", "township", "government"),
        "02": (None, "供热公司", "", ""),
    }
    with engine.begin() as connection:
        database.migrate(connection, "0020")
        for code, (parent, name, *_) in there.items():
            row = {"code": code, "parent": parent, "name": name}
            connection.execute(sa.text("INSERT INTO units VALUES (:code, :parent, :name, '', '', true)"), row)
        database.migrate(connection)
        found = connection.execute(sa.text("SELECT code, level, kind FROM units ORDER BY code")).all()
    engine.dispose()
    assert {code: (level, kind) for code, level, kind in found} == {
        code: (level, kind) for code, (_, _, level, kind) in there.items()
    }
