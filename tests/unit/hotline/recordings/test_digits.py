"""Runs of digits: found in what was said, written one way, and checked by length and check digit."""

import pytest

from hotline.recordings import digits, number_checks
from hotline.recordings.number_checks import NumberCheck, NumberKind

MOBILE, CASE, IDENTITY = (
    NumberCheck(NumberKind.MOBILE, True, 11),
    NumberCheck(NumberKind.CASE, True, 10),
    NumberCheck(NumberKind.IDENTITY, True, 18),
)
UNKNOWN = NumberCheck(NumberKind.OTHER, None)


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("我的电话是一三八零零零零幺二三四。", "我的电话是13800001234。"),
        ("电话138 0000 1234", "电话13800001234"),
        ("电话是13 800 12 34", "电话是138001234"),
        ("请打幺八六，零四七幺，二三五九。", "请打18604712359。"),
        ("１３８-００００-１２３４", "13800001234"),
        ("号码是17 70 - 4 18 - 8 26", "号码是1770418826"),
        ("由8 60 4 7 - 23 59", "由860472359"),
        ("由8 60 4 7 1 - 23 59", "18604712359"),
        ("要三九，四八一二，六五零七", "13948126507"),
        ("电话是以3948126507我想", "电话是13948126507我想"),
        ("一三九四八一二六五零要快", "1394812650要快"),
        ("三九四八，不对，幺三八两零零零要二三四", "3948，不对，13820001234"),
        ("座机零四七幺，六二八，三九零五", "座机04716283905"),
        ("编号二六零零零零零零幺二", "编号2600000012"),
        ("一一零一零五一九四九一二三一零零二叉", "11010519491231002X"),
        ("合同是二零二三年签的", "合同是2023年签的"),
        ("一三八零零零零一二三四一直打不通", "13800001234一直打不通"),
        ("幺三八零零零零幺二三四一共打了三次", "13800001234一共打了三次"),
        ("七" * 120, "7" * 120),
    ],
    ids=str,
)  # fmt: skip
def test_runs_are_written_one_way(said: str, written: str) -> None:
    assert digits.written(said) == written
    assert digits.written(written) == written


@pytest.mark.parametrize(
    "said",
    [
        "三道沟镇七一路八十六号一零三室",
        "一起十分七七八八，等了五六七八天",
        "欠了二十三万六千五百元，一千二百块",
        "一一零和一二零都打了",
        "买了2 3个，1,236,500元，6:30，3.14",
        "2023-11-28，我138，他139",
        "1000-2000元，2020 - 2023年，3-4个",
        "三点一四一五九，二十三四五六",
        "我要三个，药两盒",
        "蒙A 836 27",
        "",
    ],
)
def test_words_values_and_places_are_left_alone(said: str) -> None:
    assert digits.written(said) == said


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("电话13800001234", {"13800001234": MOBILE}),
        ("+86 138 0000 1234", {"8613800001234": MOBILE}),
        ("电话138001234", {"138001234": NumberCheck(NumberKind.MOBILE, False, 11)}),
        ("电话1380000012345", {"1380000012345": NumberCheck(NumberKind.MOBILE, False, 11)}),
        ("13948126507 2600000012", {"139481265072600000012": NumberCheck(NumberKind.OTHER, False)}),
        ("信访编号2600000012", {"2600000012": CASE}),
        ("信访编号2600000021", {"2600000021": NumberCheck(NumberKind.CASE, False, 10)}),
        ("信访编号26000001", {"26000001": NumberCheck(NumberKind.CASE, False, 10)}),
        ("是26000001", {"26000001": NumberCheck(NumberKind.CASE, False, 10)}),
        ("11010519491231002X", {"11010519491231002X": IDENTITY}),
        ("110105194912310021", {"110105194912310021": NumberCheck(NumberKind.IDENTITY, False, 18)}),
        ("110105194902310023", {"110105194902310023": NumberCheck(NumberKind.IDENTITY, False, 18)}),
        ("身份证1101051949123100", {"1101051949123100": NumberCheck(NumberKind.IDENTITY, False, 18)}),
        ("04716283905", {"04716283905": NumberCheck(NumberKind.FIXED, True)}),
        ("打6283905", {"6283905": NumberCheck(NumberKind.FIXED, None)}),
        ("手机号86 00 2 25希望", {"8600225": NumberCheck(NumberKind.MOBILE, False, 11)}),
        ("047162839", {"047162839": NumberCheck(NumberKind.FIXED, False)}),
        ("4001234567", {"4001234567": NumberCheck(NumberKind.FIXED, True)}),
        ("二零二三年，身份证最后四位三零七八", {"2023": UNKNOWN, "3078": UNKNOWN}),
        ("7" * 120, {"7" * 120: NumberCheck(NumberKind.OTHER, False)}),
    ],
    ids=str,
)
def test_runs_are_checked(text: str, runs: dict[str, NumberCheck]) -> None:
    found = {run.digits: number_checks.check(run.digits, text[: run.begin]) for run in digits.runs(text)}
    assert found == runs


def test_the_check_digits_find_each_wrong_digit_and_each_swap() -> None:
    for number in ("2600000012", "11010519491231002X"):
        for at in range(len(number) - 1):
            wrong = number[:at] + str((int(number[at]) + 1) % 10) + number[at + 1 :]
            assert not number_checks.check(wrong).fits, wrong
            if number[at] != number[at + 1]:
                swapped = number[:at] + number[at + 1] + number[at] + number[at + 2 :]
                assert not number_checks.check(swapped).fits, swapped
