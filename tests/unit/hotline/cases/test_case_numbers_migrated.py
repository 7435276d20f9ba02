"""Numbers of a database with a past lead where they led when it is upgraded."""

from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, select, text

from hotline import database
from hotline.cases.cases import Case
from hotline.cases.numbering import CaseNumber
from hotline.database import Database
from hotline.registration import told_numbers
from hotline.settings_file import Settings
from tests.kit.postgresql import PostgreSQL

MESSAGE, SCREENED, TALK, IN_CALL, ASKED, TOLD = (
    "2600000012", "2600000020", "2600000039", "2600000047", "2600000055", "2600000063"
)  # fmt: skip
"""Numbers of: a message; one that is a case; a case of a call, with and without recording; a callback, and
one of which a case came, whose talk was recorded."""
ADD = {
    "users": """INSERT INTO users (id, name, full_name, role, password_hash, active, must_change, language)
        VALUES (1, 'li', '李', 'clerk', '', :yes, :no, 'zh')""",
    "units": """INSERT INTO units (code, name_zh, name_en, aliases, active)
        VALUES ('01', '甲', '', '', :yes)""",
    "recordings": """INSERT INTO recordings (id, call_id, case_number, caller, language, received_at, seconds,
        first_words, transcription, attempts, attempts_allowed, failure, changed_at)
        VALUES (:id, :id, :number, '', 'zh', :at, 1.5, '', 'pending', 0, 3, '', :at)""",
    "callbacks": """INSERT INTO callbacks (call_id, case_number, number, language, joined_at, asked_at, state,
        attempts, next_attempt_at, attempt, attempt_seen, last_outcome, seat)
        VALUES ('asked', :number, '', 'zh', :at, :at, 'open', 0, :at, '', :no, '', '')""",
    "cases": """INSERT INTO cases (number, recording_id, call_id, state, petitioner, telephone, address,
        category, summary, unit_code, received_at, registered_at, registered_by_id)
        VALUES (:number, :recording, :id, 'registered', '', '', '', 'other', '', '01', :at, :at, 1)""",
}
ROWS = (
    ("users", None, "", None), ("units", None, "", None),
    ("recordings", "r1", MESSAGE, None), ("recordings", "r2", SCREENED, None),
    ("recordings", "r3", TALK, None), ("recordings", "r6", TOLD, None),
    ("callbacks", None, ASKED, None), ("callbacks", None, TOLD, None),
    ("cases", None, SCREENED, "r2"), ("cases", "r3", TALK, "r3"),
    ("cases", "c4", IN_CALL, None), ("cases", None, TOLD, "r6"),
)  # fmt: skip


def earlier(connection: Connection) -> None:
    """Numbers in three columns, as the schema before had them."""
    database.migrate(connection, "0017")
    for table, identifier, number, recording in ROWS:
        row = {"id": identifier, "number": number, "recording": recording}
        connection.execute(text(ADD[table]), {**row, "at": "2026-11-23 03:00:00", "yes": True, "no": False})


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_they_lead_where_they_led(tmp_path: Path, kind: str, request: pytest.FixtureRequest) -> None:
    server: PostgreSQL | None = request.getfixturevalue("postgresql") if kind == "postgresql" else None
    settings = Settings(state_dir=tmp_path, database_url=server.new_database() if server else "")
    bare = create_engine(settings.database_url)
    with bare.begin() as connection:
        earlier(connection)
    bare.dispose()
    database.upgrade(settings)
    db, found = Database(settings.database_url), {}
    with db.reading() as session:
        for each in session.scalars(select(CaseNumber)):
            lead = told_numbers.lead(session, each.number)
            assert lead
            ends = (lead.case and lead.case.number, lead.recording and lead.recording.id)
            found[each.number] = (each.origin, each.origin_id, *ends, lead.callback is not None)
        origins = {each.number: (each.origin, each.origin_id) for each in session.scalars(select(Case))}
    db.engine.dispose()
    assert origins == {
        SCREENED: ("call", "r2"), TALK: ("call", "r3"), IN_CALL: ("call", "c4"), TOLD: ("call", "r6")
    }  # fmt: skip
    assert found == {
        MESSAGE: ("recording", "r1", None, "r1", False),
        SCREENED: ("recording", "r2", SCREENED, "r2", False),
        TALK: ("call", "r3", TALK, "r3", False),
        IN_CALL: ("call", "c4", IN_CALL, None, False),
        ASKED: ("callback", "asked", None, None, True),
        TOLD: ("callback", "asked", TOLD, "r6", True),
    }
