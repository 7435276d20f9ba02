"""A corrected text word by word: it is the text and nothing else, at the times of what was heard there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.recordings.aligned import LONGEST_ALIGNED, aligned

HEARD = ["我", "家", "在", "在喊", "区", "解放", "路"]
WORDS = [
    {"text": text, "start": float(number), "end": number + 0.9, "confidence": 0.9}
    for number, text in enumerate(HEARD)
]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("我家在在喊区解放路", HEARD),
        ("我家在赛罕区解放路", ["我", "家", "在", "赛罕", "区", "解放", "路"]),
        ("我家在赛罕区,解放路", ["我", "家", "在", "赛罕", "区,", "解放", "路"]),
        ("解放路", ["解放", "路"]),
        ("路", ["路"]),
        ("", []),
        (" \n", []),
    ],
)
def test_pieces(text: str, pieces: list[str]) -> None:
    assert [each["text"] for each in aligned(WORDS, text)] == pieces


def test_what_was_corrected_is_heard_where_it_was_said_and_is_not_called_unsure() -> None:
    corrected = next(each for each in aligned(WORDS, "我家在赛罕区解放路") if each["text"] == "赛罕")
    assert (corrected["start"], corrected["end"], corrected["confidence"]) == (3.0, 3.9, None)


def test_where_nothing_was_heard_there_is_nothing_to_click() -> None:
    assert aligned([], "听写") == []
    assert [each["text"] for each in aligned([WORDS[0] | {"text": ""}], "听写")] == ["听写"]


@given(
    st.text("我家在赛罕区解放路,。 a1\n", min_size=1, max_size=60).filter(str.strip)
    | st.just("完" * (LONGEST_ALIGNED + 1))
)
def test_whatever_the_text_together_the_pieces_are_it_and_their_times_go_forward(text: str) -> None:
    pieces = aligned(WORDS, text)
    assert "".join(each["text"] for each in pieces) == text
    assert [each["start"] for each in pieces] == sorted(each["start"] for each in pieces)
    assert all(each["end"] > each["start"] for each in pieces)
