"""What calls do not get: blocked numbers are refused, and a number has so many seats within the hour."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from hotline.audit import AuditEntry
from hotline.callers import nuisance, shared_number
from hotline.callers.nuisance import Block, CannotBlock, Verdict, verdict
from hotline.calls.calls import CallRecord
from hotline.database import Database
from hotline.people import Role, User
from hotline.refusals import Refused
from hotline.sections import Nuisance

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
DAY = timedelta(days=1)
LIMITS = Nuisance(calls_per_hour=20)
NUMBER = "13800001234"


def blocked(digits: str, is_prefix: bool = False) -> Block:
    return Block(digits=digits, is_prefix=is_prefix)


@pytest.mark.parametrize(
    ("caller", "blocks", "last_hour", "expected"),
    [
        (NUMBER, [], 0, None),
        (NUMBER, [blocked(NUMBER)], 0, Verdict.BLOCKED),
        (f"+86{NUMBER}", [blocked(NUMBER)], 0, Verdict.BLOCKED),
        (f"0{NUMBER}", [blocked(NUMBER)], 0, Verdict.BLOCKED),
        (NUMBER, [blocked(f"86{NUMBER}")], 0, Verdict.BLOCKED),
        (f"{NUMBER}5", [blocked(NUMBER)], 0, None),
        (NUMBER, [blocked("1380000", is_prefix=True)], 0, Verdict.BLOCKED),
        ("13900001234", [blocked("1380000", is_prefix=True)], 0, None),
        ("86123456", [blocked("123456")], 0, None),  # a number of this city, and no country's code
        (NUMBER, [], 19, None),
        (NUMBER, [], 20, Verdict.NO_SEAT),
        (NUMBER, [blocked(NUMBER)], 20, Verdict.BLOCKED),
        ("", [blocked("")], 500, None),  # withheld
        ("anonymous", [blocked("")], 500, None),
        (f"{NUMBER}*", [blocked(NUMBER)], 0, Verdict.BLOCKED),
        (f"0086{NUMBER}", [blocked(NUMBER)], 0, Verdict.BLOCKED),
        (f"0086{NUMBER}#", [], 20, Verdict.NO_SEAT),
        ("12", [], 500, None),  # no telephone number: unknown, as a withheld one
        ("9" * 20, [], 500, None),
        ("9" * 20, [blocked("9" * 20)], 0, Verdict.BLOCKED),
    ],
)
def test_the_verdict(caller: str, blocks: list[Block], last_hour: int, expected: Verdict | None) -> None:
    assert verdict(caller, blocks, last_hour, LIMITS) is expected


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
        with pytest.raises(Refused, match="not blocked any more"):
            nuisance.lift(session, block.id, supervisor, NOW)
        nuisance.block(session, "1380000", True, "again", NOW + DAY, supervisor, NOW)


def test_the_newest_blocks_that_are_over(either_db: Database) -> None:
    with either_db.writing() as session:
        user = User(name="zhao", full_name="赵", password_hash="", role=Role.SUPERVISOR)
        session.add(user)
        session.flush()
        lifted, short, long = (
            nuisance.block(session, f"1380000123{each}", False, "abuse", NOW + each * DAY, user.id, NOW)
            for each in (3, 1, 2)
        )
        nuisance.lift(session, lifted.id, user.id, NOW)
        assert list(nuisance.blocks_over(session, NOW, 9)) == [lifted]
        assert list(nuisance.blocks_over(session, NOW + DAY, 9)) == [short, lifted]
        assert list(nuisance.blocks_over(session, NOW + 2 * DAY, 2)) == [long, short]


@pytest.mark.parametrize(
    ("digits", "is_prefix", "reason", "until", "problem"),
    [
        ("", False, "abuse", DAY, CannotBlock.NOT_A_NUMBER),
        ("12", False, "abuse", DAY, CannotBlock.NOT_A_NUMBER),
        ("1" * 21, False, "abuse", DAY, CannotBlock.NOT_A_NUMBER),
        ("1380000123a", False, "abuse", DAY, CannotBlock.NOT_A_NUMBER),
        (NUMBER, False, "  ", DAY, CannotBlock.NO_REASON),
        (NUMBER, False, "x" * 201, DAY, CannotBlock.NO_REASON),
        (NUMBER, False, "abuse", timedelta(0), CannotBlock.WRONG_END),
        (NUMBER, False, "abuse", timedelta(days=400), CannotBlock.WRONG_END),
    ],
)
def test_what_cannot_be_blocked(
    digits: str,
    is_prefix: bool,
    reason: str,
    until: timedelta,
    problem: CannotBlock,
    db: Database,
    supervisor: int,
) -> None:
    with db.writing() as session, pytest.raises(Refused) as refused:
        nuisance.block(session, digits, is_prefix, reason, NOW + until, supervisor, NOW)
    assert refused.value.reason is problem


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
        with pytest.raises(Refused, match="longer prefix"):
            nuisance.block(session, short, True, "abuse", NOW + DAY, supervisor, NOW)


def test_the_same_number_is_not_blocked_twice(db: Database, supervisor: int) -> None:
    with db.writing() as session:
        nuisance.block(session, NUMBER, False, "abuse", NOW + DAY, supervisor, NOW)
        with pytest.raises(Refused, match="blocked already"):
            nuisance.block(session, f"+86 {NUMBER}", False, "abuse", NOW + DAY, supervisor, NOW)


def test_calls_that_came_to_the_seats_within_the_hour_are_counted(db: Database) -> None:
    """Neither messages, however many, nor our own calls to the number."""
    minutes = {"now": 0, "a": 5, "b": 59, "long ago": 61}
    with db.writing() as session:
        for call_id, ago in minutes.items():
            at = NOW - timedelta(minutes=ago)
            session.add(CallRecord(call_id=call_id, caller=NUMBER, arrived_at=at, offered_at=at))
        for call_id in ("message", "callback-1-2"):
            session.add(CallRecord(call_id=call_id, caller=NUMBER, arrived_at=NOW))
        session.add(CallRecord(call_id="other", caller="13900000000", arrived_at=NOW, offered_at=NOW))
    with db.reading() as session:
        assert nuisance.calls_within_hour(session, f"+86{NUMBER}", "now", NOW) == 2


@pytest.mark.parametrize(
    ("callers", "expected"),
    [
        ({NUMBER: 40, "": 20}, (NUMBER, 40, 60)),
        ({NUMBER: 20, f"+86{NUMBER}": 15, "13900000000": 25}, (NUMBER, 35, 60)),
        ({"": 31, "unknown": 4, NUMBER: 25}, ("", 35, 60)),  # a trunk that sends no numbers
        ({NUMBER: 30, "13900000000": 30}, None),
        ({NUMBER: 49}, None),  # too few to tell
    ],
)
def test_when_most_calls_show_one_number(
    callers: dict[str, int], expected: tuple[str, int, int] | None, either_db: Database
) -> None:
    with either_db.writing() as session:
        for caller, calls in callers.items():
            session.add_all(
                CallRecord(call_id=f"{caller}-{each}", caller=caller, arrived_at=NOW - DAY)
                for each in range(calls)
            )
        for each in range(60):
            session.add(CallRecord(call_id=f"old-{each}", caller="13911111111", arrived_at=NOW - 8 * DAY))
            session.add(CallRecord(call_id=f"callback-1-{each}", caller="13911111111", arrived_at=NOW))
    with either_db.reading() as session:
        found = shared_number.shown_by_most(session, NOW)
    assert (found and (found.number, found.calls, found.of)) == expected
