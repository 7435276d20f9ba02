"""One job: a message becomes a draft, and every other ending is on the row too."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from celery.exceptions import SoftTimeLimitExceeded

from hotline.database import Database
from hotline.intake import intake
from hotline.recordings import jobs, spool, store, transcripts
from hotline.recordings.no_draft import NoDraft
from hotline.recordings.recordings import Recording, Speaker, TranscriptionState
from hotline.recordings.transcripts import Doubt, Transcript
from hotline.settings_file import Settings
from tests.kit import speech
from transcription import accuracy, job, models, rows
from transcription import speech as known_speech
from transcription.audio import Audio
from transcription.draft import DoubtfulStretch, Draft, Engine, Word
from transcription.intervals import Interval
from transcription.languages import EveryLanguage

NOW = datetime(2026, 11, 23, 20, tzinfo=UTC)
CALL = "1763885000.12"


class Listener:
    """An engine that keeps what it was given, and answers with the words it was told."""

    def __init__(
        self, *words: Word, fault: Exception | None = None, doubtful: tuple[DoubtfulStretch, ...] = ()
    ) -> None:
        self.words, self.fault, self.doubtful = words, fault, doubtful
        self.heard: list[tuple[float, str]] = []

    def transcribe(self, audio: Audio, language: str = "zh") -> Draft:
        self.heard.append((audio.seconds, language))
        if self.fault:
            raise self.fault
        return Draft(self.words, "listener", "model", {"version": "1"}, doubtful=self.doubtful)


HELLO = (Word("你好", 0.2, 0.6, 0.9), Word("喂", 2.0, 2.2, 0.4))


def message(settings: Settings, db: Database, *parts: Audio, **note: object) -> str:
    for number, part in enumerate(parts):
        speech.write(spool.part_path(settings.spool_dir, CALL, number), part)
    spool.write_note(settings.spool_dir, spool.CallNote(CALL, received_at=NOW, **note))  # type: ignore[arg-type]
    taken = intake.take_in(CALL, settings, db)
    assert taken
    return taken.recording_id


@pytest.fixture
def transcribe(settings: Settings, db: Database) -> Callable[..., Recording]:
    """Run the job once and show the row."""

    def run(recording_id: str, engine: Engine, at: datetime = NOW) -> Recording:
        job.transcribe(recording_id, engine, settings, db, lambda: at)
        with db.reading() as session:
            recording = session.get_one(Recording, recording_id)
            session.expunge_all()
        return recording

    return run


def draft_of(db: Database, recording_id: str) -> Transcript:
    with db.reading() as session:
        transcript = transcripts.latest(session, recording_id)
        session.expunge_all()
    assert transcript
    return transcript


def test_a_draft_has_words_segments_and_text(
    settings: Settings, db: Database, transcribe: Callable[..., Recording]
) -> None:
    recording_id = message(settings, db, speech.hiss(3, 1000))
    row = transcribe(recording_id, Listener(*HELLO))
    assert (row.transcription, row.first_words) == (TranscriptionState.TRANSCRIBED, "你好喂")
    draft = draft_of(db, recording_id)
    assert (draft.engine, draft.model, draft.settings) == ("listener", "model", {"version": "1"})
    assert draft.words[1] == {"text": "喂", "start": 2.0, "end": 2.2, "confidence": 0.4}
    assert [(s.start, s.end, s.first_word, s.last_word, s.draft) for s in draft.segments] == [
        (0.2, 0.6, 0, 0, "你好"),
        (2.0, 2.2, 1, 1, "喂"),
    ]


@pytest.mark.thorough
def test_a_spoken_message_in_mandarin_is_close_to_what_was_said(settings: Settings, db: Database) -> None:
    sound, said = speech.prompt("enquiry-too-many")
    recording_id = message(settings, db, sound)
    job.transcribe(recording_id, speech.engine(models.WHISPER.name), settings, db)
    assert accuracy.character_error_rate(said, draft_of(db, recording_id).text) < 0.25


def test_parts_are_heard_as_one_and_what_was_recorded_again_is_left_out(
    settings: Settings, db: Database, transcribe: Callable[..., Recording]
) -> None:
    engine = Listener(*HELLO)
    parts = [speech.hiss(seconds, 1000) for seconds in (1, 2, 4)]
    transcribe(message(settings, db, *parts, replaced=(0,), language="en"), engine)
    assert engine.heard == [(6.0, "en")]


def test_silence_is_no_speech(settings: Settings, db: Database, transcribe: Callable[..., Recording]) -> None:
    recording_id = message(settings, db, speech.silence(3))
    assert transcribe(recording_id, Listener()).transcription == TranscriptionState.NO_SPEECH
    assert not draft_of(db, recording_id).segments


def test_sound_without_a_word_is_an_empty_segment_for_a_person(
    settings: Settings, db: Database, transcribe: Callable[..., Recording]
) -> None:
    recording_id = message(settings, db, speech.hiss(3, 1000))
    assert transcribe(recording_id, Listener()).transcription == TranscriptionState.TRANSCRIBED
    (segment,) = draft_of(db, recording_id).segments
    assert (segment.start, segment.end, segment.first_word, segment.last_word, segment.draft) == (
        0,
        3,
        0,
        -1,
        "",
    )


def test_words_in_doubt_are_kept_and_are_no_draft(
    settings: Settings, db: Database, transcribe: Callable[..., Recording]
) -> None:
    recording_id = message(settings, db, speech.hiss(3, 1000))
    doubtful = (DoubtfulStretch(1, 2, 0.8, 2.9, Doubt.LOOP),)
    row = transcribe(recording_id, Listener(*HELLO, doubtful=doubtful))
    assert (row.transcription, row.first_words) == (TranscriptionState.TRANSCRIBED, "你好")
    draft = draft_of(db, recording_id)
    assert (draft.text, [word["text"] for word in draft.words]) == ("你好", ["你好", "喂"])
    assert [(s.start, s.end, s.first_word, s.last_word, s.draft, s.doubt) for s in draft.segments] == [
        (0.2, 0.6, 0, 0, "你好", None),
        (0.8, 2.9, 1, 1, "", Doubt.LOOP),
    ]


def test_speech_without_words_is_an_empty_segment_in_its_place(
    settings: Settings, db: Database, transcribe: Callable[..., Recording], monkeypatch: pytest.MonkeyPatch
) -> None:
    said, _ = speech.prompt("goodbye")
    parts = [said, speech.silence(4), said, speech.hiss(3, 300)]
    begin, end = said.seconds + 4, 2 * said.seconds + 4
    heard = [Word("再", at / 2, at / 2 + 0.4, 0.9) for at in range(int(2 * said.seconds))]
    recording_id = message(settings, db, *parts)
    row = transcribe(recording_id, Listener(*heard))
    *_, segment = draft_of(db, recording_id).segments
    assert (segment.first_word, segment.last_word, segment.draft, segment.doubt) == (0, -1, "", None)
    assert [segment.start, segment.end] == pytest.approx([begin, end], abs=0.6)
    assert row.not_transcribed == pytest.approx(segment.end - segment.start)
    monkeypatch.setattr(known_speech, "is_known", lambda: False)
    assert transcribe(retried(db, recording_id), Listener(*heard)).not_transcribed is None


def test_a_draft_is_kept_when_the_voice_detection_fails(
    settings: Settings, db: Database, transcribe: Callable[..., Recording], monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_model(_heard: Audio) -> list[Interval]:
        raise FileNotFoundError("silero_vad.onnx")

    monkeypatch.setattr(known_speech, "intervals", no_model)
    recording_id = message(settings, db, speech.hiss(3, 1000))
    row = transcribe(recording_id, Listener(*HELLO))
    assert (row.transcription, row.first_words) == (TranscriptionState.TRANSCRIBED, "你好喂")
    assert row.not_transcribed is None


def retried(db: Database, recording_id: str) -> str:
    with db.writing() as session:
        session.get_one(Recording, recording_id).transcription = TranscriptionState.PENDING
    return recording_id


def test_each_side_of_a_talk_has_its_own_speech_without_words() -> None:
    def side(who: Speaker | None, speaks: Interval, *words: Word) -> rows.HeardTrack:
        return rows.HeardTrack(speech.silence(20), Draft(words, "listener", "model"), who, speech=[speaks])

    tracks = [
        side(Speaker.CALLER, Interval(0, 5), Word("喂", 4.0, 4.4, 0.9)),
        side(Speaker.AGENT, Interval(2, 3)),
        side(None, Interval(1, 9), Word("我的电话一三八", 1, 3, 0.9), Word("零零零零幺二三四", 3, 5, 0.9)),
    ]
    transcript, segments = rows.kept("id", tracks, NOW)
    assert [(each.speaker, each.start, each.end, each.draft) for each in segments] == [
        ("caller", 0, 3.5, ""),
        ("agent", 2, 3, ""),
        ("caller", 4.0, 4.4, "喂"),
        (None, 21, 25, "我的电话13800001234"),
        (None, 25.5, 29, ""),
    ]
    assert transcript.text == "喂\n我的电话13800001234"
    assert [word["text"] for word in transcript.words] == ["喂", "我的电话一三八", "零零零零幺二三四"]
    assert transcripts.unheard_seconds(segments) == 8.0


def test_an_engine_that_fails_three_times_leaves_it_to_a_person(
    settings: Settings, db: Database, transcribe: Callable[..., Recording]
) -> None:
    recording_id = message(settings, db, speech.hiss(3, 1000))
    broken = Listener(fault=MemoryError("no room"))
    states = [transcribe(recording_id, broken).transcription for _ in range(4)]
    assert states == ["pending", "pending", "failed", "failed"]
    row = transcribe(recording_id, Listener(*HELLO))
    assert (row.attempts, row.failure) == (3, "the engine failed: MemoryError: no room")
    assert row.no_draft == NoDraft.ENGINE_FAILED.name
    assert row.not_transcribed == row.seconds
    assert len(broken.heard) == 3


def test_an_engine_that_finds_no_end_is_stopped_with_a_reason(
    settings: Settings, db: Database, transcribe: Callable[..., Recording]
) -> None:
    recording_id = message(settings, db, speech.hiss(3, 1000))
    row = transcribe(recording_id, Listener(fault=SoftTimeLimitExceeded()))
    assert (row.transcription, row.failure) == ("pending", "transcribing took too long")
    assert row.no_draft == NoDraft.TOO_SLOW.name


@pytest.mark.parametrize(
    ("damage", "failure"),
    [
        (lambda path: path.write_bytes(b""), "no WAV file (0 bytes)"),
        (lambda path: path.unlink(), "the file is missing in the store"),
    ],
    ids=["emptied", "gone"],
)
def test_a_damaged_store_is_a_failure_with_its_reason(
    settings: Settings,
    db: Database,
    transcribe: Callable[..., Recording],
    damage: Callable[[Path], object],
    failure: str,
) -> None:
    recording_id = message(settings, db, speech.hiss(3, 1000))
    with db.reading() as session:
        key = session.get_one(Recording, recording_id).parts[0].store_key
    path = store.path_of(settings.store_dir, key)
    path.chmod(0o600)
    damage(path)
    row = transcribe(recording_id, Listener(*HELLO))
    assert (row.transcription, row.attempts, row.failure) == ("pending", 1, failure)


def test_a_worker_that_comes_back_late_changes_nothing(settings: Settings, db: Database) -> None:
    recording_id = message(settings, db, speech.hiss(3, 1000))
    later = NOW + timedelta(hours=1)

    class Overtaken(Listener):
        def transcribe(self, audio: Audio, language: str = "zh") -> Draft:
            with db.writing() as session:
                assert jobs.claim(session, recording_id, later, timedelta(minutes=1)) == 2
            return super().transcribe(audio, language)

    job.transcribe(recording_id, Overtaken(*HELLO), settings, db, lambda: NOW)
    with db.reading() as session:
        assert session.get_one(Recording, recording_id).transcription == TranscriptionState.RUNNING
        assert transcripts.latest(session, recording_id) is None


def test_only_what_waits_is_heard(
    settings: Settings, db: Database, transcribe: Callable[..., Recording]
) -> None:
    recording_id = message(settings, db, speech.hiss(3, 1000))
    engine = Listener(*HELLO)
    transcribe(recording_id, engine)
    transcribe(recording_id, engine)
    job.transcribe("no such recording", engine, settings, db)
    assert len(engine.heard) == 1


def test_the_time_limit_grows_with_the_audio_and_not_for_ever(settings: Settings) -> None:
    assert job.time_limit(60, settings) == 180
    assert job.time_limit(job.longest(settings), settings) == 2460
    both_channels = 2 * job.LONGEST_CALL_SECONDS
    assert job.time_limit(24 * 3600, settings) == job.time_limit(both_channels, settings) == 28860


def test_english_that_no_model_hears_is_an_empty_segment_and_says_so(
    settings: Settings, db: Database, transcribe: Callable[..., Recording]
) -> None:
    mandarin = Listener(*HELLO)
    recording_id = message(settings, db, speech.hiss(3, 1), language="en")
    row = transcribe(recording_id, EveryLanguage(models.MANDARIN, mandarin, None))
    assert (row.transcription, row.failure) == (TranscriptionState.TRANSCRIBED, "not transcribed: English")
    assert row.no_draft == NoDraft.ENGLISH.name
    assert mandarin.heard == []
    (segment,) = draft_of(db, recording_id).segments
    assert (segment.start, segment.end, segment.draft) == (0, 3, "")


def test_english_is_heard_by_a_second_engine_loaded_once() -> None:
    mandarin, english = Listener(*HELLO), Listener(Word("hello", 0, 1, 0.9))
    loads = iter([english])
    engine = EveryLanguage(models.MANDARIN, mandarin, lambda: next(loads))
    heard = [engine.transcribe(speech.silence(1), language) for language in ("en", "zh", "en")]
    assert [draft.words[0].text for draft in heard] == ["hello", "你好", "hello"]
    assert english.heard == [(1.0, "en")] * 2


def test_an_engine_of_many_languages_hears_english_itself() -> None:
    whisper = Listener(*HELLO)
    EveryLanguage(models.WHISPER, whisper, None).transcribe(speech.silence(1), "en")
    assert whisper.heard == [(1.0, "en")]
