"""Passwords that are guessed, also by somebody who knows whose they are."""

import secrets

import pytest

from hotline import people
from hotline.password_strength import is_guessable

OWN = ("liuyang", "刘洋", "2391555")


@pytest.mark.parametrize(
    "password",
    [
        *(
            "aaaaaaaaaa",
            "1234567890",
            "qwertyuiop",
            "password123",
            "Qwer1234!@",
            "a1b2c3d4e5",
            "qazwsxedcrfv",
        ),
        *("liuyang2026!", "LiuYang2391555", "刘洋刘洋刘洋刘洋刘洋", "liuyang391555", "liuyangliuyang"),
        *("xinfang2026", "hotline2391555", "Woaini1314", "xinfangju520", "我爱北京天安门"),
        *("13904718826", "1988-01-02-", "150102198801021234", "88888888888888", "0471 6583321"),
    ],
)
def test_what_is_guessed(password: str) -> None:
    assert is_guessable(password, OWN)


@pytest.mark.parametrize(
    "password",
    ["night-desk-2026", "yifengqiujian-maque-7", "correct horse", "kongtiaoxiongmaozhuozi", "k7Q2vRzW9pLx"],
)
def test_what_is_not(password: str) -> None:
    assert not is_guessable(password, OWN)


def test_generated_ones_are_good(monkeypatch: pytest.MonkeyPatch) -> None:
    parts = iter(["1990"] * 6 + ["a3f9", "07c2", "e81b", "55d0", "9b4e", "c6a1"])
    monkeypatch.setattr(secrets, "token_hex", lambda _bytes: next(parts))
    assert people.generate_password() == "a3f9-07c2-e81b-55d0-9b4e-c6a1"


def test_a_word_is_weak_for_its_owner_alone() -> None:
    assert is_guessable("zhangwenbin77", ("zwb", "张文斌"))
    assert not is_guessable("zhangwenbin-7-tree", OWN)
