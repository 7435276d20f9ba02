"""User accounts: passwords, locks, roles."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from hotline import passwords, people
from hotline.database import Database
from hotline.passwords import Locked
from hotline.people import PeopleError, Role, SignIn, User

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
GOOD = "correct horse"


def fail(db: Database, seconds: float) -> None:
    assert passwords.check(db, "li", "wrong", NOW + timedelta(seconds=seconds)) is None


def locked(db: Database, seconds: float) -> bool:
    """Whether even the right password is refused; otherwise it clears the mistakes."""
    try:
        return passwords.check(db, "li", GOOD, NOW + timedelta(seconds=seconds)) is None
    except Locked:
        return True


@pytest.fixture
def li(db: Database) -> int:
    with db.writing() as session:
        return people.add(session, "Li", "李", Role.CLERK, GOOD).id


def test_the_right_password_opens(db: Database, li: int) -> None:
    assert passwords.check(db, " LI ", GOOD, NOW) == li
    with db.reading() as session:
        assert GOOD not in session.get_one(User, li).password_hash


def test_five_wrong_passwords_in_a_minute_lock(db: Database, li: int) -> None:
    for second in (0, 10, 20, 30, 40):
        fail(db, second)
    assert locked(db, 41)
    assert not locked(db, 40 + 5 * 60 + 1)


def test_five_wrong_passwords_over_a_long_time_do_not(db: Database, li: int) -> None:
    for second in (0, 20, 40, 60, 80):
        fail(db, second)
    assert not locked(db, 81)


def test_the_right_password_clears_the_mistakes_before_it(db: Database, li: int) -> None:
    for second in (0, 1, 2, 3):
        fail(db, second)
    assert passwords.check(db, "li", GOOD, NOW + timedelta(seconds=4)) == li
    fail(db, 5)
    assert not locked(db, 6)


def test_of_forty_guesses_at_one_moment_five_are_compared(either_db: Database) -> None:
    with either_db.writing() as session:
        people.add(session, "li", "李", Role.CLERK, GOOD)

    def guess(number: int) -> bool:
        try:
            return passwords.check(either_db, "li", f"guess {number}", NOW) is None
        except Locked:
            return False

    with ThreadPoolExecutor(20) as pool:
        assert list(pool.map(guess, range(40))).count(True) == passwords.FAILURES_ALLOWED


def test_an_unknown_name_is_counted_too(db: Database) -> None:
    fail(db, 0)
    with db.reading() as session:
        assert session.scalar(select(func.count(people.FailedSignIn.id))) == 1


def test_a_disabled_user_does_not_come_in(db: Database, li: int) -> None:
    with db.writing() as session:
        session.get_one(User, li).active = False
    assert passwords.check(db, "li", GOOD, NOW) is None


def test_a_new_password_ends_all_sessions(db: Database, li: int) -> None:
    with db.writing() as session:
        session.add(SignIn(token_hash="0" * 64, user_id=li, seen_at=NOW))
    with db.writing() as session:
        people.set_password(session, session.get_one(User, li), "battery staple", must_change=True)
    with db.reading() as session:
        assert session.get_one(User, li).must_change
        assert session.scalar(select(func.count(SignIn.token_hash))) == 0


@pytest.mark.parametrize(("name", "password"), [("li", GOOD), ("", GOOD), ("x" * 41, GOOD), ("new", "short")])
def test_what_makes_no_account(db: Database, li: int, name: str, password: str) -> None:
    with db.writing() as session, pytest.raises(PeopleError):
        people.add(session, name, "", Role.CLERK, password)


def test_the_administrator_is_created_once(db: Database) -> None:
    with db.writing() as session:
        password = people.ensure_administrator(session)
        assert password and people.ensure_administrator(session) is None
    user_id = passwords.check(db, "admin", password, NOW)
    with db.reading() as session:
        user = session.get_one(User, user_id)
        assert user.may(Role.SUPERVISOR) and user.may(Role.ADMINISTRATOR)


def test_roles_include_the_lower_ones(db: Database, li: int) -> None:
    with db.reading() as session:
        user = session.get_one(User, li)
        assert user.may(Role.CLERK)
        assert not user.may(Role.SUPERVISOR)
