"""The audit trail in the language of the page: every act that is noted anywhere, and what it was done to."""

import re

import pytest
from babel.messages.pofile import read_po
from flask import Flask
from flask_babel import force_locale

from hotline import audit
from hotline.settings_file import PROJECT
from tests.web import noted_acts
from tests.web.office import Office, administrator
from web.audit_words import ACTION_NAMES, act_detail, act_subject, hashes_shortened, subject_meant
from web.supervision.names import DONE

HASH, RECORDING = "0123456789abcdef" * 4, "5f6a" * 8
CHINESE = re.compile("[一-鿿]")
A_MESSAGE = "message 7 to seat01"
"""Shown with the seat in front: nobody types that to find one."""
SUBJECTS = (
    f"recording {RECORDING}",
    f"receipt {RECORDING}",
    f"part {RECORDING}",
    "call 1763885000.1",
    "case 2600000012",
    "callback 3",
    "caller note 4",
    "block 5",
    "seat seat03",
    "user li",
    "address 203.0.113.9",
    "all names",
    "line",
    "calls",
    "recordings",
    "abandoned calls",
    "callbacks",
    "audit trail",
    A_MESSAGE,
    "draft 8",
    "backup b.tar",
    "report by hour",
    "retention preview",
    "retention",
    "deletions",
    "entry 12",
    "heads",
    "unit 0102",
    "submission 2600000012",
    "submissions",
    "calendar version 3",
)
DETAILS = {
    "change calendar": "2026-11-26 – 2026-11-27, 2 days, takes back version 4, 12 periods recomputed",
    "keep": f"sha256 {HASH}, 32044 bytes, row {HASH}",
    "receive": HASH,
    "sign in": "from 10.0.0.7, with a recovery code",
    "sign in refused": "from 10.0.0.7; within a day 3 for the name, 4 from there, 5 in all",
    "password": "right, a code is asked for; from ::1",
    "second factor refused": "signed in",
    "export": "2026-11-20 – 2026-11-23, 40 rows, xlsx, on the command line, whole numbers",
    "make backup": f"sha256 {HASH} by root to /backup/b.tar",
    "begin backup": "by root of li to /backup/b.tar",
    "restore": f"sha256 {HASH} by root, unsealed",
    "delete": "sound, by retention after 60 months",
    "open line": "until 2026-11-24 18:00 CST: 值班",
    "block": "138*****234, until 2026-12-01 00:00 UTC: 骚扰",
    "import units": "454 units: 3 added, 0 restored, 2 changed, 1 abolished",
    "rename unit": "市商务局 → 市商务和粮食局, as of 2026-12-01",
    "merge unit": "into unit 0102, as of 2026-12-01",
    "abolish unit": "as of 2026-12-01",
    "finish": "consultation 3",
    "add user": "supervisor",
    "set role": "clerk",
    "decide": "registered",
    "edit": "segment 3, revision 2",
    "find a difference": "2026/09/01/5f.wav has 10 bytes and had 20",
    "add note": "听力不好",
}


def test_every_act_that_is_noted_has_its_words() -> None:
    found = {act: source.path for source in noted_acts.sources() for act in noted_acts.acts(source)}
    found |= {str(order): PROJECT / "web/supervision/acts.py" for order in DONE}
    assert len(found) > 55 and {"open", "keep", "restore", "disable user", "lift line"} <= found.keys()
    assert {act: path for act, path in found.items() if act not in ACTION_NAMES} == {}
    assert ACTION_NAMES.keys() - found.keys() == set(), "nobody notes these"
    with (PROJECT / "web/translations/zh/LC_MESSAGES/messages.po").open("rb") as file:
        chinese = read_po(file, locale="zh")
    for act, name in ACTION_NAMES.items():
        message = chinese.get(str(name))
        assert message and CHINESE.search(str(message.string)), act


@pytest.mark.parametrize("subject", SUBJECTS)
def test_what_it_was_done_to_is_named_in_both_languages_and_found_again(app: Flask, subject: str) -> None:
    for language in ("zh", "en"):
        with app.test_request_context(), force_locale(language):
            shown = act_subject(subject)
            assert subject_meant(shown) == subject or subject == A_MESSAGE
            assert subject_meant(subject) == subject
            assert (CHINESE.search(shown) is not None) == (language == "zh"), shown


@pytest.mark.parametrize(("act", "detail"), DETAILS.items())
def test_details_are_in_chinese(app: Flask, act: str, detail: str) -> None:
    with app.test_request_context(), force_locale("zh"):
        shown = act_detail(detail, act)
        words = re.findall(r"[A-Za-z]{3,}", re.sub(r"[0-9a-f]{32,}|SHA-256|/backup/b.tar|5f.wav", "", shown))
        assert CHINESE.search(shown) and set(words) <= {"root", "xlsx", "CST", "UTC"}, shown


@pytest.mark.parametrize(
    "what",
    [
        "2 from 2026-09-01 06:30 UTC to 2026-09-01 08:30 UTC went with the restore noted in entry 19, "
        "which only the database knows of; if the office did restore then: hotline audit confirm-restore 19",
        "2 that were written to /srv/heads/file are not there: is its disk mounted, was it cut off?",
        "the newest could not be written: [Errno 28]",
        "they cannot be read: [Errno 13]",
    ],
)
def test_what_differs_of_heads_is_in_chinese(app: Flask, what: str) -> None:
    with app.test_request_context(), force_locale("zh"):
        shown = act_detail(what, "find a difference")
    assert CHINESE.search(shown)
    assert not re.search(r"mounted|went with|written|read:", shown)


def test_what_the_code_writes_into_details_is_known(app: Flask) -> None:
    """Whoever rewords a detail, or writes a new one, says it in Chinese too: they are read from the code."""
    found = {detail for source in noted_acts.sources() for detail in noted_acts.details(source)}
    assert len(found) > 30
    with app.test_request_context(), force_locale("zh"):
        assert not [each for each in found if not CHINESE.search(act_detail(each, ""))]


def test_what_was_typed_stays_as_it_is(app: Flask) -> None:
    with app.test_request_context(), force_locale("zh"):
        for act in ("message", "withdraw", "undo", "add note"):
            assert act_detail("all good, part 3", act) == "all good, part 3"
            assert act_detail("part 3", act) == "part 3"


def test_hashes_are_short_and_whole_where_one_points() -> None:
    shown = hashes_shortened(f"<b> {HASH} {RECORDING} 2600000012 deadbeef")
    assert shown == (
        f'&lt;b&gt; <abbr title="{HASH}">01234567…</abbr> <abbr title="{RECORDING}">5f6a5f6a…</abbr> '
        "2600000012 deadbeef"
    )


def test_the_page_speaks_one_language(office: Office) -> None:
    visitor = administrator(office)
    with office.db.writing() as session:
        for subject, (act, detail) in zip(SUBJECTS, list(DETAILS.items()) * 2, strict=False):
            audit.note(session, office.clock.now, 1, act, subject, detail)
    page = visitor.get("/audit").get_data(as_text=True)
    assert "座席3" in page.replace(" ", "") or "3号座席" in page.replace(" ", "")
    for english in ("recording ", "receipt ", "sound, by", "sha256 ", " rows", "consultation"):
        assert english not in page, english
    assert HASH not in re.sub(r'title="[^"]*"', "", page), "it is there where one points at it"
    assert f'title="{HASH}"' in page
