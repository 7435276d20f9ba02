"""Speech without words: what is shown, what is too short to be, and where real speech is."""

import numpy as np
import pytest

from tests.kit import speech as sounds
from transcription import speech, unheard
from transcription.audio import Audio
from transcription.draft import Word
from transcription.intervals import Interval


def words(*times: tuple[float, float]) -> list[Interval]:
    return [unheard.around(Word("字", start, end, 1.0)) for start, end in times]


@pytest.mark.parametrize(
    ("spoken", "heard", "shown"),
    [
        ([(0, 10)], [], [(0, 10)]),
        ([], [(0, 1)], []),
        ([(0, 10)], [(0, 2), (2.5, 4.5), (5, 7), (7.5, 9.5)], []),
        ([(0, 26)], [(0.2, 1), (1, 2), (2, 3), (24, 25)], [(3.5, 23.5)]),
        ([(0, 4), (5, 9)], [(0.2, 1), (1, 2), (2, 3.8)], [(5, 9)]),
        ([(0, 3), (4, 7), (12, 14)], [], [(0, 7), (12, 14)]),
        ([(0, 3), (4.5, 7)], [(3.5, 4)], [(0, 3), (4.5, 7)]),
        ([(0, 0.9)], [], []),
        ([(0, 0.6), (1, 1.6)], [], [(0, 1.6)]),
        ([(0, 20)], [(0.5, 18)], [(3.0, 20)]),
        ([(0, 20)], [(15, 16), (1, 2)], [(2.5, 14.5), (16.5, 20)]),
    ],
    ids=[
        "no word at all",
        "words and no speech",
        "breaths between words",
        "the middle",
        "the second sentence",
        "a pause goes on, a long one does not",
        "a word in the pause",
        "a cough",
        "two of them",
        "a word that lasts until the next",
        "words out of their order",
    ],
)
def test_speech_without_words(
    spoken: list[tuple[float, float]], heard: list[tuple[float, float]], shown: list[tuple[float, float]]
) -> None:
    found = unheard.intervals([Interval(*each) for each in spoken], words(*heard))
    assert [tuple(round(second, 3) for second in each) for each in found] == shown


def test_speech_is_found_between_pauses_and_nothing_else_is_speech() -> None:
    said, _ = sounds.prompt("goodbye")
    rate = said.rate
    at = np.arange(5 * rate) / rate
    tone = (6000 * np.sin(2 * np.pi * 440 * at)).astype(np.int16)
    hum = sounds.hiss(5, 400).samples
    (found,) = speech.intervals(Audio(np.concatenate([tone, said.samples, hum]), rate))
    assert found.start == pytest.approx(5, abs=0.6)
    assert found.end == pytest.approx(5 + said.seconds, abs=0.6)


def test_a_long_call_is_looked_at_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    said, _ = sounds.prompt("goodbye")
    monkeypatch.setattr(speech, "_AT_ONCE_SECONDS", 4)
    quiet = np.zeros(4 * said.rate, np.int16)
    found = speech.intervals(Audio(np.concatenate([quiet, quiet, said.samples[: 4 * said.rate]]), said.rate))
    assert found and found[0].start == pytest.approx(8, abs=0.6)


def test_the_other_side_of_a_talk_is_heard_faintly_and_is_no_speech_of_this_one() -> None:
    said = sounds.prompt("goodbye")[0]
    faint = np.rint(said.samples * 0.02).astype(np.int16)
    both = Audio(np.concatenate([said.samples, np.zeros(said.rate, np.int16), faint]), said.rate)
    found = speech.intervals(both)
    assert found[-1].end > said.seconds + 2
    own = speech.without_echo(both, found)
    assert own and own[-1].end == pytest.approx(said.seconds, abs=0.6)


def test_next_to_nothing_is_no_speech() -> None:
    assert not speech.intervals(Audio(np.zeros(0, np.int16), 8000))
    assert not speech.intervals(Audio(np.zeros(100, np.int16), 8000))
