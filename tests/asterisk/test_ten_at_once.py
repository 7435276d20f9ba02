"""Ten callers at the same moment: ten numbers, and ten recordings of what each has said."""

from pathlib import Path

import pytest

from hotline.settings import PROJECT
from ivr.softphone_caller import Caller
from tests.asterisk.conversations import (
    PATIENCE,
    Conversation,
    go_to_the_tone,
    hear_number,
    hold_at_once,
    number_heard,
    own_number,
    recording_from,
    says,
    sound_of,
)
from tests.asterisk.instance import HotlineInstance

SENTENCES = [
    PROJECT / "sounds" / "en" / f"{key}.wav"  # any speech will do, if each is another
    for key in (
        "enquiry-ask",
        "enquiry-too-many",
        "enquiry-unavailable",
        "case-state-registered",
        "case-state-received",
        "case-state-no-content",
        "heard-nothing-goodbye",
        "number-later",
        "message-ask-more",
        "offer-message",
    )
]


def leaving(sentence: Path) -> Conversation:
    def leave(caller: Caller) -> None:
        go_to_the_tone(caller)
        caller.speaks(sentence)
        caller.presses("#")
        caller.begins_to_hear("message-review", timeout=PATIENCE)
        caller.presses("1")
        hear_number(caller)

    return leave


@pytest.mark.timeout(180)
def test_ten_at_once(shared_hotline: HotlineInstance, tmp_path: Path) -> None:
    conversations = {f"caller {index}": leaving(each) for index, each in enumerate(SENTENCES)}
    calls = hold_at_once(shared_hotline, tmp_path, conversations)
    numbers = set()
    for name, sentence in zip(conversations, SENTENCES, strict=True):
        number = number_heard(calls[name].result())
        recording = recording_from(shared_hotline, own_number(name))
        assert recording.case_number == number
        sounds = sound_of(shared_hotline, recording)
        assert [each for each in SENTENCES if any(says(sound, each) for sound in sounds)] == [sentence]
        numbers.add(number)
    assert len(numbers) == len(SENTENCES)
