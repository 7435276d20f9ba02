"""Guessing passwords: who waits and who does not, what administrators hear of it, what it costs."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, func, select

from hotline import attempts, guessing, hashing, passwords, people
from hotline.attempts import FailedSignIn, SignInSource, TooManyWrongPasswords
from hotline.attempts_database import kept_in
from hotline.audit import AuditEntry
from hotline.database import Database
from hotline.hashing import HashingBusy
from hotline.people import Role, User

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
GOOD, WRONG = "correct horse", "wrong"
OFFICE, ATTACKER = SignInSource("192.0.2.7"), SignInSource("203.0.113.9")
KNOWN = SignInSource("203.0.113.9", browser="li's own")


@pytest.fixture
def li(db: Database, cheap: None) -> int:
    with db.writing() as session:
        return people.add(session, "li", "李", Role.CLERK, people.PasswordHash(GOOD)).id


@pytest.fixture
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords are kept as they are: a day's guesses would be hashed for minutes."""
    monkeypatch.setattr(hashing, "matches", lambda kept, password: kept == password)


def guess(
    db: Database, seconds: float, asker: SignInSource = ATTACKER, name: str = "li", *, password: str = WRONG
) -> str:
    """What came of it: ``in``, ``wrong`` or ``later``."""
    now = NOW + timedelta(seconds=seconds)
    try:
        user_id = passwords.check(db, name, password, now, asker)
    except TooManyWrongPasswords as refusal:
        assert refusal.seconds > 0
        return "later"
    if user_id is None:
        guessing.note(db, name, asker, now)
    return "wrong" if user_id is None else "in"


def noted(db: Database, action: str = guessing.ACTION) -> list[str]:
    """What the audit trail says of it."""
    with db.reading() as session:
        return list(session.scalars(select(AuditEntry.subject).where(AuditEntry.action == action)))


@pytest.mark.thorough
@pytest.mark.parametrize("every", [0.0, 240.0, 890.0])
def test_however_it_is_paced_a_day_has_few_guesses_and_they_are_noticed(
    db: Database, li: int, every: float
) -> None:
    times = range(round(86_000 / every) if every else 500)
    wrong = [guess(db, number * every) for number in times].count("wrong")
    assert wrong <= attempts.WRONG_A_DAY
    assert noted(db).count("user li") == 1 or every == 0.0
    assert len(noted(db, "sign in refused")) <= attempts.FREE_SLIPS


@pytest.mark.thorough
@pytest.mark.parametrize("every", [240.0])
def test_one_address_that_goes_through_all_names_waits_too(db: Database, li: int, every: float) -> None:
    tried = [guess(db, number * every, name=f"user{number}") for number in range(round(86_000 / every))]
    assert tried.count("wrong") <= attempts.FROM_ONE_ADDRESS_A_DAY
    assert set(noted(db)) <= {"address 203.0.113.9", "all names"} and noted(db)


@pytest.mark.thorough
def test_many_addresses_have_a_budget_together(db: Database, li: int) -> None:
    tried = [
        guess(db, number / 10, SignInSource(f"10.0.{number // 250}.{number % 250}")) for number in range(500)
    ]
    assert tried.count("wrong") == attempts.FOR_ONE_NAME_A_DAY
    assert "user li" in noted(db) and "all names" in noted(db)


def test_an_ipv6_network_is_one_address(db: Database, li: int) -> None:
    tried = [guess(db, number, SignInSource(f"2001:db8:1:2::{number:x}")) for number in range(60)]
    assert tried.count("wrong") < 12
    assert SignInSource("::ffff:192.0.2.7").counted == OFFICE.counted
    assert SignInSource("2001:db8:1:2::1").counted != SignInSource("2001:db8:1:3::1").counted
    assert SignInSource("not an address").counted == "not an address"


def test_five_slips_cost_nothing_and_the_next_half_a_minute(db: Database, li: int) -> None:
    assert [guess(db, second, OFFICE) for second in range(6)] == ["wrong"] * 5 + ["later"]
    assert guess(db, 33, OFFICE, password=GOOD) == "later"
    assert guess(db, 35, OFFICE, password=GOOD) == "in"
    assert [guess(db, 40 + second, OFFICE) for second in range(6)] == ["wrong"] * 5 + ["later"]


def attack(db: Database, name: str = "li") -> None:
    """All of a day's guesses that one address has, the last of them before second 86,000."""
    for number in range(190):
        guess(db, number * 450, name=name)


@pytest.mark.thorough
def test_nobody_is_locked_out_by_somebody_elsewhere(db: Database, li: int) -> None:
    attack(db)
    assert guess(db, 86_000, ATTACKER, password=GOOD) == "later"
    assert guess(db, 86_000, OFFICE) == guess(db, 86_001, OFFICE) == "wrong"
    assert guess(db, 86_002, OFFICE, password=GOOD) == "in"


@pytest.mark.thorough
def test_a_browser_that_is_known_counts_for_itself(db: Database, li: int) -> None:
    attack(db)
    assert guess(db, 86_000, KNOWN) == "wrong"
    assert guess(db, 86_001, KNOWN, password=GOOD) == "in"
    assert [guess(db, 86_002 + second, KNOWN) for second in range(6)] == ["wrong"] * 5 + ["later"]


@pytest.mark.thorough
def test_who_signs_in_does_not_forgive_the_attacker(db: Database, li: int) -> None:
    attack(db)
    assert guess(db, 86_000, KNOWN, password=GOOD) == guess(db, 86_000, OFFICE, password=GOOD) == "in"
    assert guess(db, 86_001, ATTACKER) == "later"


@pytest.mark.thorough
def test_a_day_later_all_is_forgotten(db: Database, li: int) -> None:
    attack(db)
    assert guess(db, 190 * 450 + 86_401, ATTACKER, password=GOOD) == "in"


def test_an_unknown_name_waits_like_a_known_one(db: Database, li: int) -> None:
    def what_comes(name: str, address: str) -> list[str]:
        return [guess(db, second * 40, SignInSource(address), name) for second in range(40)]

    assert what_comes("li", "198.51.100.1") == what_comes("nobody", "198.51.100.2")
    assert "user nobody" not in noted(db)


@pytest.mark.usefixtures("cheap")
def test_of_forty_guesses_at_one_moment_five_are_compared(either_db: Database) -> None:
    with either_db.writing() as session:
        people.add(session, "li", "李", Role.CLERK, people.PasswordHash(GOOD))

    def one(number: int) -> str:
        try:
            return guess(either_db, 0, password=f"guess {number}")
        except HashingBusy:
            return "busy"

    with ThreadPoolExecutor(20) as pool:
        came = list(pool.map(one, range(40)))
    assert came.count("wrong") <= attempts.FREE_SLIPS and "in" not in came


@pytest.mark.thorough
def test_strangers_write_nothing_where_the_telephone_writes(db: Database, li: int) -> None:
    written: list[str] = []

    def see(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if not statement.startswith(("SELECT", "BEGIN", "PRAGMA")):
            written.append(statement)

    event.listen(db.engine, "before_cursor_execute", see)
    for number in range(300):
        guess(db, number * 0.1, SignInSource(f"10.1.{number // 250}.{number % 250}"), name=f"name{number}")
    assert sum(each.startswith("INSERT") for each in written) <= 1  # that there are many
    assert len(written) <= 2  # and its place in the chain
    with kept_in(db).reading() as session:
        assert session.scalar(select(func.count(FailedSignIn.id))) == 300


def test_on_postgresql_all_web_machines_count_together(either_db: Database) -> None:
    is_sqlite = either_db.engine.dialect.name == "sqlite"
    assert (kept_in(either_db) is either_db) is not is_sqlite


@pytest.mark.thorough
def test_what_is_guessed_is_listed(db: Database, li: int) -> None:
    attack(db)
    found = guessing.guessed(db, NOW + timedelta(hours=23))
    assert [each.what for each in found] == ["user li", "address 203.0.113.9"]
    assert guessing.guessed(db, NOW + timedelta(hours=60)) == []


@pytest.fixture
def hashes(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """How many are made at each moment that one begins; none ends before the test does."""
    running: list[int] = []
    go_on = threading.Event()
    lock = threading.Lock()
    now = 0

    def slow(_kept: str | None, _password: str) -> bool:
        nonlocal now
        with lock:
            now += 1
            running.append(now)
        go_on.wait()
        with lock:
            now -= 1
        return False

    monkeypatch.setattr(hashing, "matches", slow)
    running_and_end: list[int] = running
    monkeypatch.setattr(hashing, "go_on", go_on, raising=False)
    yield running_and_end
    go_on.set()


def in_threads(count: int, call: Callable[[int], str]) -> tuple[list[str], ThreadPoolExecutor]:
    """Begin so many at once; what those came to that came to an end."""
    ended: list[str] = []
    pool = ThreadPoolExecutor(count)
    for number in range(count):
        pool.submit(lambda each: ended.append(call(each)), number)
    return ended, pool


def test_one_hash_at_a_time_a_short_queue_and_room_for_who_is_known(db: Database, hashes: list[int]) -> None:
    def try_one(number: int, browser: str = "") -> str:
        try:
            return str(
                passwords.check(db, f"name{number}", "wrong", NOW, SignInSource(f"10.2.0.{number}", browser))
            )
        except HashingBusy:
            return "busy"

    ended, pool = in_threads(40, try_one)
    while len(ended) < 40 - 1 - hashing.STRANGERS_WAITING or not hashes:
        time.sleep(0.01)
    assert set(ended) == {"busy"} and hashes == [1]
    ended_too, other = in_threads(1, lambda number: try_one(99, "known"))
    hashing.go_on.set()  # type: ignore[attr-defined]
    pool.shutdown()
    other.shutdown()
    assert ended_too == ["None"]  # it was compared
    assert set(hashes) == {1}


def test_a_disabled_user_does_not_come_in(db: Database, li: int) -> None:
    with db.writing() as session:
        session.get_one(User, li).active = False
    assert guess(db, 0, password=GOOD) == "wrong"


def test_a_clock_that_is_put_back_keeps_nobody_out(db: Database, li: int) -> None:
    ahead = timedelta(days=365).total_seconds()
    assert [guess(db, ahead + 1000 * each) for each in range(6)].count("wrong") >= 5
    assert guess(db, ahead + 5001, password=GOOD) == "later"
    assert guess(db, 0, password=GOOD) == "in"
