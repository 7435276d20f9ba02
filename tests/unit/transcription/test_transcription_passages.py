"""From what Whisper writes to a draft: windows in pauses, nothing spoken left out, words in doubt apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.recordings.transcripts import Doubt
from transcription import passages, windows
from transcription.draft import DoubtfulStretch, Word
from transcription.intervals import Interval
from transcription.whisper_output import Passage, Window

MANDARIN = {"zh": 0.98, "en": 0.01}


def intervals(*times: tuple[float, float]) -> list[Interval]:
    return [Interval(*each) for each in times]


def test_windows_end_in_pauses_and_are_not_long() -> None:
    voiced = [(0.4, 4.0), (5.0, 9.5), (11.0, 15.0), (15.6, 17.0), (20.0, 44.0)]
    assert windows.windows(intervals(*voiced), 15) == [(0.4, 15.0), (15.6, 17.0), (20.0, 44.0)]


def test_voice_without_words_is_found_at_both_ends_and_in_between() -> None:
    voiced = [(0.0, 10.0), (12.0, 13.5)]
    words = [(2.0, 3.0), (3.2, 4.0), (6.0, 9.6)]
    assert windows.unheard(intervals(*voiced), intervals(*words), 1.0) == [
        (0.0, 2.0),
        (4.0, 6.0),
        (12.0, 13.5),
    ]
    assert windows.unheard(intervals(*voiced), intervals((-1.0, 20.0)), 0.1) == []


def test_what_is_heard_again_is_put_together_where_nothing_was_heard_between() -> None:
    left, heard = [(0.0, 2.0), (3.0, 5.0), (7.0, 9.0)], [(5.0, 7.0)]
    assert windows.windows(intervals(*left), 15, intervals(*heard)) == [(0.0, 5.0), (7.0, 9.0)]


def test_a_word_that_nobody_says_so_long_covers_what_it_left_out_no_more() -> None:
    found = window(passage("停水", 0.0, 1.0), Passage((Word("了", 1.0, 9.0, 0.9),), 1.0, 9.0, -0.5, 0.0))
    assert windows.unheard(intervals((0.0, 10.0)), passages.covered([found], "zh"), 1.0) == [(3.0, 10.0)]


@given(st.lists(st.tuples(st.floats(0, 3), st.floats(0.1, 12)), max_size=20))
def test_all_of_the_voice_is_in_windows(timing: list[tuple[float, float]]) -> None:
    voiced, at = [], 0.0
    for pause, length in timing:
        voiced.append((at + pause, at + pause + length))
        at += pause + length
    found = windows.windows(intervals(*voiced), windows.LONGEST_SECONDS)
    assert all(end - start <= windows.LONGEST_SECONDS for start, end in found)
    assert not windows.unheard(intervals(*voiced), found, 0.1)


def passage(
    text: str, start: float, end: float, log_probability: float = -0.5, no_speech: float = 0.01
) -> Passage:
    """Every character a word, evenly over the time."""
    each = (end - start) / len(text)
    words = tuple(Word(c, start + n * each, start + (n + 1) * each, 0.9) for n, c in enumerate(text))
    return Passage(words, start, end, log_probability, no_speech)


def window(*found: Passage, languages: dict[str, float] = MANDARIN, seconds: float = 15.0) -> Window:
    start = found[0].start if found else 0.0
    return Window(start, start + seconds, found, languages)


def heard(*found: Window, told: str = "zh") -> tuple[str, list[DoubtfulStretch]]:
    words, doubtful = passages.put_together(found, told)
    return "".join(word.text for word in words), doubtful


def test_what_a_second_try_heard_stands_where_it_was_said() -> None:
    first = passage("小区停水", 0.0, 2.0)
    after = passage("请尽快处理", 9.0, 11.0)
    between = window(passage("已经三天了", 4.0, 6.0), seconds=3.0)
    assert heard(window(first, after), between) == ("小区停水已经三天了请尽快处理", [])


def test_a_loop_is_in_doubt_and_what_stands_beside_it_is_not() -> None:
    loop = passage("谢谢大家收看" * 6, 5.0, 12.0)
    text, doubtful = heard(window(passage("我住在赛罕区", 0.0, 3.0)), window(loop))
    assert text.startswith("我住在赛罕区谢谢大家收看")
    assert doubtful == [DoubtfulStretch(6, 42, 5.0, 12.0, Doubt.LOOP)]


def test_a_phrase_for_every_stretch_is_a_loop_of_the_message() -> None:
    phrase = [window(passage("好好好的", at, at + 1.5), seconds=2.0) for at in range(0, 22, 2)]
    assert heard(*phrase)[1] == [DoubtfulStretch(0, 44, 0.0, 21.5, Doubt.LOOP)]
    assert heard(*phrase[:3])[1] == []


def test_what_a_citizen_repeats_hides_nothing() -> None:
    said = (
        passage("我叫张三住在赛罕区育才小区五号楼二单元三零一", 0.0, 5.0),
        passage("我们楼的电梯坏了半个月也没有人来修", 5.5, 10.0),
        passage("求求你们" * 4, 11.0, 15.0),
    )
    assert heard(window(*said))[1] == []
    cries = [window(passage("我要投诉", at, at + 1.0), seconds=1.2) for at in range(0, 16, 2)]
    assert heard(*cries)[1] == []


def test_a_loop_takes_no_words_of_its_window_along() -> None:
    said = passage("我们楼的电梯坏了半个月也没有人来修", 0.0, 5.0)
    loop = passage("我们的" * 40, 6.0, 14.4)
    after = passage("请尽快派人来", 14.5, 16.0)
    assert heard(window(said, loop, after, seconds=16.0))[1] == [
        DoubtfulStretch(17, 137, 6.0, 14.4, Doubt.LOOP)
    ]


def test_a_loop_is_found_from_one_passage_to_the_next() -> None:
    said = passage("我住在赛罕区", 0.0, 2.0)
    loop = (
        passage("谢谢观看谢谢观", 3.0, 6.0),
        *(passage("看谢谢观看谢谢观", at, at + 3.0) for at in (6, 9, 12, 15)),
    )
    assert heard(window(said, *loop, seconds=18.0))[1] == [DoubtfulStretch(6, 45, 3.0, 18.0, Doubt.LOOP)]


def test_a_loop_is_heard_again_and_what_that_gives_takes_its_place() -> None:
    said = passage("我住在赛罕区", 0.0, 2.0)
    loop = passage("谢谢大家收看" * 6, 3.0, 12.0)
    first = [window(said, loop)]
    assert windows.unheard(intervals((0.0, 2.0), (3.0, 12.0)), passages.covered(first, "zh"), 1.0) == [
        (3.0, 12.0)
    ]
    again = window(passage("电梯坏了", 4.0, 6.0), seconds=3.0)
    assert heard(*passages.with_second_try(first, [again], "zh")) == ("我住在赛罕区电梯坏了", [])
    nothing = window(seconds=3.0)
    assert heard(*passages.with_second_try(first, [nothing], "zh"))[1] == [
        DoubtfulStretch(6, 42, 3.0, 12.0, Doubt.LOOP)
    ]


def test_improbable_words_are_probably_invented() -> None:
    assert heard(window(passage("字幕由志愿者提供", 0.0, 4.0, -1.1)))[1][0].doubt is Doubt.INVENTED
    assert heard(window(passage("字幕由志愿者提供", 0.0, 4.0, -0.8, 0.7)))[1][0].doubt is Doubt.INVENTED


@pytest.mark.parametrize(
    ("told", "languages", "no_speech", "doubt"),
    [
        ("zh", {"ko": 0.97, "zh": 0.01}, 0.01, Doubt.LANGUAGE),
        ("zh", {"en": 0.94, "ja": 0.03, "zh": 0.0}, 0.35, Doubt.LANGUAGE),
        ("zh", {"my": 0.45, "bo": 0.12, "la": 0.11, "zh": 0.01}, 0.04, Doubt.LANGUAGE),
        ("zh", {"en": 0.45, "de": 0.1, "ru": 0.07, "zh": 0.01}, 0.43, Doubt.INVENTED),
        ("zh", {"zh": 0.58, "my": 0.37}, 0.02, None),
        ("zh", {"yue": 0.7, "zh": 0.02}, 0.02, None),
        ("zh", {"ja": 0.25, "nn": 0.13, "en": 0.12, "zh": 0.11}, 0.34, None),
        ("en", {"en": 0.9, "zh": 0.05}, 0.02, None),
        ("en", {"zh": 0.95, "en": 0.01}, 0.02, Doubt.LANGUAGE),
        ("zh", {}, 0.0, None),
    ],
    ids=[
        "Korean",
        "English",
        "Mongolian",
        "noise",
        "Cantonese read as Mandarin",
        "an accent",
        "Mandarin in noise",
        "English as told",
        "no English",
        "not known",
    ],
)
def test_another_language_than_the_one_it_was_told(
    told: str, languages: dict[str, float], no_speech: float, doubt: Doubt | None
) -> None:
    """The values are Whisper's own, for recordings of each kind."""
    heard_as = passage("听不懂的话", 0.0, 5.0, no_speech=no_speech)
    _, doubtful = heard(window(heard_as, languages=languages), told=told)
    assert [each.doubt for each in doubtful] == ([doubt] if doubt else [])


def test_a_word_or_two_do_not_tell_the_language() -> None:
    assert heard(window(passage("喂你好", 0.0, 1.0), languages={"en": 0.9}, seconds=1.2))[1] == []
