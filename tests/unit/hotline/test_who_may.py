"""The table of who may what, and the question that is asked of it."""

import json
from collections.abc import Collection
from dataclasses import dataclass

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from hotline import people
from hotline.commands import main
from hotline.database import Database
from hotline.grants import By, may, those_who_may
from hotline.people import OF_A_UNIT, Grant, PasswordHash, Role, User
from hotline.who_may import ROLE_NAMES, WHO_MAY, Act, Reach

ME, SOMEBODY = 1, 2
ALL, OWN, NO = (True, True), (False, True), (False, False)
"""Whether something may be done to what is somebody else's, and to what is one's own."""

ANSWERS = {
    # the table once more, as the office reads it:
    # wallboard, clerk, supervisor, administrator, unit officer, unit head, leader
    Act.SEE_WALLBOARD: (ALL, ALL, ALL, ALL, NO, NO, NO),
    Act.USE_DESK: (NO, ALL, ALL, ALL, ALL, ALL, ALL),
    Act.SCREEN: (NO, ALL, ALL, ALL, NO, NO, NO),
    Act.ENTER: (NO, ALL, ALL, ALL, NO, NO, NO),
    Act.SIT: (NO, ALL, ALL, ALL, NO, NO, NO),
    Act.OPEN: (NO, OWN, ALL, ALL, NO, NO, NO),
    Act.UNDO: (NO, OWN, ALL, ALL, NO, NO, NO),
    Act.TAKE_BACK_NOTE: (NO, OWN, ALL, ALL, NO, NO, NO),
    Act.SEE_UNFINISHED: (NO, OWN, ALL, ALL, NO, NO, NO),
    Act.READ_NUMBERS: (NO, NO, ALL, ALL, NO, NO, NO),
    Act.REVEAL_NUMBER: (NO, NO, ALL, ALL, NO, NO, NO),
    Act.DOWNLOAD: (NO, NO, ALL, ALL, NO, NO, NO),
    Act.WATCH_LINE: (NO, NO, ALL, ALL, NO, NO, NO),
    Act.SUPERVISE: (NO, NO, ALL, ALL, NO, NO, NO),
    Act.SET_LINE: (NO, NO, ALL, ALL, NO, NO, NO),
    Act.SET_CALENDAR: (NO, NO, ALL, ALL, NO, NO, NO),
    Act.SEE_CALLS: (NO, NO, ALL, ALL, NO, NO, NO),
    Act.SEE_CASES: (NO, OWN, ALL, ALL, ALL, ALL, ALL),
    Act.DISPATCH: (NO, OWN, ALL, ALL, NO, NO, NO),
    Act.HANDLE: (NO, NO, NO, NO, ALL, ALL, NO),
    Act.EXTEND: (NO, NO, NO, NO, NO, ALL, NO),
    Act.ADD_DOCUMENT: (NO, OWN, ALL, ALL, ALL, ALL, NO),
    Act.CALL_BACK: (NO, NO, ALL, ALL, NO, NO, NO),
    Act.BLOCK: (NO, NO, ALL, ALL, NO, NO, NO),
    Act.SEE_REPORTS: (NO, NO, ALL, ALL, NO, NO, NO),
    Act.KEEP: (NO, NO, NO, ALL, NO, NO, NO),
    Act.MANAGE_PEOPLE: (NO, NO, NO, ALL, NO, NO, NO),
    Act.DESK_PHONES: (NO, NO, NO, ALL, NO, NO, NO),
    Act.READ_AUDIT: (NO, NO, NO, ALL, NO, NO, NO),
}


@dataclass(frozen=True)
class Somebody:
    """A user with any grants."""

    grants: Collection[Grant]
    id: int = ME


@dataclass(frozen=True)
class OfUnit:
    """Something that is a unit's business."""

    unit: str

    def belongs_to(self, user_id: int) -> bool:
        return False

    def lies_in(self, unit: str) -> bool:
        return unit == self.unit


def test_the_table_answers_as_it_reads() -> None:
    for role, position in zip(Role, range(7), strict=True):
        user = Somebody([Grant(role)])
        for act in Act:
            answers = (may(user, act, By(SOMEBODY)), may(user, act, By(ME)))
            assert (answers, may(user, act)) == (ANSWERS[act][position], answers == ALL), (role, act)


def test_a_grant_that_wants_a_unit_is_none_without_one() -> None:
    for role in OF_A_UNIT:
        assert User(role=role, unit_code=None).grants == User(role=role, unit_code="").grants == ()
        assert User(role=role, unit_code="0102").grants == (Grant(role, "0102"),)
    assert User(role=Role.CLERK, unit_code=None).grants == (Grant(Role.CLERK),)


def test_every_act_has_a_row_and_every_role_a_name() -> None:
    assert list(WHO_MAY) == list(Act) and set(ROLE_NAMES) == set(Role)
    for act, rule in WHO_MAY.items():
        assert rule.own is None or Reach.OWN in rule.reach.values(), act


def test_the_table_is_printed_in_both_languages() -> None:
    lines = CliRunner().invoke(main, ["users", "roles"]).output.splitlines()
    middle = lines.index("")
    assert lines[0] == "大屏  甄别员  主管  管理员  单位经办人  单位负责人  领导"
    assert "－    本人    全部  全部    －          －          －    撤销处理" in lines[:middle]
    block = "-          -      all         all            -             -          -       block numbers"
    assert block in lines[middle:]
    assert (
        len(lines[:middle]) == len(lines[middle:]) - 1 == len(Act) + 5
    )  # a head, and what is one's own, four times


def test_the_table_is_there_for_programs() -> None:
    rows = json.loads(CliRunner().invoke(main, ["users", "roles", "--json"]).output)
    assert [row["name"] for row in rows] == list(Act)
    undo = {"supervisor": "all", "administrator": "all", "clerk": "own"}
    assert rows[list(Act).index(Act.UNDO)] == {
        "name": "undo",
        "act": {"zh": "撤销处理", "en": "undo a decision"},
        "reach": undo,
        "own": None,
    }


def test_a_grant_of_a_unit_ends_at_the_unit() -> None:
    head = Somebody([Grant(Role.SUPERVISOR, "0102"), Grant(Role.CLERK)])
    assert may(head, Act.SEE_CALLS, OfUnit("0102"))
    assert not may(head, Act.SEE_CALLS, OfUnit("0103")) and not may(head, Act.SEE_CALLS)
    assert may(head, Act.SCREEN) and may(head, Act.UNDO, By(ME)) and not may(head, Act.UNDO, By(SOMEBODY))
    assert not may(Somebody([]), Act.SEE_WALLBOARD)


@pytest.mark.parametrize(("act", "roles"), [(Act.SIT, {"clerk", "supervisor"}), (Act.OPEN, {"supervisor"})])
def test_the_same_as_a_condition(db: Database, act: Act, roles: set[str]) -> None:
    with db.writing() as session:
        for role in (Role.WALLBOARD, Role.CLERK, Role.SUPERVISOR):
            people.add(session, role, role, role, PasswordHash("none"))
        found = set(session.scalars(select(User.role).where(those_who_may(act))))
        assert found == roles
        everybody = session.scalars(select(User)).all()
        assert found == {user.role for user in everybody if may(user, act)}
