"""What the pages say of each answer of the server, and that they all ask it in one place."""

import json
import re

import pytest
from bs4 import BeautifulSoup

from hotline.settings_file import PROJECT
from tests.web.office import Visitor

SCRIPTS = sorted(path for path in (PROJECT / "web").glob("*/*.js") if path.is_file())
EXPECTED = {
    "0",
    "400",
    "401",
    "403",
    "404",
    "409",
    "413",
    "422",
    "423",
    "429",
    "500",
    "502",
    "503",
    "504",
    "507",
}
"""0: no connection. 502 and 504 come from a proxy in front of us."""


def answers(visitor: Visitor, language: str) -> dict[str, str]:
    """The sentences as every page has them."""
    visitor.post("/account/language", {"language": language, "back": "/account"})
    page = BeautifulSoup(visitor.get("/account").data, "html.parser")
    found: dict[str, str] = json.loads(page.select_one("#answers").string)["answers"]  # type: ignore[union-attr, arg-type]
    return found


def test_every_expected_answer_has_a_sentence_of_its_own(clerk: Visitor) -> None:
    chinese, english = answers(clerk, "zh"), answers(clerk, "en")
    assert set(chinese) == set(english) == EXPECTED
    for sentences in (chinese, english):
        assert len(set(sentences.values())) == len(EXPECTED)
    assert not set(chinese.values()) & set(english.values())


ASKS = re.compile(r"\bfetch\(|XMLHttpRequest|sendBeacon|htmx\.ajax|EventSource")


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_only_one_script_asks_the_server(path: object) -> None:
    """So that no answer is left without a word; those of htmx are heard of by its events."""
    text = path.read_text(encoding="utf-8")  # type: ignore[attr-defined]
    assert bool(ASKS.search(text)) == (path.name == "server.js")  # type: ignore[attr-defined]
