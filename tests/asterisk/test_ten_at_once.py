"""Ten callers at the same moment: ten numbers, and ten recordings of what each has said."""

from concurrent.futures import Future

import pytest

from ivr.softphone.caller import Caller
from tests.asterisk.night import SENTENCES
from tests.kit.conversations import number_heard, own_number, recording_from, says, sound_of
from tests.kit.instance import HotlineInstance


@pytest.mark.timeout(240)
def test_ten_at_once(night_hotline: HotlineInstance, night: dict[str, Future[Caller]]) -> None:
    numbers = set()
    for name, sentence in SENTENCES.items():
        number = number_heard(night[name].result())
        recording = recording_from(night_hotline, own_number(name))
        assert recording.case_number == number
        sounds = sound_of(night_hotline, recording)
        assert [each for each in SENTENCES.values() if any(says(sound, each) for sound in sounds)] == [
            sentence
        ]
        numbers.add(number)
    assert len(numbers) == len(SENTENCES)
