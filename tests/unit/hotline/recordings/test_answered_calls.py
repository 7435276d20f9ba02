"""An answered call is kept as two channels, and its transcript knows who spoke."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hotline.database import Database
from hotline.intake import intake
from hotline.recordings import spool, store, transcripts
from hotline.recordings.recordings import Recording, RecordingKind, Speaker, TranscriptionState, talks
from hotline.registration import desk_queue
from hotline.registration.desk_queue import DeskFilter
from hotline.settings_file import Settings
from ivr.seats.log_lines import LogTransaction, parse, tell
from tests.kit.wav import write_tone
from transcription import job
from transcription.audio import Audio
from transcription.draft import Draft, Word
from web.recording import sound

CALL = "5a05ed-1795427467.0"
NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)


def spooled(settings: Settings) -> dict[int, bytes]:
    """Both sides of a call in the spool."""
    sides = {spool.CALLER_SIDE: 440.0, spool.AGENT_SIDE: 660.0}
    for side, hertz in sides.items():
        write_tone(settings.spool_dir / f"{CALL}.{side}@seat07+13800001234.wav", 3.0, hertz)
    return {side: next(settings.spool_dir.glob(f"*.{side}@*")).read_bytes() for side in sides}


def taken_in(settings: Settings, db: Database) -> Recording:
    intake.take_in(CALL, settings, db)
    with db.reading() as session:
        [recording] = session.query(Recording).all()
        session.expunge_all()
        return recording


def test_both_channels_are_kept_as_they_are(settings: Settings, db: Database) -> None:
    before = spooled(settings)
    recording = taken_in(settings, db)
    assert (recording.kind, recording.seat, recording.caller) == (RecordingKind.CALL, "seat07", "13800001234")
    assert recording.seconds == 3.0  # side by side
    kept = {part.speaker: store.path_of(settings.store_dir, part.store_key) for part in recording.parts}
    assert kept[Speaker.CALLER].read_bytes() == before[spool.CALLER_SIDE]
    assert kept[Speaker.AGENT].read_bytes() == before[spool.AGENT_SIDE]
    assert list(settings.spool_dir.glob("*.wav")) == []


@pytest.mark.parametrize(
    ("told", "received"),
    [({0: "ARRIVED|1", 10: "ENTERQUEUE||1|1", 20: "CONNECT|9"}, 0), ({20: "CONNECT|9"}, 20), ({}, 27)],
)
def test_a_call_was_received_when_it_arrived(
    settings: Settings, db: Database, told: dict[int, str], received: int
) -> None:
    """The files are as old as its end. What the log has not told, they do: three seconds until 30."""
    spooled(settings)
    for file in settings.spool_dir.glob("*.wav"):
        os.utime(file, ((NOW + timedelta(seconds=30)).timestamp(),) * 2)
    with db.writing() as session:
        for seconds, event in told.items():
            at = int((NOW + timedelta(seconds=seconds)).timestamp())
            line = parse(f"{at}|{CALL}|seats|{'seat07' if event.startswith('CONNECT') else 'NONE'}|{event}")
            tell(LogTransaction(session), [line or pytest.fail(event)])
    assert taken_in(settings, db).received_at == NOW + timedelta(seconds=received)


def test_one_channel_alone_is_kept_too(settings: Settings, db: Database) -> None:
    spooled(settings)
    next(settings.spool_dir.glob(f"*.{spool.AGENT_SIDE}@*")).unlink()
    recording = taken_in(settings, db)
    assert (recording.kind, [part.speaker for part in recording.parts]) == (
        RecordingKind.CALL,
        [Speaker.CALLER],
    )


def test_a_call_that_was_handed_on_is_two_talks(settings: Settings, db: Database) -> None:
    spooled(settings)
    for side, seconds in ((spool.CALLER_SIDE + 2, 2.0), (spool.AGENT_SIDE + 2, 1.5)):
        write_tone(settings.spool_dir / f"{CALL}.{side}@seat02+13800001234.wav", seconds)
    recording = taken_in(settings, db)
    assert (recording.kind, recording.seat, recording.seconds) == (RecordingKind.CALL, "seat07", 5.0)
    both = [Speaker.CALLER, Speaker.AGENT]
    assert [[part.speaker for part in talk] for talk in talks(recording.parts)] == [both, both]
    assert sound.join(recording.parts, settings.store_dir).seconds == 5.0


def test_a_message_after_the_call_is_screened(settings: Settings, db: Database) -> None:
    spooled(settings)
    taken_in(settings, db)
    write_tone(spool.part_path(settings.spool_dir, CALL, 1), 2.0)
    recording = taken_in(settings, db)
    assert (recording.kind, recording.seat, recording.seconds) == (RecordingKind.MESSAGE, "seat07", 5.0)
    assert {part.speaker for part in recording.parts} == {Speaker.CALLER, Speaker.AGENT, None}
    with db.reading() as session:
        assert desk_queue.next_waiting(session, NOW) == recording.id


class TwoVoices:
    """An engine that knows the two sides by their tone."""

    def transcribe(self, audio: Audio, language: str = "zh") -> Draft:
        caller = [Word("路灯", 0.5, 0.9, 0.9), Word("坏了", 2.0, 2.4, 0.9)]
        agent = [Word("您好", 0.1, 0.4, 0.9), Word("地址", 1.4, 1.6, 0.9)]
        rising = int(((audio.samples[:-1] < 0) & (audio.samples[1:] >= 0)).sum())
        return Draft(caller if rising < 550 * audio.seconds else agent, "two voices", "none")


def test_the_transcript_knows_who_spoke(settings: Settings, db: Database) -> None:
    spooled(settings)
    recording = taken_in(settings, db)
    job.transcribe(recording.id, TwoVoices(), settings, db, lambda: NOW)
    with db.reading() as session:
        transcript = transcripts.latest(session, recording.id)
        assert transcript
        assert [(each.speaker, each.draft) for each in transcript.segments] == [
            (Speaker.AGENT, "您好"),
            (Speaker.CALLER, "路灯"),
            (Speaker.AGENT, "地址"),
            (Speaker.CALLER, "坏了"),
        ]
        for each in transcript.segments:
            spoken = transcript.words[each.first_word : each.last_word + 1]
            assert "".join(word["text"] for word in spoken) == each.draft
        assert transcript.text == "您好\n路灯\n地址\n坏了"
        assert session.get_one(Recording, recording.id).transcription == TranscriptionState.TRANSCRIBED


def test_a_message_after_the_call_is_heard_after_it(settings: Settings, db: Database) -> None:
    spooled(settings)
    write_tone(spool.part_path(settings.spool_dir, CALL, 1), 2.0)
    recording = taken_in(settings, db)
    job.transcribe(recording.id, TwoVoices(), settings, db, lambda: NOW)
    with db.reading() as session:
        transcript = transcripts.latest(session, recording.id)
        assert transcript
        last = transcript.segments[-2:]
        assert [each.speaker for each in last] == [None, None]
        assert [round(each.start, 1) for each in last] == [3.5, 5.0]  # the talk took three seconds
        assert [round(transcript.words[each.first_word]["start"], 1) for each in last] == [3.5, 5.0]


def test_screening_is_for_messages(settings: Settings, db: Database, tmp_path: Path) -> None:
    spooled(settings)
    taken_in(settings, db)
    with db.reading() as session:
        assert desk_queue.page(session, DeskFilter(state=desk_queue.ALL)).recordings == []
        assert desk_queue.next_waiting(session, NOW) is None
