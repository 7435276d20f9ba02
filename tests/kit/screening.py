"""Two messages of one caller, and what a clerk decides about them."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.cases import units
from hotline.cases.case_entry import CaseEntry
from hotline.cases.cases import Category
from hotline.database import Database
from hotline.intake import intake
from hotline.people import Role, User, add
from hotline.recordings import spool
from hotline.recordings.recordings import Recording
from hotline.registration import screening
from hotline.settings_file import Settings
from tests.kit.period_rules import RULES
from tests.kit.wav import write_tone

NOW = datetime(2026, 11, 23, 20, tzinfo=UTC)
CHINA = "Asia/Shanghai"
ENTRY = CaseEntry("王秀兰", "13800001234", "新城区团结小区3号楼", Category.UTILITIES, "暖气不热", "01")


def two_messages(settings: Settings, db: Database, at: datetime = NOW) -> list[str]:
    ids = []
    for number in (1, 2):
        call = f"1763885000.{number}"
        write_tone(spool.part_path(settings.spool_dir, call, 0), 0.1)
        spool.write_note(
            settings.spool_dir, spool.CallNote(call, "13800001234", "zh", at - timedelta(hours=3))
        )
        taken = intake.take_in(call, settings, db)
        assert taken
        ids.append(taken.recording_id)
    with db.writing() as session:
        add(session, "li", "李", Role.CLERK, "correct horse")
        units.replace_all(session, [units.UnitRow("01", None, "市供热公司", "Heating", "")])
    return ids


def load(session: Session, recording_id: str) -> tuple[Recording, int]:
    recording = session.get(Recording, recording_id)
    assert recording
    return recording, session.scalars(select(User.id).where(User.name == "li")).one()


def register(db: Database, recording_id: str, entry: CaseEntry = ENTRY) -> str:
    with db.writing() as session:
        recording, clerk = load(session, recording_id)
        return screening.register(session, recording, entry, clerk, NOW, RULES).number


def undo(db: Database, recording_id: str, reason: str, by: str = "li") -> None:
    """Undo what is in force."""
    with db.writing() as session:
        recording, _ = load(session, recording_id)
        decision = screening.in_force(session, recording_id)
        user_id = session.scalars(select(User.id).where(User.name == by)).one()
        screening.undo(session, recording, decision.id if decision else 0, reason, user_id, NOW)
