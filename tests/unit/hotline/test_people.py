"""User accounts: passwords, the first one."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from hotline import passwords, people
from hotline.attempts import SignInSource
from hotline.database import Database
from hotline.grants import may
from hotline.people import Role, User
from hotline.refusals import Refused
from hotline.sign_ins import BrowserSession
from hotline.who_may import Act

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
GOOD = "correct horse"
HERE = SignInSource("192.0.2.7")


@pytest.fixture
def li(db: Database) -> int:
    with db.writing() as session:
        return people.add(session, "Li", "李", Role.CLERK, GOOD).id


def test_the_right_password_opens(db: Database, li: int) -> None:
    assert passwords.check(db, " LI ", GOOD, NOW, HERE) == li
    with db.reading() as session:
        assert GOOD not in session.get_one(User, li).password_hash


def test_a_disabled_user_does_not_come_in(db: Database, li: int) -> None:
    with db.writing() as session:
        session.get_one(User, li).active = False
    assert passwords.check(db, "li", GOOD, NOW, HERE) is None


def test_a_new_password_ends_all_sessions(db: Database, li: int) -> None:
    with db.writing() as session:
        session.add(BrowserSession(token_hash="0" * 64, user_id=li, seen_at=NOW, begun_at=NOW))
    with db.writing() as session:
        people.set_password(session, session.get_one(User, li), "battery staple", must_change=True)
    with db.reading() as session:
        assert session.get_one(User, li).must_change
        assert session.scalar(select(func.count(BrowserSession.token_hash))) == 0


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("li", GOOD),
        ("", GOOD),
        ("x" * 41, GOOD),
        ("new", "short"),
        ("new", "aaaaaaaaaa"),
        ("new", "x9" * 101),
    ],
)
def test_what_makes_no_account(db: Database, li: int, name: str, password: str) -> None:
    with db.writing() as session, pytest.raises(Refused):
        people.add(session, name, "", Role.CLERK, password)


def test_users_are_found_by_their_names(either_db: Database) -> None:
    with either_db.writing() as session:
        wang = people.add(session, "wang", "王", Role.CLERK, GOOD)
        li = people.add(session, "Li", "李", Role.CLERK, GOOD)
        chen = people.add(session, "chen", "陈", Role.CLERK, GOOD)
        chen.active = False
        assert people.by_name(session, "li") is li and people.by_name(session, "LI") is None
        assert people.everyone(session) == [li, wang, chen]
        assert people.full_names(session, {li.id, chen.id, chen.id + 7}) == {li.id: "李", chen.id: "陈"}


def test_the_administrator_is_created_once(db: Database) -> None:
    with db.writing() as session:
        password = people.ensure_administrator(session)
        assert password and people.ensure_administrator(session) is None
    user_id = passwords.check(db, "admin", password, NOW, HERE)
    with db.reading() as session:
        user = session.get_one(User, user_id)
        assert may(user, Act.SUPERVISE) and may(user, Act.MANAGE_PEOPLE) and user.must_change
