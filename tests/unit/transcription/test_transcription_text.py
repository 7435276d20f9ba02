"""From words to text and stretches, and how far a text is from what was said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.recordings.transcripts import Doubt
from transcription import accuracy, segments, text
from transcription.draft import DoubtfulStretch, Word


@pytest.mark.parametrize(
    ("words", "joined"),
    [
        (["你好", "我", "住", "在", "赛罕区"], "你好我住在赛罕区"),
        (["한", "잔", "의", "커피"], "한 잔 의 커피"),
        (["hello,", " this", "is", "he."], "hello, this is he."),
        (["我", "的", "WiFi", "坏", "了", "。"], "我的WiFi坏了。"),
        (["", " ", "好"], "好"),
        ([], ""),
    ],
)
def test_only_chinese_is_joined_without_spaces(words: list[str], joined: str) -> None:
    assert text.join(words) == joined


def spoken(*pauses: float, each: float = 0.5, what: str = "字") -> list[Word]:
    """Words of ``each`` seconds with these pauses before them."""
    words, at = [], 0.0
    for pause in pauses:
        words.append(Word(what, at + pause, at + pause + each, 1.0))
        at += pause + each
    return words


def cut(words: list[Word]) -> list[tuple[int, int]]:
    return [(each.first, each.stop) for each in segments.cut(words)]


def test_a_pause_begins_a_new_stretch() -> None:
    assert cut(spoken(0, 0.1, 0.8, 0.1)) == [(0, 2), (2, 4)]


def test_a_number_that_is_dictated_is_one_stretch() -> None:
    said = [
        ("电话", 0),
        ("幺三八，", 0.9),
        ("零零零零", 1.5),
        ("1234", 2.9),
        ("请", 0.9),
        ("九", 1),
        ("九", 3.1),
    ]
    words, at = [], 0.0
    for each, pause in said:
        words.append(Word(each, at + pause, at + pause + 1, 1.0))
        at += pause + 1
    assert cut(words) == [(0, 1), (1, 4), (4, 5), (5, 6), (6, 7)]


def test_a_long_stretch_ends_at_a_breath_and_a_short_one_does_not() -> None:
    assert cut(spoken(0, 0.3, 0.3)) == [(0, 3)]
    assert cut(spoken(0, 0.3, 0.3, each=12.0)) == [(0, 1), (1, 2), (2, 3)]


def test_a_long_stretch_ends_with_a_sentence() -> None:
    words = [*spoken(*[0.0] * 26), Word("了。", 13.0, 13.2, 1.0), Word("他", 13.2, 13.4, 1.0)]
    assert cut(words) == [(0, 27), (27, 28)]


def test_nobody_talks_for_ever_in_one_stretch() -> None:
    assert cut(spoken(*[0.0] * 100)) == [(0, 40), (40, 80), (80, 100)]


def test_a_doubtful_stretch_is_one_by_itself_whatever_its_words_say() -> None:
    words = spoken(*[0.0] * 6)
    doubtful = [DoubtfulStretch(0, 0, 0.0, 9.0, Doubt.LANGUAGE), DoubtfulStretch(2, 4, 1.0, 8.0, Doubt.LOOP)]
    assert segments.cut(words, doubtful) == [
        doubtful[0],
        DoubtfulStretch(0, 2, 0.0, 1.0),
        doubtful[1],
        DoubtfulStretch(4, 6, 2.0, 3.0),
    ]


@given(st.lists(st.tuples(st.floats(0, 3), st.floats(0, 30)), max_size=60))
def test_every_word_is_in_exactly_one_stretch(timing: list[tuple[float, float]]) -> None:
    words, at = [], 0.0
    for pause, length in timing:
        words.append(Word("字", at + pause, at + pause + length, 1.0))
        at += pause + length
    assert [n for first, stop in cut(words) for n in range(first, stop)] == list(range(len(words)))


@pytest.mark.parametrize(
    ("said", "heard", "wrong"),
    [
        ("信访编号", "新房编号", 2),
        ("你好，我姓张。", "你好 我姓张", 0),
        ("Hello", "hello!", 0),
        ("三月", "", 2),
        ("天", "今天天", 2),
    ],
)
def test_wrong_characters(said: str, heard: str, wrong: int) -> None:
    assert accuracy.wrong_characters(said, heard) == wrong


@given(st.text("天地人，。 ", max_size=12), st.text("天地人，。 ", max_size=12))
def test_wrong_characters_are_those_jiwer_counts(said: str, heard: str) -> None:
    import jiwer

    said = f"天{said}"
    counted = jiwer.process_characters(accuracy.spoken(said), accuracy.spoken(heard))
    expected = counted.substitutions + counted.deletions + counted.insertions
    assert accuracy.wrong_characters(said, heard) == expected
    assert accuracy.character_error_rate(said, heard) == pytest.approx(counted.cer)


def test_nothing_said_has_no_rate() -> None:
    with pytest.raises(ValueError, match="nothing was said"):
        accuracy.character_error_rate("，。", "好")
