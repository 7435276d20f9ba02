"""A number that its caller withholds: kept apart, on no other row, shown for a reason, called back unseen."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import event, func, inspect, select, text
from sqlalchemy.orm import Session

from hotline import people, withheld_numbers
from hotline.audit import AuditEntry
from hotline.callbacks import callback_attempts, callbacks
from hotline.callbacks.callback_attempts import AttemptOutcome
from hotline.callbacks.callbacks import Callback
from hotline.callers import nuisance
from hotline.callers.nuisance import Block, Verdict
from hotline.database import Database
from hotline.people import Role
from hotline.refusals import Refused
from hotline.schema import metadata
from hotline.sections import Nuisance
from hotline.withheld_numbers import RevealGround, WithheldNumber
from tests.kit.postgresql import PostgreSQL, emptied

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
ZONE = "Asia/Shanghai"
NUMBER, CALL, NEXT_CALL = "13800001234", "1795400000.1", "1795400000.2"
PATTERN = r"1[3-9]\d{9}"


def written(session: Session) -> set[str]:
    """The tables that have the number."""
    session.flush()
    tables = metadata.sorted_tables
    return {each.name for each in tables for row in session.execute(select(each)) if NUMBER in str(row)}


def ask(session: Session, call_id: str, *, is_withheld: bool) -> Callback:
    return callbacks.request(session, NUMBER, call_id, "zh", NOW, NOW, ZONE, is_withheld=is_withheld)


def file(folder: Path, name: str, holds: str, age: float = 0.0) -> Path:
    path = folder / f"{name}.withheld"
    path.write_text(holds)
    at = path.stat().st_mtime - age
    os.utime(path, (at, at))
    return path


def test_the_file_of_a_call_becomes_its_row(either_db: Database, tmp_path: Path) -> None:
    file(tmp_path, CALL, f"+86{NUMBER}")
    for _ in range(2):  # after a kill between row and file
        withheld_numbers.take_in(tmp_path, either_db, NOW)
        file(tmp_path, CALL, f"+86{NUMBER}")
    withheld_numbers.take_in(tmp_path, either_db, NOW)
    assert list(tmp_path.glob("*.withheld")) == []
    with either_db.reading() as session:
        [row] = session.scalars(select(WithheldNumber))
        assert (row.call_id, row.number, row.kept_at) == (CALL, f"+86{NUMBER}", NOW)


def test_a_file_that_cannot_be_read_holds_up_no_other(db: Database, tmp_path: Path) -> None:
    broken = [tmp_path / f"{call}.withheld" for call in ("1.1", "1.9")]
    for each in broken:
        each.mkdir()
    file(tmp_path, CALL, NUMBER)
    withheld_numbers.take_in(tmp_path, db, NOW)
    assert set(tmp_path.glob("*.withheld")) == set(broken)
    with db.reading() as session:
        assert withheld_numbers.is_known(session, CALL)


def test_the_sweep_and_the_call_bring_one_number_at_once(postgresql: PostgreSQL) -> None:
    """SQLite lets one write after the other."""
    database = emptied(Database(postgresql.url))

    def sweeps() -> None:
        with database.writing() as session:
            withheld_numbers.keep(session, CALL, NUMBER, NOW)

    waits = select(func.count()).select_from(text("pg_stat_activity")).where(text("wait_event_type = 'Lock'"))
    with ThreadPoolExecutor(1) as thread:
        with database.writing() as session:
            ask(session, CALL, is_withheld=True)
            session.flush()
            sweeping = thread.submit(sweeps)
            with Session(database.engine) as looking:
                while not looking.scalar(waits) and not sweeping.done():
                    looking.rollback()
        sweeping.result(30)
    with database.reading() as session:
        assert list(session.scalars(select(WithheldNumber.call_id))) == [CALL]


def test_one_of_very_many_withheld_numbers_is_found_by_an_index(either_db: Database) -> None:
    """While a caller waits: and each of a hundred thousand calls of one number is no parameter."""
    questions: list[tuple[str, int]] = []

    def asked(_c: object, _u: object, statement: str, values: Sequence[object], *_: object) -> None:
        questions.append((statement, len(values)))

    calls = [WithheldNumber(call_id=f"1.{n}", number=NUMBER, kept_at=NOW) for n in range(300)]
    with either_db.writing() as session:
        session.add_all(calls)
        session.flush()
        event.listen(either_db.engine, "before_cursor_execute", asked)
        ask(session, NEXT_CALL, is_withheld=True)
    assert max(count for statement, count in questions if "withheld_numbers" in statement) < 100
    indexes = inspect(either_db.engine).get_indexes("withheld_numbers")
    assert [each["column_names"] for each in indexes] == [["number"]]


def test_what_is_no_number_goes_once_nobody_writes_it(db: Database, tmp_path: Path) -> None:
    begun, never_ended = file(tmp_path, CALL, ""), file(tmp_path, "old", "", age=61)
    strange = file(tmp_path, "..no-call", NUMBER, age=61)
    withheld_numbers.take_in(tmp_path, db, NOW)
    assert begun.exists() and not never_ended.exists() and not strange.exists()
    with db.reading() as session:
        assert not withheld_numbers.is_known(session, CALL)


@pytest.mark.parametrize(
    ("ground", "reason", "field"),
    [("", "why", "ground"), ("curiosity", "why", "ground"), ("a crime is threatened", "  ", "reason"),
     (RevealGround.LIFE, "x" * 201, "reason")],
)  # fmt: skip
def test_without_a_reason_it_is_not_shown(db: Database, ground: str, reason: str, field: str) -> None:
    with db.writing() as session:
        withheld_numbers.keep(session, CALL, NUMBER, NOW)
        with pytest.raises(Refused) as refused:
            withheld_numbers.reveal(session, CALL, ground, reason, 1, NOW)
        assert refused.value.field == field
        assert list(session.scalars(select(AuditEntry))) == []


def test_that_it_was_shown_is_in_the_audit_trail_without_it(db: Database) -> None:
    with db.writing() as session:
        chief = people.add(session, "chen", "陈", Role.SUPERVISOR, "lamp-street-night").id
        withheld_numbers.keep(session, CALL, NUMBER, NOW)
        assert (
            withheld_numbers.reveal(session, CALL, RevealGround.CRIME, " will burn\nthe hall ", chief, NOW)
            == NUMBER
        )
        [noted] = session.scalars(select(AuditEntry))
        assert (noted.action, noted.subject, noted.user_id) == ("reveal number", f"call {CALL}", chief)
        assert noted.detail == "a crime is threatened: will burn the hall"
        assert written(session) == {"withheld_numbers"}


def test_a_callback_has_its_number_apart(either_db: Database) -> None:
    """Asked for, tried, lost and open again: no other table has it, and one telephone has one callback."""
    with either_db.writing() as session:
        asked = ask(session, CALL, is_withheld=True)
        assert callbacks.dialled(session, asked, PATTERN) == NUMBER
        assert ask(session, NEXT_CALL, is_withheld=True) is asked
        assert ask(session, NEXT_CALL, is_withheld=False) is asked
        attempt = callback_attempts.begin(session, asked.id, NOW)
        assert attempt
        callback_attempts.talks(session, attempt, "seat01", NOW)
        session.expire_all()
        callback_attempts.end(session, attempt, AttemptOutcome.LOST, NOW, lambda _: NOW)
        assert asked.open_number and written(session) == {"withheld_numbers"}
        callbacks.cancel(session, asked.id, NOW)
        shown = ask(session, NEXT_CALL, is_withheld=False)
        assert shown.number == NUMBER
        assert ask(session, CALL, is_withheld=True) is shown


def test_nobody_elses_language_is_taken(db: Database) -> None:
    with db.writing() as session:
        first = callbacks.request(session, NUMBER, CALL, "en", NOW, NOW, ZONE, is_withheld=True)
        callbacks.cancel(session, first.id, NOW)
        assert callbacks.language(session, NEXT_CALL, "") == "zh"


def test_what_is_dialled_is_what_the_office_allows(db: Database) -> None:
    with db.writing() as session:
        asked = ask(session, CALL, is_withheld=True)
        assert callbacks.dialled(session, asked, r"0\d{11}") == f"0{NUMBER}"
        assert callbacks.dialled(session, asked, r"[2-8]\d{6}") == ""


def test_withholding_is_no_way_round_a_block_and_no_limit_counts_it() -> None:
    blocks = [Block(digits=NUMBER, is_prefix=False)]
    limits = Nuisance(calls_per_hour=1)
    assert nuisance.verdict("", blocks, 0, limits, withheld=f"+86{NUMBER}") is Verdict.BLOCKED
    assert nuisance.verdict("", [], 500, limits, withheld=NUMBER) is None
