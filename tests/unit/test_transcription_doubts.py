"""Which words of an engine nobody said: loops, and more than anybody can say."""

import pytest

from hotline.recordings.transcripts import Doubt
from transcription import doubts


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("我想反映一个情况，我们小区停水三天了，物业一直没有人管。", 6.0),
        ("喂喂喂喂喂喂，听得见吗", 4.0),
        ("谢谢谢谢谢谢谢谢", 3.0),
        ("我的电话是一三八零零零零零零零零", 5.0),
        ("13800000000，再说一遍，13800000000", 8.0),
        ("不行不行不行，真的不行", 2.5),
        ("Hello, I am calling about the street lights in our street.", 4.0),
        ("", 0.0),
    ],
)
def test_what_people_say(text: str, seconds: float) -> None:
    assert doubts.of_words(text, seconds) is None


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("我们的" * 40, 8.4),
        ("7" * 120, 20.0),
        ("谢谢观看，" * 11, 22.0),
        ("thank you for watching " * 6, 20.0),
        ("他说他要去那个地方看一看那里的情况到底是怎么回事然后再回来告诉大家", 1.0),
        ("the people of the city and the people of the county and all of the others", 1.0),
    ],
)
def test_what_nobody_says(text: str, seconds: float) -> None:
    assert doubts.of_words(text, seconds) is Doubt.LOOP


def test_a_long_message_of_real_sentences_is_no_loop() -> None:
    said = (
        "我是育才小区五号楼的住户，我们楼的电梯坏了半个月没有人修，老人上下楼很不方便。物业说钱不够，街道说归物业管，"
        "我打了三次电话都没有结果。我们楼里有一位老人八十多岁了，上个月摔了一跤。希望你们尽快派人来修电梯，谢谢。"
    )
    assert doubts.of_words(said, 30.0) is None
    assert 0 < doubts.compression(said) < doubts.MOST_COMPRESSED
