"""Which calls are refused: blocked numbers, too many at once, too many within the hour."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from hotline.audit import AuditEntry
from hotline.callers import nuisance
from hotline.callers.nuisance import Block, CannotBlock, Refusal, verdict
from hotline.calls.calls import Ending, SeatCall
from hotline.database import Database
from hotline.people import Role, User
from hotline.sections import Nuisance

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
DAY = timedelta(days=1)
LIMITS = Nuisance(calls_at_once=3, calls_per_hour=20)
NUMBER = "13800001234"


def blocked(digits: str, is_prefix: bool = False) -> Block:
    return Block(digits=digits, is_prefix=is_prefix)


@pytest.mark.parametrize(
    ("caller", "blocks", "at_once", "last_hour", "expected"),
    [
        (NUMBER, [], 1, 0, None),
        (NUMBER, [blocked(NUMBER)], 1, 0, Refusal.BLOCKED),
        (f"+86{NUMBER}", [blocked(NUMBER)], 1, 0, Refusal.BLOCKED),
        (f"0{NUMBER}", [blocked(NUMBER)], 1, 0, Refusal.BLOCKED),
        (NUMBER, [blocked(f"86{NUMBER}")], 1, 0, Refusal.BLOCKED),
        (f"{NUMBER}5", [blocked(NUMBER)], 1, 0, None),
        (NUMBER, [blocked("1380000", is_prefix=True)], 1, 0, Refusal.BLOCKED),
        ("13900001234", [blocked("1380000", is_prefix=True)], 1, 0, None),
        ("86123456", [blocked("123456")], 1, 0, None),  # a number of this city, and no country's code
        (NUMBER, [], 3, 19, None),
        (NUMBER, [], 4, 0, Refusal.TOO_MANY),
        (NUMBER, [], 1, 20, Refusal.TOO_MANY),
        ("", [blocked("")], 50, 500, None),  # withheld
        ("anonymous", [blocked("")], 50, 500, None),
        (f"{NUMBER}*", [blocked(NUMBER)], 1, 0, Refusal.BLOCKED),
        (f"0086{NUMBER}", [blocked(NUMBER)], 1, 0, Refusal.BLOCKED),
        (f"0086{NUMBER}#", [], 4, 0, Refusal.TOO_MANY),
        ("12", [], 50, 500, None),  # no telephone number: unknown, as a withheld one
        ("9" * 20, [], 50, 500, None),
        ("9" * 20, [blocked("9" * 20)], 1, 0, Refusal.BLOCKED),
    ],
)
def test_the_verdict(
    caller: str, blocks: list[Block], at_once: int, last_hour: int, expected: Refusal | None
) -> None:
    assert verdict(caller, blocks, at_once, last_hour, LIMITS) is expected


@pytest.fixture
def supervisor(db: Database) -> int:
    with db.writing() as session:
        user = User(name="zhao", full_name="赵", password_hash="", role=Role.SUPERVISOR)
        session.add(user)
        session.flush()
        return user.id


def test_a_block_is_in_force_until_its_end(db: Database, supervisor: int) -> None:
    with db.writing() as session:
        nuisance.block(session, "138 0000-1234", False, " abuse ", NOW + DAY, supervisor, NOW)
    with db.reading() as session:
        [block] = nuisance.blocks_in_force(session, NOW + DAY - timedelta(seconds=1))
        assert (block.digits, block.reason) == (NUMBER, "abuse")
        assert list(nuisance.blocks_in_force(session, NOW + DAY)) == []
        [noted] = session.scalars(select(AuditEntry))
        assert (noted.action, noted.subject, noted.user_id) == ("block", f"block {block.id}", supervisor)
        assert NUMBER not in noted.detail


def test_a_block_is_lifted_once(db: Database, supervisor: int) -> None:
    with db.writing() as session:
        block = nuisance.block(session, "1380000", True, "abuse", NOW + DAY, supervisor, NOW)
        nuisance.lift(session, block.id, supervisor, NOW)
        assert list(nuisance.blocks_in_force(session, NOW)) == []
        with pytest.raises(nuisance.NotBlocked, match="not blocked any more"):
            nuisance.lift(session, block.id, supervisor, NOW)
        nuisance.block(session, "1380000", True, "again", NOW + DAY, supervisor, NOW)


@pytest.mark.parametrize(
    ("digits", "is_prefix", "reason", "until", "problem"),
    [
        ("", False, "abuse", DAY, nuisance.NotANumber),
        ("12", False, "abuse", DAY, nuisance.NotANumber),
        ("1" * 21, False, "abuse", DAY, nuisance.NotANumber),
        ("1380000123a", False, "abuse", DAY, nuisance.NotANumber),
        (NUMBER, False, "  ", DAY, nuisance.ReasonMissing),
        (NUMBER, False, "x" * 201, DAY, nuisance.ReasonMissing),
        (NUMBER, False, "abuse", timedelta(0), nuisance.WrongEnd),
        (NUMBER, False, "abuse", timedelta(days=400), nuisance.WrongEnd),
    ],
)
def test_what_cannot_be_blocked(
    digits: str,
    is_prefix: bool,
    reason: str,
    until: timedelta,
    problem: type[CannotBlock],
    db: Database,
    supervisor: int,
) -> None:
    with db.writing() as session, pytest.raises(problem):
        nuisance.block(session, digits, is_prefix, reason, NOW + until, supervisor, NOW)


@pytest.mark.parametrize(
    ("short", "enough"),
    [
        ("138000", "1380000"),
        ("8613", "861380000"),
        ("+86 13", "+86 1380000"),
        ("0138000", "01380000"),
        ("0861", "08611234"),  # no country's code, but an area that begins with 86
        ("0471", "0471 1234"),
        ("86471123", "864711234"),
        ("010123", "010 1234"),
        ("021123", "021 1234"),
        ("00861", "00861380000"),
        ("471", "4711"),  # of this city
        ("100", "1008"),
    ],
)
def test_a_prefix_is_measured_without_what_is_dialled_before(
    short: str, enough: str, db: Database, supervisor: int
) -> None:
    with db.writing() as session:
        nuisance.block(session, enough, True, "abuse", NOW + DAY, supervisor, NOW)
        with pytest.raises(nuisance.PrefixTooShort, match="longer prefix"):
            nuisance.block(session, short, True, "abuse", NOW + DAY, supervisor, NOW)


def test_the_same_number_is_not_blocked_twice(db: Database, supervisor: int) -> None:
    with db.writing() as session:
        nuisance.block(session, NUMBER, False, "abuse", NOW + DAY, supervisor, NOW)
        with pytest.raises(nuisance.AlreadyBlocked):
            nuisance.block(session, f"+86 {NUMBER}", False, "abuse", NOW + DAY, supervisor, NOW)


def test_calls_within_the_hour_are_counted(db: Database) -> None:
    minutes = {"now": 0, "a": 5, "b": 59, "long ago": 61, "refused": 3}
    with db.writing() as session:
        for call_id, ago in minutes.items():
            ending = Ending.REFUSED if call_id == "refused" else None
            at = NOW - timedelta(minutes=ago)
            session.add(SeatCall(call_id=call_id, caller=NUMBER, arrived_at=at, ending=ending))
        session.add(SeatCall(call_id="other", caller="13900000000", arrived_at=NOW))
        session.add(SeatCall(call_id="callback-1-2", caller=NUMBER, arrived_at=NOW))
    with db.reading() as session:
        assert nuisance.calls_within_hour(session, NUMBER, "now", NOW) == 2
