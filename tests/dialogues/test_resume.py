"""The second rung goes on with a call: only who has spoken is told that it was kept."""

import pytest

from hotline.recordings import spool
from hotline.recordings.spool import CallNote
from ivr.dialogues.resume import resume
from ivr.timed_pool import Unavailable
from tests.dialogues.night import CALLER, NOW, Night
from tests.dialogues.scripted import GOLDEN, HOTLINE, TEXTS, a_message, read
from tests.kit.agi_peer import RATE, voice, write_wav

SILENCE = bytes(2 * RATE * 8)
KEPT = f"{HOTLINE} {TEXTS['zh/message-kept']}"


def begun(night: Night, *parts: bytes, replaced: tuple[int, ...] = ()) -> str:
    """The next call, as an earlier rung that has died left it."""
    call_id = f"1763885000.{night.calls + 1}"
    folder = night.settings.spool_dir
    spool.write_note(folder, CallNote(call_id, CALLER, "zh", NOW, replaced))
    for number, samples in enumerate(parts, 1 + len(replaced)):
        write_wav(spool.part_path(folder, call_id, number), samples)
    return call_id


def parts(night: Night, call_id: str) -> dict[str, bool]:
    """The parts of the one recording of a call, and whether each was replaced."""
    [recording] = night.recordings(call_id)
    return {part.source.removeprefix(call_id): part.replaced for part in recording.parts}


def test_who_has_spoken_is_not_asked_again(night: Night) -> None:
    call_id = begun(night, SILENCE, voice(3.0))
    line = night.call([], resume)
    [recording] = night.recordings(call_id)
    assert line.written[0].startswith(KEPT)
    assert TEXTS[f"zh/digit-{recording.case_number[-1]}"] in line.written[0]
    assert parts(night, call_id) == {".01.wav": False, ".02.wav": False}


def test_whose_message_was_taken_in_already_hears_its_number(night: Night) -> None:
    call_id = begun(night, voice(3.0))
    night.office.take_in(call_id)
    assert night.call([], resume).written[0].startswith(KEPT)
    assert len(night.recordings(call_id)) == 1


def test_who_was_only_silent_is_answered_anew(night: Night) -> None:
    call_id = begun(night, SILENCE)
    assert night.call(a_message(), resume).written == a_message()
    assert parts(night, call_id) == {".01.wav": True, ".02.wav": False}


def test_nobody_waits_for_the_list_of_blocked_numbers(night: Night) -> None:
    night.given("blocked")
    assert night.call(a_message(), resume).written == a_message()


def test_what_was_replaced_before_stays_replaced(night: Night) -> None:
    call_id = begun(night, SILENCE, replaced=(1,))
    write_wav(spool.part_path(night.settings.spool_dir, call_id, 1), SILENCE)
    assert night.call(a_message(), resume).written == a_message()
    assert parts(night, call_id) == {".01.wav": True, ".02.wav": True, ".03.wav": False}


def test_the_talk_before_a_message_is_not_replaced_by_it(night: Night) -> None:
    call_id = begun(night)
    for side in (70, 71):
        write_wav(night.settings.spool_dir / f"{call_id}.{side}@seat01+{CALLER}.wav", voice(3.0))
    night.given("no seat could take the call")
    paper = read(GOLDEN / "message-after-waiting.zh.txt").lines
    assert night.call(paper).written == paper
    sides = {f".{side}@seat01.wav": False for side in (70, 71)}  # whose call it was stands elsewhere
    assert parts(night, call_id) == {".01.wav": False} | sides


def test_the_number_of_a_part_that_has_gone_is_not_used_again(night: Night) -> None:
    call_id = begun(night, replaced=(1,))
    assert night.call(a_message(), resume).written == a_message()
    assert parts(night, call_id) == {".02.wav": False}


def test_who_was_only_asked_is_answered_anew(night: Night) -> None:
    call_id = begun(night)
    assert night.call(a_message(), resume).written == a_message()
    assert parts(night, call_id) == {".01.wav": False}


def test_who_hangs_up_in_silence_again_loses_nothing(night: Night) -> None:
    call_id = begun(night, SILENCE)
    night.call([], resume, hang_up_at=1)
    assert parts(night, call_id) == {".01.wav": False}


def test_who_has_spoken_hears_it_when_the_database_does_not_answer(
    night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(call_id: str) -> str:
        raise Unavailable

    begun(night, voice(3.0))
    monkeypatch.setattr(night.office, "take_in", fails)
    assert night.call([], resume).written == [f"{KEPT} {TEXTS['zh/number-later']}"]
