"""One telephone is one caller, however its number is written; what is no telephone number is unknown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.telephone_numbers import normal, ways_to_write

MOBILES = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
FIXED = st.from_regex(r"0([2-9][0-9]|10)[0-9]{7,8}", fullmatch=True)
DIALLED = st.sampled_from(["", "0", "86", "+86", "0086", "+0086", "086", "860", "+860", "00860"])
AFTER = st.text("*# \t\u200b\u202e-", max_size=6)


def spread(number: str, data: st.DataObject) -> str:
    """With something between its digits that people and telephones put there."""
    between = data.draw(
        st.lists(st.sampled_from(["", "", "", " ", "-", "\u00a0", "."]), min_size=20, max_size=20)
    )
    return "".join(digit + gap for digit, gap in zip(number, between, strict=False))


def wide(number: str) -> str:
    """The same in full-width characters."""
    return "".join(chr(ord(each) + 0xFEE0) for each in number)


@pytest.mark.thorough
@given(MOBILES, DIALLED, AFTER, st.booleans(), st.data())
def test_a_mobile_is_one_caller(
    number: str, dialled: str, after: str, is_wide: bool, data: st.DataObject
) -> None:
    written = dialled + number
    assert normal(spread(wide(written) if is_wide else written, data) + after) == number


@pytest.mark.thorough
@given(FIXED, st.sampled_from(["86", "+86", "0086", "860", "+860", "00860", "0", ""]), AFTER)
def test_a_fixed_telephone_is_one_caller(number: str, dialled: str, after: str) -> None:
    assert normal(dialled + number[1:] + after) == number


@given(st.text(max_size=40))
def test_a_normal_number_stays_as_it_is(number: str) -> None:
    found = normal(number)
    assert normal(found) == found
    assert found == "" or (found.removeprefix("+").isdigit() and found.isascii())


@given(MOBILES | FIXED)
def test_every_way_to_write_is_the_same_caller(number: str) -> None:
    ways = ways_to_write(number)
    assert len(ways) > 3
    assert {normal(way) for way in ways} == {number}


@given(MOBILES | FIXED, st.sampled_from(["0086", "+86", "86", "086", "+0086", "0"]), st.booleans())
def test_whichever_way_comes_in_finds_all_the_others(number: str, dialled: str, is_first: bool) -> None:
    other = dialled + (number if number.startswith("1") else number[1:])
    came, kept = (other, number) if is_first else (number, other)
    assert kept in ways_to_write(came)


def test_a_number_abroad_is_no_way_to_write_one_here() -> None:
    for abroad in ("+13800001234", "0013800001234"):
        assert not {"13800001234", "013800001234"} & set(ways_to_write(abroad))
        assert abroad not in ways_to_write("13800001234")


@pytest.mark.parametrize(
    "number",
    [
        "",
        "anonymous",
        "*",
        "##",
        "unknown",
        "1",
        "12",
        "9" * 20,
        "0" * 11,
        "+",
        "++8613900001234",
        "138x0001234",
        "1390000123456789",
        "13900001234;isub=1",
        "<13900001234>",
        "+86",
        "00",
        "十三九",
    ],
)
def test_what_is_no_telephone_number_is_unknown(number: str) -> None:
    assert normal(number) == ""


@pytest.mark.parametrize(
    ("number", "same"),
    [
        ("12345", "12345"),
        ("2391555", "2391555"),
        ("0014155550123", "+14155550123"),
        ("447911123456", "447911123456"),
        ("١٣٩٠٠٠٠١٢٣٤", "13900001234"),
        ("+1 380 000 1234", "+13800001234"),
        ("0013800001234", "+13800001234"),
        ("+1 4155550-123", "+14155550123"),
        ("62345678-801", "62345678"),
        ("61345678-8", "61345678"),
        ("010-62345678-801", "01062345678"),
        ("(0471)2391555转801", "04712391555"),
        ("0471-2391555 分机 8", "04712391555"),
        ("+86-471-2391555-801", "04712391555"),
        ("62345678 ext. 801", "62345678"),
        ("62345678，801", "62345678"),
        ("tel:+86-138-0000-1234;ext=12", "13800001234"),
        ("TEL:13800001234", "13800001234"),
        ("00 86 13800001234", "13800001234"),
        ("138-2345678-9", "13823456789"),
        ("471-2391555", "04712391555"),
        ("6234-5678", "62345678"),
        ("1380000-1234", "13800001234"),
        ("13800001234-12", "13800001234"),
    ],
)
def test_other_numbers(number: str, same: str) -> None:
    assert normal(number) == same
