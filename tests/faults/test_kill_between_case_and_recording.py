"""A case registered in a call and its recording agree after ``kill -9`` at any line, in either order."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

import pytest
from sqlalchemy import select

from hotline import database
from hotline.cases import case_entry, numbering, units
from hotline.cases.cases import Case, CaseState, is_of_call
from hotline.database import Database
from hotline.intake import intake, sweep
from hotline.people import Role, add
from hotline.recordings import spool
from hotline.recordings.recordings import Recording, ScreeningOutcome
from hotline.registration import call_agents, call_cases, call_forms, form_finishing, screening
from hotline.registration.call_forms import Author, FormKind
from hotline.settings_file import Settings
from tests.kit.killing import killed_before, lines_that_write
from tests.kit.period_rules import RULES
from tests.kit.wav import write_tone

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
CHINA = "Asia/Shanghai"
OURS = (database, call_cases, call_forms, form_finishing, intake, numbering, case_entry, screening)
FIELDS = {"category": "other", "summary": "暖气不热", "unit_code": "01"}


@pytest.fixture
def agent(db: Database) -> int:
    with db.writing() as session:
        units.replace_all(session, [units.UnitRow("01", None, "市供热公司", "Heating", "")])
        return add(session, "li", "李", Role.CLERK, "correct horse").id


def type_in(db: Database, call_id: str, agent: int) -> None:
    with db.writing() as session:
        author = Author(agent, "seat07", "13800001234", True)
        call_forms.save(session, call_id, author, FormKind.CASE, FIELDS, 0, NOW)


def finish(db: Database, call_id: str, agent: int) -> None:
    """Finish the form, as often as the agent presses the button."""
    with db.writing() as session:
        form, known = call_forms.in_hand(session, call_id), call_agents.find(session, call_id)
        assert form and known
        if form.finished_at is None:
            form_finishing.finish(session, known, form, agent, NOW, RULES)


def record(settings: Settings, call_id: str) -> None:
    for side in (spool.CALLER_SIDE, spool.AGENT_SIDE):
        write_tone(settings.spool_dir / f"{call_id}.{side}@seat07+13800001234.wav", 0.05, 300 + side)


@pytest.mark.parametrize("first", ["case", "recording"])
def test_they_agree(settings: Settings, db: Database, agent: int, first: str) -> None:
    lines = lines_that_write(begun(settings, db, agent, first, "17954000000.1"), settings.state_dir, *OURS)
    # a case is registered in one transaction: a line of ours runs before it, and one after its commit
    assert len(lines) >= {"case": 2, "recording": 3}[first], (
        "the tracer saw too few writes: the test proves nothing"
    )
    for number, line in enumerate(2 * lines, start=1):
        call_id = f"17954000{number:03d}.1"
        assert killed_before(line, begun(settings, db, agent, first, call_id), *OURS)
        if first == "case":
            record(settings, call_id)
        if first == "case" and number > len(lines):  # the agent presses again before, or after, the sweep
            finish(db, call_id, agent)
        sweep.sweep(settings, db, now=lambda: 2_000_000_000.0)
        finish(db, call_id, agent)
        _assert_they_agree(db, call_id)


def begun(settings: Settings, db: Database, agent: int, first: str, call_id: str) -> Callable[[], object]:
    """A call whose form is filled in; what comes first of the case and the recording is still to be done."""
    type_in(db, call_id, agent)
    if first == "case":
        return partial(finish, Database(settings.database_url), call_id, agent)
    record(settings, call_id)
    return partial(intake.take_in, call_id, settings, Database(settings.database_url))


def _assert_they_agree(db: Database, call_id: str) -> None:
    with db.reading() as session:
        recording = session.scalars(select(Recording).where(Recording.call_id == call_id)).one()
        case = session.scalars(select(Case).where(is_of_call(call_id))).one()
        assert (recording.case_number, recording.call_id) == (case.number, case.origin_id)
        assert (recording.outcome, case.state) == (ScreeningOutcome.REGISTERED, CaseState.REGISTERED)
        assert len(recording.parts) == 2
        decisions = select(screening.Decision).where(screening.Decision.recording_id == recording.id)
        assert len(session.scalars(decisions).all()) == 1
