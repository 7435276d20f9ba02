"""Retention over real rows and files: what goes, what stays, and that nothing is found wrong after it."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select

from hotline.audit import AuditEntry
from hotline.calls.calls import CallRecord
from hotline.cases.cases import Case, CaseState
from hotline.database import Database
from hotline.evidence import findings, recorded, store_check, stored_files
from hotline.intake import intake, sweep
from hotline.recordings import spool, store
from hotline.recordings.recordings import ScreeningOutcome, TranscriptionState
from hotline.recordings.transcripts import Revision, Segment, Transcript
from hotline.registration import screening
from hotline.retention import deleting, gathering, sound
from hotline.retention.deletions import DeletedAt, Deletion, LegalHold, Retained, gone
from hotline.running import backup, restore
from hotline.sections import Retention
from hotline.settings_file import Settings
from tests.kit.retention import ALL, LATER, differing, files, having, set_aside, transcribe
from tests.kit.screening import NOW, load, register, two_messages
from tests.kit.wav import write_tone


@pytest.fixture
def two(settings: Settings, either_db: Database) -> list[str]:
    """Two recordings' identifiers, a clerk and a unit."""
    return two_messages(settings, either_db)


def test_nothing_is_deleted_unless_the_office_says_so(
    settings: Settings, either_db: Database, two: list[str]
) -> None:
    set_aside(either_db, two[0])
    assert deleting.run(settings, either_db, LATER + timedelta(days=36500)) == 0
    assert files(settings, either_db, two[0])[0].exists()


def test_sound_text_and_number_go_and_all_else_stays(
    settings: Settings, either_db: Database, two: list[str]
) -> None:
    db, settings = either_db, having(settings)
    set_aside(db, two[0])
    with db.writing() as session:
        call_id = load(session, two[0])[0].call_id
        session.add(CallRecord(call_id=call_id, caller="13800001234", arrived_at=NOW))
    assert deleting.run(settings, db, LATER) == 3
    assert not files(settings, db, two[0])[0].exists() and files(settings, db, two[1])[0].exists()
    with db.reading() as session:
        recording, _ = load(session, two[0])
        assert (recording.caller, recording.first_words, recording.outcome) == (
            "",
            "",
            ScreeningOutcome.NO_CONTENT,
        )
        assert recording.parts[0].sha256 and gone(session, two[0]) == DeletedAt(LATER, LATER, LATER)
        for table in (Transcript, Segment, Revision):
            assert not session.scalar(select(func.count()).select_from(table))
        assert session.get_one(CallRecord, call_id).caller == ""
        assert load(session, two[1])[0].caller == "13800001234"
        said = select(AuditEntry.subject).where(AuditEntry.action == recorded.DELETE)
        assert sorted(set(session.scalars(said))) == sorted(
            [f"part {recording.parts[0].id}", f"recording {recording.id}"]
        )
    assert differing(settings, db) == []
    assert deleting.run(settings, db, LATER) == 0
    assert store_check.check_some(settings, db, LATER) == 1


def test_a_case_that_runs_keeps_its_message_and_what_repeats_it(
    settings: Settings, either_db: Database, two: list[str]
) -> None:
    db, settings = either_db, having(settings)
    transcribe(db, two[0])
    transcribe(db, two[1])
    number = register(db, two[0])
    with db.writing() as session:
        recording, clerk = load(session, two[1])
        screening.join(session, recording, number, clerk, NOW)
        session.get_one(Case, number).state = CaseState.ACCEPTED
    assert deleting.run(settings, db, LATER) == 0
    with db.writing() as session:
        session.get_one(Case, number).state = CaseState.CLOSED
    assert deleting.run(settings, db, LATER) == 0  # seen closed now: from here the months are counted
    assert deleting.run(settings, db, LATER + timedelta(days=720)) == 0
    with db.writing() as session:
        session.get_one(Case, number).state = CaseState.REPLIED  # it runs again
    assert deleting.run(settings, db, LATER + timedelta(days=3 * 366)) == 0
    with db.writing() as session:
        session.get_one(Case, number).state = CaseState.CLOSED
    assert deleting.run(settings, db, LATER + timedelta(days=3 * 366)) == 0
    assert deleting.run(settings, db, LATER + timedelta(days=6 * 366)) == 6
    assert differing(settings, db) == []


def test_undecided_transcribing_and_held_are_kept(
    settings: Settings, either_db: Database, two: list[str]
) -> None:
    db, settings = either_db, having(settings)
    set_aside(db, two[0])
    with db.writing() as session:
        session.add(LegalHold(case_number=load(session, two[0])[0].case_number, reason="诉讼", held_at=NOW))
    assert deleting.run(settings, db, LATER) == 0
    with db.writing() as session:
        session.execute(delete(LegalHold))
        load(session, two[0])[0].transcription = TranscriptionState.PENDING
    assert deleting.run(settings, db, LATER) == 0
    with db.writing() as session:
        recording, clerk = load(session, two[0])
        recording.transcription, recording.held_by_id, recording.held_until = (
            TranscriptionState.FAILED,
            clerk,
            LATER,
        )
    assert deleting.run(settings, db, LATER) == 0
    assert deleting.run(settings, db, LATER + timedelta(seconds=1)) == 3


def test_what_is_decided_anew_after_the_list_was_made_stays(
    settings: Settings, either_db: Database, two: list[str]
) -> None:
    db, settings = either_db, having(settings)
    set_aside(db, two[0])
    with db.reading() as session:
        assert [
            each.recording_id for each in gathering.due(session, settings.retention, Retained.SOUND, LATER)
        ] == [two[0]]
    with db.writing() as session:
        screening.reopen(session, load(session, two[0])[0], NOW)
    assert not any(deleting.delete(settings, db, what, two[0], LATER) for what in Retained)
    assert files(settings, db, two[0])[0].exists()


def test_a_file_that_differs_is_for_people_and_not_deleted(
    settings: Settings, either_db: Database, two: list[str]
) -> None:
    db, settings = either_db, having(settings, Retention(sound_months=24))
    set_aside(db, two[0])
    file = files(settings, db, two[0])[0]
    file.chmod(0o600)
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    for _ in two:
        assert store_check.check_some(settings, db, LATER) == 1
    assert deleting.run(settings, db, LATER) == 0 and file.exists()


def test_a_file_that_is_missing_is_not_called_deleted(
    settings: Settings, either_db: Database, two: list[str]
) -> None:
    db, settings = either_db, having(settings, Retention(sound_months=24))
    set_aside(db, two[0])
    file = files(settings, db, two[0])[0]
    file.unlink()
    assert deleting.run(settings, db, LATER) == 0
    assert len(list(sweep.missing_files(settings, db))) == 1
    with db.reading() as session:
        assert [each.what for each in findings.standing(session)] == [
            f"{file.relative_to(settings.store_dir)} is missing"
        ]
        assert session.scalar(select(func.count()).select_from(Deletion)) == 0


def test_only_a_deletion_in_the_chain_excuses_a_missing_file(
    settings: Settings, either_db: Database, two: list[str]
) -> None:
    """A row of ``deletions`` alone is a row that anybody could write."""
    db = either_db
    set_aside(db, two[0])
    with db.writing() as session:
        part = load(session, two[0])[0].parts[0]
        times = {"settled_at": NOW, "begun_at": NOW, "done_at": NOW}
        session.add(Deletion(what=Retained.SOUND, recording_id=two[0], part_id=part.id, **times))
    files(settings, db, two[0])[0].unlink()
    assert len(list(sweep.missing_files(settings, db))) == 1
    assert len([each for each in stored_files.files(db) if stored_files.file_differs(settings, each)]) == 1


@pytest.mark.thorough
@pytest.mark.parametrize("made", ["before", "after", "half-way"])
def test_a_backup_is_restored_and_deleted_from_again(
    settings: Settings, db: Database, tmp_path: Path, made: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    two, settings = two_messages(settings, db), having(settings)
    set_aside(db, two[0])
    if made == "after":
        assert deleting.run(settings, db, LATER) == 3
    elif made == "half-way":  # killed after the file went, in front of the word in the audit trail
        with monkeypatch.context() as patched:
            patched.setattr(sound, "finish", lambda *_: None)
            sound.delete(settings, db, two[0], LATER)
        assert not files(settings, db, two[0])[0].exists()
    archive = tmp_path / "elsewhere" / "backup.tar"
    archive.parent.mkdir()
    backup.back_up(settings, archive, lambda _: None)
    again = Settings(
        state_dir=tmp_path / "restored", backup={"key_file": str(settings.backup_key_file)}, retention=ALL
    )
    count = restore.restore(again, archive, lambda _: None)
    assert count == {"before": 2, "after": 1, "half-way": 1}[made]
    restored = Database(again.database_url)
    assert deleting.run(again, restored, LATER) == {"before": 3, "after": 0, "half-way": 2}[made]
    assert not files(again, restored, two[0])[0].exists() and files(again, restored, two[1])[0].exists()
    assert differing(again, restored) == []


def test_no_file_goes_while_a_backup_is_made(settings: Settings, db: Database) -> None:
    settings = having(settings)
    set_aside(db, two_messages(settings, db)[0])
    with deleting.alone(settings):
        assert deleting.run(settings, db, LATER) == 0
    assert deleting.run(settings, db, LATER) == 3


A_RUN = 20
"""Deletions in a run of the test, instead of hundreds."""


def many_messages(settings: Settings, db: Database, count: int) -> list[str]:
    """So many messages more, each a second later than the one before, all set aside."""
    ids = []
    for number in range(count):
        call, at = f"1763885100.{number}", NOW + timedelta(seconds=number)
        write_tone(spool.part_path(settings.spool_dir, call, 0), 0.1)
        spool.write_note(settings.spool_dir, spool.CallNote(call, "", "zh", at))
        taken = intake.take_in(call, settings, db)
        assert taken
        ids.append(taken.recording_id)
        with db.writing() as session:
            recording, clerk = load(session, ids[-1])
            screening.set_aside(session, recording, ScreeningOutcome.NO_CONTENT, clerk, at)
            recording.transcription = TranscriptionState.TRANSCRIBED
    return ids


@pytest.mark.thorough
@pytest.mark.parametrize("harm", ["missing", "damaged", "cannot be removed"])
def test_what_cannot_be_deleted_holds_up_nothing_behind_it(
    settings: Settings, db: Database, monkeypatch: pytest.MonkeyPatch, harm: str
) -> None:
    """As many as are deleted in a run, and more, in front of good ones; and more than one query finds."""
    monkeypatch.setattr(gathering, "RECORDINGS_A_QUERY", 10)
    monkeypatch.setattr(deleting, "PAUSE_SECONDS", 0.0)
    monkeypatch.setattr(store_check, "PAUSE_SECONDS", 0.0)
    settings = having(settings, Retention(sound_months=24))
    two_messages(settings, db)
    ids = many_messages(settings, db, A_RUN + 5)
    bad, good = ids[:-3], ids[-3:]
    for file in (files(settings, db, each)[0] for each in bad):
        if harm == "missing":
            file.unlink()
        elif harm == "damaged":
            file.chmod(0o600)
            file.write_bytes(b"x")
    if harm == "damaged":
        monkeypatch.setattr(stored_files, "count", lambda *_: 1 << 30)
        while store_check.check_some(settings, db, LATER):
            pass
    if harm == "cannot be removed":
        keys = {str(files(settings, db, each)[0].relative_to(settings.store_dir)) for each in bad}
        remove = store.remove

        def stubborn(store_dir: Path, key: str) -> None:
            if key in keys:
                raise PermissionError(1, "Operation not permitted", key)
            remove(store_dir, key)

        monkeypatch.setattr(store, "remove", stubborn)
    assert deleting.run(settings, db, LATER, A_RUN) == len(good)
    assert not any(files(settings, db, each)[0].exists() for each in good)
    assert deleting.run(settings, db, LATER, A_RUN) == 0
    with db.reading() as session:
        left = [
            each.recording_id for each in gathering.due(session, settings.retention, Retained.SOUND, LATER)
        ]
        stuck = [each.recording_id for each in gathering.cannot_go(session, settings.retention, LATER)]
        assert session.scalar(select(func.count()).where(Deletion.done_at.is_(None))) == 0
    assert (left, stuck) == ((bad, []) if harm == "cannot be removed" else ([], bad))


def test_what_was_restored_is_deleted_after_all(
    settings: Settings, either_db: Database, two: list[str]
) -> None:
    db, settings = either_db, having(settings, Retention(sound_months=24))
    set_aside(db, two[0])
    file = files(settings, db, two[0])[0]
    before = file.read_bytes()
    file.unlink()
    assert deleting.run(settings, db, LATER) == 0
    file.write_bytes(before)
    for _ in two:
        store_check.check_some(settings, db, LATER)
    assert deleting.run(settings, db, LATER) == 1 and not file.exists()
