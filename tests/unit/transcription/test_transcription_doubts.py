"""Which words of an engine nobody said: loops, and more than anybody can say."""

import pytest

from hotline.recordings.transcripts import Doubt
from transcription import doubts

ADDRESS = "我叫张三，住在赛罕区育才小区五号楼二单元"
THANKS = "".join(f"谢谢{each}看" for each in "观收大观大收收观大大观收观观大收大观收大大收观收观大观")
BEGGING = (
    "求求你们救救我们吧，"
    + "求求你们了，救救我们吧，求求你们，救救我们，" * 3
    + "快来人，"
    + "求求你们救救我们吧，求求你们了，" * 2
    + "救救我们，快来人"
)


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
        ("救命" * 8, 4.0),
        ("救命！" * 29, 20.0),
        ("求求你们，" * 8, 12.0),
        ("我要投诉！" * 4, 4.0),
        ("我要投诉" * 8, 8.0),
        ("对" * 40, 9.0),
        ("喂，" * 30, 25.0),
        ("我叫王秀英，我叫王秀英，我叫王秀英，我叫王秀英", 8.0),
        ("13800001234，" * 5, 25.0),
        ("我的电话是13800001234，" * 4, 20.0),
        ("我叫张三，住在育才小区五号楼。" * 4, 16.0),
        ("救命啊，快来人啊，救命啊，着火了，" * 4, 15.0),
        (
            "求求你们救救我们吧，求求你们了，救救我们吧，求求你们，救救我们，求求你们了，快来人啊，救救我们吧",
            20.0,
        ),
        ("不行不行，我不同意，不行不行，真的不行，我说了不行就是不行，不行不行", 9.0),
        (ADDRESS + "喂，" + ADDRESS + "听得见吗？" + ADDRESS + "你听我说，" + ADDRESS, 28.0),
        (BEGGING, 28.0),
        ("help me please " * 5, 6.0),
        ("I want to complain, " * 5, 8.0),
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
        ("7" * 40, 8.0),
        (THANKS, 28.0),
        ("我们楼的电梯坏了半个月，电梯坏了没有人来修，" + "他们说" * 15, 12.0),
        ("嗯" * 100, 20.0),
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
