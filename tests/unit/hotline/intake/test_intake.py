"""From the spool to the store and the rows."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from hotline.database import Database
from hotline.intake import intake, sweep
from hotline.recordings import spool, store
from hotline.recordings.recordings import Recording, RecordingPart
from hotline.settings_file import Settings
from hotline.telephone_numbers import clean_caller
from tests.kit.wav import write_tone

CALL = "1763885000.12"
AT = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)
LATER = 2_000_000_000.0


def speak(settings: Settings, number: int = 0, seconds: float = 2.0, call: str = CALL) -> Path:
    return write_tone(spool.part_path(settings.spool_dir, call, number), seconds)


def note(settings: Settings, **changes: object) -> None:
    values = {"caller": "13800001234", "received_at": AT} | changes
    spool.write_note(settings.spool_dir, spool.CallNote(CALL, **values))  # type: ignore[arg-type]


def only(db: Database) -> Recording:
    with db.reading() as session:
        recording = session.scalars(select(Recording)).one()
        session.expunge_all()
        return recording


def test_a_message_is_stored_read_only_with_its_hash_and_leaves_the_spool(
    settings: Settings, either_db: Database
) -> None:
    content = speak(settings).read_bytes()
    note(settings)
    taken = intake.take_in(CALL, settings, either_db)
    recording = only(either_db)
    assert taken and (taken.recording_id, taken.case_number) == (recording.id, recording.case_number)
    assert (recording.caller, recording.seconds, recording.received_at) == ("13800001234", 2.0, AT)
    kept = store.path_of(settings.store_dir, recording.parts[0].store_key)
    assert kept.read_bytes() == content
    assert kept.stat().st_mode & 0o222 == 0
    assert store.sha256(kept) == recording.parts[0].sha256
    assert not list(settings.spool_dir.glob("*.wav"))


def test_the_same_call_again_is_the_same_message(settings: Settings, db: Database) -> None:
    speak(settings)
    note(settings)
    assert intake.take_in(CALL, settings, db) == intake.take_in(CALL, settings, db)
    assert len(only(db).parts) == 1


def test_parts_of_one_call_are_one_message_in_the_order_spoken(settings: Settings, db: Database) -> None:
    for number, seconds in ((1, 1.0), (0, 3.0)):
        speak(settings, number, seconds)
    note(settings)
    first = intake.take_in(CALL, settings, db)
    speak(settings, 2, 0.5)
    assert intake.take_in(CALL, settings, db) == first
    recording = only(db)
    assert [part.seconds for part in recording.parts] == [3.0, 1.0, 0.5]
    assert recording.seconds == 4.5


def test_a_part_recorded_again_is_kept_but_is_not_part_of_the_message(
    settings: Settings, db: Database
) -> None:
    speak(settings, 0, 3.0)
    speak(settings, 1, 2.0)
    note(settings, replaced=(0,))
    intake.take_in(CALL, settings, db)
    recording = only(db)
    assert recording.seconds == 2.0
    assert [part.replaced for part in recording.parts] == [True, False]


def test_what_a_seat_has_recorded_is_never_replaced(settings: Settings, db: Database) -> None:
    write_tone(settings.spool_dir / f"{CALL}.70@seat01+13800001234.wav", 3.0)
    speak(settings, 1, 2.0)
    note(settings, replaced=(70,))
    intake.take_in(CALL, settings, db)
    recording = only(db)
    assert [(part.speaker, part.replaced) for part in recording.parts] == [(None, False), ("caller", False)]


def test_another_recording_under_a_used_name_is_kept_too(settings: Settings, db: Database) -> None:
    speak(settings, 0, 1.0)
    note(settings)
    intake.take_in(CALL, settings, db)
    speak(settings, 0, 2.0)
    intake.take_in(CALL, settings, db)
    assert sorted(part.seconds for part in only(db).parts) == [1.0, 2.0]


def test_a_call_that_said_nothing_is_no_message(settings: Settings, db: Database) -> None:
    speak(settings, 0, 0.0)
    note(settings)
    assert intake.take_in(CALL, settings, db) is None
    assert not list(settings.spool_dir.glob("*.wav"))


@pytest.mark.parametrize(
    "content",
    [b"", b"RIFF\0\0", b"\0" * 5000, "这不是声音".encode() * 50],
    ids=["empty", "cut", "zeros", "text"],
)
def test_a_poison_file_becomes_a_message_that_needs_a_person(
    settings: Settings, db: Database, content: bytes
) -> None:
    (settings.spool_dir / "1763885000.13.00.wav").write_bytes(content)
    sweep.sweep(settings, db, now=lambda: LATER)
    recording = only(db)
    assert recording.seconds == 0.0
    assert store.path_of(settings.store_dir, recording.parts[0].store_key).read_bytes() == content


def test_the_dialplans_own_recording_brings_the_callers_digits(settings: Settings, db: Database) -> None:
    write_tone(settings.spool_dir / f"{CALL}.90+13800005678.wav", 1.0)
    sweep.sweep(settings, db, now=lambda: LATER)
    assert only(db).caller == "13800005678"


@pytest.mark.parametrize(
    "name", ["what is this.wav", "..wav", "信访.wav", "a" * 240 + ".wav", "x.00.wav\n.wav"]
)
def test_a_strange_name_in_the_spool_is_taken_in_by_our_own_identifier(
    settings: Settings, db: Database, name: str
) -> None:
    write_tone(settings.spool_dir / name, 1.0)
    sweep.sweep(settings, db, now=lambda: LATER)
    recording = only(db)
    assert recording.call_id.startswith("found-")
    assert recording.parts[0].store_key.endswith(f"{recording.parts[0].id}.wav")


def test_a_name_that_is_no_text_is_taken_in(settings: Settings, db: Database) -> None:
    gbk = os.fsdecode("信访.wav".encode("gbk"))
    write_tone(settings.spool_dir / "tone", 1.0).rename(settings.spool_dir / gbk)
    assert len(sweep.sweep(settings, db, now=lambda: LATER)) == 1


def test_a_link_in_the_spool_is_left_alone(settings: Settings, db: Database, tmp_path: Path) -> None:
    secret = write_tone(tmp_path / "secret.wav", 1.0)
    (settings.spool_dir / "1763885000.14.00.wav").symlink_to(secret)
    assert sweep.sweep(settings, db, now=lambda: LATER) == []
    assert secret.exists()


def test_the_sweep_waits_for_a_file_that_grows_and_for_a_call_that_lives(
    settings: Settings, db: Database
) -> None:
    written = speak(settings).stat().st_mtime
    assert sweep.sweep(settings, db, now=lambda: written + 1) == []
    with spool.in_progress(settings.spool_dir, CALL):
        assert sweep.sweep(settings, db, now=lambda: written + 60) == []
    assert len(sweep.sweep(settings, db, now=lambda: written + 60)) == 1


def test_the_sweep_waits_for_a_file_that_is_still_open_without_growing(
    settings: Settings, db: Database
) -> None:
    file = speak(settings)
    with file.open("r+b"):  # as Asterisk has it while no sound arrives
        assert sweep.sweep(settings, db, now=lambda: LATER) == []
    assert len(sweep.sweep(settings, db, now=lambda: LATER)) == 1


def test_a_clock_that_was_set_back_does_not_hold_up_the_sweep(settings: Settings, db: Database) -> None:
    written = speak(settings).stat().st_mtime
    assert len(sweep.sweep(settings, db, now=lambda: written - 8 * 3600)) == 1


def test_one_call_that_cannot_be_kept_does_not_hold_up_the_others(
    settings: Settings, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    speak(settings, call="1763885000.1")
    speak(settings, call="1763885000.2")
    real = store.keep

    def full(source: Path, *rest: object) -> Path:
        if source.name.startswith("1763885000.1."):
            raise OSError("No space left on device")
        return real(source, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(store, "keep", full)
    assert len(sweep.sweep(settings, db, now=lambda: LATER)) == 1
    monkeypatch.undo()
    assert len(sweep.sweep(settings, db, now=lambda: LATER)) == 1


def test_rows_without_files_and_files_without_rows_are_told(settings: Settings, db: Database) -> None:
    speak(settings)
    intake.take_in(CALL, settings, db)
    with db.reading() as session:
        key = session.scalars(select(RecordingPart.store_key)).one()
    kept = settings.store_dir / key
    kept.rename(kept.with_name("0" * 32 + ".wav"))
    assert list(sweep.missing_files(settings, db)) == [key]
    assert list(sweep.strays(settings, db)) == [kept.with_name("0" * 32 + ".wav")]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"caller": 5}', '{"call_id": "x", "caller": null}'])
def test_a_damaged_note_loses_no_recording(settings: Settings, db: Database, text: str) -> None:
    speak(settings)
    (settings.spool_dir / f"{CALL}.json").write_text(text)
    assert intake.take_in(CALL, settings, db) is not None


@pytest.mark.parametrize(
    ("took", "missing"),
    [("9100", 4.1), ("6999", 0.0), ("5250", 0.0), ("4000", 0.0), ("", 0.0), ("soon", 0.0)],
    ids=["lost", "by less than can be told", "the key's sound", "longer", "not said", "no number"],
)
def test_a_message_shorter_than_it_took_says_so(
    settings: Settings, db: Database, took: str, missing: float
) -> None:
    spool.note_clock(speak(settings, seconds=5.0), took)
    note(settings)
    intake.take_in(CALL, settings, db)
    assert only(db).missing_seconds == pytest.approx(missing)
    assert [path.suffix for path in settings.spool_dir.iterdir()] == [".json"]


def test_only_what_is_in_force_can_be_missing(settings: Settings, db: Database) -> None:
    spool.note_clock(speak(settings, number=1, seconds=2.0), "30000")
    spool.note_clock(speak(settings, number=2, seconds=3.0), "3200")
    note(settings, replaced=(1,))
    intake.take_in(CALL, settings, db)
    assert only(db).missing_seconds == 0.0


def test_each_side_of_a_talk_has_a_clock(settings: Settings, db: Database) -> None:
    for number, seconds in ((70, 4.0), (71, 9.0)):
        path = settings.spool_dir / f"{CALL}.{number}@seat01+13800001234.wav"
        spool.note_clock(write_tone(path, seconds), "10000")
    intake.take_in(CALL, settings, db)
    assert only(db).missing_seconds == pytest.approx(6.0)


def test_a_clock_without_a_recording_is_forgotten(settings: Settings, db: Database) -> None:
    spool.note_clock(spool.part_path(settings.spool_dir, CALL, 1), "4000")
    sweep.sweep(settings, db, now=lambda: LATER)
    assert not list(settings.spool_dir.iterdir())


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("13800001234", "13800001234"),
        ("+86 138-0000-1234#", "+8613800001234"),
        ("(0471) 239.1555", "04712391555"),
        ("*72", "72"),
        ("user2024-7", ""),
        ("anonymous", ""),
        ("用户2024", ""),
        ("139%20000", ""),
        ("2024@h", ""),
        ("", ""),
    ],
)
def test_what_is_no_number_is_unknown(sent: str, kept: str) -> None:
    assert clean_caller(sent) == kept
