"""Recordings that are old enough to be deleted, and what differs afterwards."""

from datetime import datetime, timedelta
from pathlib import Path

from hotline.database import Database
from hotline.evidence import findings, stored_files, verification
from hotline.intake import sweep
from hotline.recordings import store
from hotline.recordings.recordings import ScreeningOutcome, TranscriptionState
from hotline.recordings.transcripts import Revision, Segment, Transcript
from hotline.registration import screening
from hotline.sections import Retention
from hotline.settings_file import Settings
from tests.kit.screening import NOW, load

LATER = NOW + timedelta(days=3 * 366)
ALL = Retention(sound_months=24, transcripts_months=24, numbers_months=24)


def having(settings: Settings, retention: Retention = ALL) -> Settings:
    return settings.model_copy(update={"retention": retention})


def transcribe(db: Database, recording_id: str) -> None:
    """A draft with a correction."""
    with db.writing() as session:
        recording, clerk = load(session, recording_id)
        recording.transcription, recording.first_words = TranscriptionState.TRANSCRIBED, "暖气不热"
        revision = Revision(number=1, text="暖气不热。", author_id=clerk, created_at=NOW)
        times = {"start": 0.0, "end": 1.0, "first_word": 0, "last_word": 0}
        segment = Segment(position=0, draft="暖气不热", revisions=[revision], **times)
        heard = Transcript(recording_id=recording_id, engine="vosk", model="small", settings={}, words=[])
        heard.text, heard.created_at, heard.segments = "暖气不热", NOW, [segment]
        session.add(heard)


def set_aside(db: Database, recording_id: str, at: datetime = NOW) -> None:
    transcribe(db, recording_id)
    with db.writing() as session:
        recording, clerk = load(session, recording_id)
        screening.set_aside(session, recording, ScreeningOutcome.NO_CONTENT, clerk, at)


def files(settings: Settings, db: Database, recording_id: str) -> list[Path]:
    with db.reading() as session:
        recording, _ = load(session, recording_id)
        return [store.path_of(settings.store_dir, part.store_key) for part in recording.parts]


def differing(settings: Settings, db: Database) -> list[str]:
    """What verify, doctor and the store's check say."""
    found = [each.what for each in verification.rows_that_differ(db)]
    found += [what for file in stored_files.files(db) if (what := stored_files.file_differs(settings, file))]
    with db.reading() as session:
        found += [each.what for each in findings.standing(session)]
    return found + list(sweep.missing_files(settings, db))
