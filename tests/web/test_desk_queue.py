"""The queue: what stands in it and in which order, how it is searched, and that it stays quick."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import false, insert, select

from hotline.calls.calls import CallRecord
from hotline.cases import unit_list
from hotline.cases.case_entry import CaseEntry
from hotline.cases.cases import Case, Category
from hotline.database import Database
from hotline.people import Role, User, add
from hotline.recordings import holding
from hotline.recordings.recordings import Recording, RecordingKind, ScreeningOutcome, TranscriptionState
from hotline.recordings.transcripts import Segment, Transcript
from hotline.registration import call_cases, case_search, consultations, desk_queue, screening
from hotline.registration.desk_queue import DeskFilter
from tests.kit import desk_sample
from tests.kit.period_rules import RULES
from tests.kit.steps import Steps
from tests.web.office import Office, Visitor

START = datetime(2026, 1, 1, tzinfo=UTC)
MANY = 100_000


def shown(visitor: Visitor, **query: str) -> list[str]:
    """The case numbers on a page of the queue, in order."""
    address = f"/queue?state={query.get('state', 'to_screen')}"
    if "search" in query:
        address = visitor.post("/queue", query).headers["Location"]
    page = BeautifulSoup(visitor.get(address).data, "html.parser")
    return [link.get_text().replace(" ", "") for link in page.select(".open")]


def row(
    number: int, outcome: ScreeningOutcome | None, state: TranscriptionState, minutes: int = 0
) -> dict[str, Any]:
    at = START + timedelta(minutes=minutes or number)
    return {
        "id": f"{number:032x}", "call_id": f"call-{number}", "case_number": f"{2600000000 + number}",
        "caller": f"139{number:08d}", "language": "zh", "received_at": at, "seconds": 20.0,
        "first_words": "我想反映一个情况", "transcription": state, "attempts": 1, "failure": "",
        "outcome": outcome, "changed_at": at,
    }  # fmt: skip


def test_who_waits_longest_stands_first(office: Office, clerk: Visitor) -> None:
    page = BeautifulSoup(clerk.get("/queue").data, "html.parser")
    times = [time["datetime"] for time in page.select("tbody time")]
    assert len(times) == 9 and times == sorted(times)
    assert page.select_one('[aria-current="page"] .count').get_text() == "9"  # type: ignore[union-attr]
    first = page.select_one("tbody tr").get_text(" ")  # type: ignore[union-attr]
    assert (
        "139*****826" in first and "13 小时 12 分" in first and "您好我叫王秀兰" in first and "0:34" in first
    )


def test_each_state_has_its_list(office: Office, clerk: Visitor) -> None:
    counts = {state: len(shown(clerk, state=state)) for state in desk_queue.FILTERS}
    assert counts == {
        "to_screen": 9, "all": 11, "pending": 1, "running": 0, "transcribed": 6, "no_speech": 1, "failed": 1,
        "registered": 1, "no_content": 0, "duplicate": 0, "nuisance": 1,
    }  # fmt: skip
    assert clerk.get("/queue?state=secret").status_code == 404


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("13904718826", 1),
        ("04716", 1),
        ("139 0471 8826", 1),
        ("139-0471-8826", 1),
        ("0086 139 0471 8826", 1),
        ("+8613904718826", 1),
        ("红绿灯", 1),
        ("谢谢你们", 1),  # far behind the first words
        ("谁也没说过", 0),
        ("%", 0),
        ("_", 0),
        ("'; DROP TABLE recordings; --", 0),
        ("\x00", 9),
    ],
)
def test_searching(clerk: Visitor, search: str, found: int) -> None:
    assert len(shown(clerk, search=search)) == found


def test_what_is_searched_for_stands_in_no_address(office: Office, clerk: Visitor) -> None:
    addresses = [clerk.post("/queue", {"search": f"1390471882{n}"}).headers["Location"] for n in range(8)]
    assert not [each for each in addresses if "1390471882" in each]
    page = clerk.get(addresses[6]).get_data(as_text=True)
    links = re.findall(r'(?:href|hx-get|action|src)="([^"]*)"', page)
    assert not [each for each in links if "1390471882" in each]
    assert 'value="13904718826"' in page
    key = addresses[6].rsplit("=", 1)[1]
    assert f"/queue?state=all&amp;search={key}" in page and f"search={key}&amp;order=" in page
    assert "1390471882" not in clerk.get(addresses[0]).get_data(as_text=True).split("<table")[0]  # long ago
    other = office.visitor("chenjing")
    assert "13904718826" not in other.get(addresses[6]).get_data(as_text=True).split("<table")[0]


def test_a_correction_and_a_case_are_found_too(office: Office, clerk: Visitor) -> None:
    with office.db.reading() as session:
        segment = session.scalars(select(Segment).order_by(Segment.id)).first()
        assert segment
    saved = clerk.post(
        f"/recordings/{office.ids[0]}/segments/{segment.id}", {"text": "我叫汪秀岚", "based_on": "0"}
    )
    assert saved.status_code == 200
    assert shown(clerk, search="汪秀岚") == [desk_sample.number_of(office.db, office.ids[0])]
    assert len(shown(clerk, search="孙建国", state="all")) == 1


def test_a_search_covers_every_state_and_says_which(office: Office, clerk: Visitor) -> None:
    address = clerk.post("/queue", {"search": "孙建国", "state": "failed"}).headers["Location"]
    page = BeautifulSoup(clerk.get(address).data, "html.parser")
    assert [each.get_text() for each in page.select("tbody .state")] == ["已登记"]
    narrowed = page.select_one("#filter-failed")
    assert narrowed and "在全部录音中搜索" in clerk.get(str(narrowed["href"])).get_data(as_text=True)


def test_what_was_said_and_answered_in_own_calls_is_found_and_in_others_is_not(office: Office) -> None:
    with office.db.writing() as session:
        add(session, "zhaomin", "赵敏", Role.CLERK, "long-enough-password")
        by = session.scalars(select(User.id).where(User.name == "liuyang")).one()
        recording = row(1, None, TranscriptionState.TRANSCRIBED) | {
            "kind": RecordingKind.CALL,
            "seat": "seat01",
        }
        session.execute(insert(Recording), [recording | {"call_id": "9.1"}])
        heard = Segment(position=0, start=0, end=1, first_word=0, last_word=0, draft="想问公积金提取")
        made = {"engine": "vosk", "model": "cn", "settings": {}, "words": [], "text": "", "created_at": START}
        session.add(Transcript(recording_id=recording["id"], segments=[heard], **made))
        fields = {"category": "housing", "topic": "住房补贴", "answer": "到三楼七号窗口办理"}
        consultations.keep(session, "9.1", "13900001234", "seat01", fields, by, START)
    own, other, all_of_them = (office.visitor(name) for name in ("liuyang", "zhaomin", "chenjing"))
    take_part(office, "9.1", by)
    for search in ("公积金提取", "住房补贴", "三楼七号"):
        for visitor, found in ((own, 1), (other, 0), (all_of_them, 1)):
            assert len(shown(visitor, search=search)) == found, (search, visitor)
    address = own.post("/queue", {"search": "公积金提取"}).headers["Location"]
    page = own.get(address).get_data(as_text=True)
    assert '<span class="state">通话</span>' in page and "1号座席" in page
    assert shown(own, state="all") == shown(other, state="all")  # a talk is no part of the list itself


def take_part(office: Office, call_id: str, user_id: int) -> None:
    """The call was answered by this agent."""
    answered = {"arrived_at": START, "answered_at": START, "seat": "seat01", "user_id": user_id}
    with office.db.writing() as session:
        session.add(CallRecord(call_id=call_id, caller="13900001234", **answered))


@pytest.mark.parametrize(
    "search", ["13900001234", "3900 0012", "0000123", "梁玉", "解放路", "宅基地", "{number}", "{beginning}"]
)
def test_a_case_registered_in_a_call_is_found_too(office: Office, clerk: Visitor, search: str) -> None:
    number = case_of_a_call(office, "9.1", "梁玉兰")
    search = search.format(number=f"{number[:3]} {number[3:7]} {number[7:]}", beginning=number[:9])
    address = clerk.post("/queue", {"search": search, "state": "transcribed"}).headers["Location"]
    found = BeautifulSoup(clerk.get(address).data, "html.parser").select_one(".of-calls")
    assert found and "梁玉兰" in found.get_text()
    assert [link["href"] for link in found.select("a")] == ["/call/9.1"]


@pytest.mark.parametrize(
    ("search", "is_found"),
    [
        ("{number}", True),
        ("13900001234", True),
        ("+86 139 0000 1234", True),
        ("{beginning}", False),
        ("1390000123", False),
        ("00001234", False),
        ("13900", False),
        ("梁玉兰", False),
        ("梁", False),
        ("解放路", False),
        ("宅基地", False),
    ],
)
def test_of_anothers_call_only_a_whole_number_finds_the_case(
    office: Office, search: str, is_found: bool
) -> None:
    number = case_of_a_call(office, "9.1", "梁玉兰")
    with office.db.writing() as session:
        theirs = add(session, "zhaomin", "赵敏", Role.CLERK, "long-enough-password").id
        own = session.get_one(Recording, office.ids[0])
        entry = CaseEntry("王秀兰", "", "", Category.OTHER, "暖气不热", "0102")
        screening.register(session, own, entry, theirs, office.clock.now, RULES)
    other = office.visitor("zhaomin")
    search = search.format(number=number, beginning=number[:9])
    address = other.post("/queue", {"search": search}).headers["Location"]
    found = BeautifulSoup(other.get(address).data, "html.parser").select_one(".of-calls")
    assert bool(found) is is_found
    assert not found or ("13900001234" not in found.get_text() and not found.select("a"))


def test_a_case_of_a_call_leads_to_its_recording_once_there_is_one(office: Office, clerk: Visitor) -> None:
    number = case_of_a_call(office, "9.1", "梁玉兰")
    with office.db.writing() as session:
        recording = row(1, ScreeningOutcome.REGISTERED, TranscriptionState.TRANSCRIBED) | {
            "kind": RecordingKind.CALL
        }
        session.execute(insert(Recording), [recording | {"call_id": "9.1", "case_number": number}])
    address = clerk.post("/queue", {"search": number}).headers["Location"]
    found = BeautifulSoup(clerk.get(address).data, "html.parser").select(".of-calls a")
    assert [link["href"] for link in found] == [f"/recordings/{1:032x}"]


def case_of_a_call(office: Office, call_id: str, petitioner: str) -> str:
    """Registered by the clerk at a seat; its recording is not there yet."""
    entry = CaseEntry(petitioner, "13900001234", "景和区解放路12号", Category.LAND, "宅基地边界。", "0102")
    now = office.clock.now
    with office.db.writing() as session:
        by = session.scalars(select(User.id).where(User.name == "liuyang")).one()
        return call_cases.register(session, call_id, entry, now, by, now, RULES).number


def test_hostile_words_are_text(office: Office, clerk: Visitor) -> None:
    with office.db.writing() as session:
        recording = session.get(Recording, office.ids[0])
        assert recording
        recording.first_words = "<script>alert(1)</script>"
        recording.caller = '"><img src=x>'
    found = clerk.post("/queue", {"search": "<script>"}).headers["Location"]
    page = clerk.get(found).get_data(as_text=True)
    assert "<script>alert" not in page and "<img" not in page and "&lt;script&gt;alert" in page


def test_nothing_new_is_304_and_a_change_is_not(office: Office, clerk: Visitor) -> None:
    first = clerk.get("/queue/table")
    again = {"If-None-Match": first.headers["ETag"]}
    assert clerk.get("/queue/table", headers=again).status_code == 304
    assert clerk.get("/queue/table?state=all", headers=again).status_code == 200
    office.clock.forward(seconds=5)
    clerk.post(f"/recordings/{office.ids[0]}/hold")
    changed = clerk.get("/queue/table", headers=again)
    assert changed.status_code == 200 and "刘洋 处理中" in changed.get_data(as_text=True)
    later = {"If-None-Match": changed.headers["ETag"]}
    office.clock.forward(minutes=1)  # the waiting times have changed
    assert clerk.get("/queue/table", headers=later).status_code == 200


def test_the_next_one_is_held_by_nobody(office: Office, clerk: Visitor, colleague: Visitor) -> None:
    assert clerk.get("/queue/next").headers["Location"] == f"/recordings/{office.ids[0]}"
    clerk.get(f"/recordings/{office.ids[0]}")
    assert colleague.get("/queue/next").headers["Location"] == f"/recordings/{office.ids[1]}"
    assert colleague.get(f"/queue/next?besides={office.ids[1]}").headers["Location"].endswith(office.ids[2])
    office.clock.forward(seconds=91)
    assert colleague.get("/queue/next").headers["Location"] == f"/recordings/{office.ids[0]}"


def test_an_empty_queue_says_so(clerk: Visitor, office: Office) -> None:
    with office.db.writing() as session:
        for recording in session.scalars(select(Recording)):
            recording.outcome = ScreeningOutcome.NO_CONTENT
    page = clerk.get("/queue").get_data(as_text=True)
    assert "录音都已甄别完毕" in page
    assert clerk.get("/queue/next").headers["Location"] == "/queue"


@pytest.mark.parametrize("newest_first", [False, True])
def test_pages_follow_each_other_without_gaps(either_db: Database, newest_first: bool) -> None:
    rows = [
        row(number, None, list(TranscriptionState)[number % 5], number // 7 + 1) for number in range(1, 60)
    ]
    with either_db.writing() as session:
        session.execute(insert(Recording), rows)
    seen: list[str] = []
    with either_db.reading() as session:
        while True:
            wanted = DeskFilter(newest_first=newest_first, after=seen[-1] if seen else "")
            page = desk_queue.page(session, wanted, size=8)
            seen += [each.id for each in page.recordings]
            if not page.more:
                break
    expected = sorted((each["received_at"], each["id"]) for each in rows)
    assert seen == [identifier for _, identifier in (reversed(expected) if newest_first else expected)]


def test_searching_on_either_database(either_db: Database) -> None:
    with either_db.writing() as session:
        session.execute(insert(Recording), [row(1, None, TranscriptionState.TRANSCRIBED)])
        segment = Segment(position=0, start=0, end=1, first_word=0, last_word=0, draft="团结小区 50% 的住户")
        session.add(
            Transcript(
                recording_id=f"{1:032x}", engine="vosk", model="cn", settings={}, words=[], text="",
                created_at=START, segments=[segment],
            )
        )  # fmt: skip
    with either_db.reading() as session:
        for search, found in (
            ("团结", 1),
            ("50%", 1),
            ("50_", 0),
            ("1390000", 1),
            ("2600000001", 1),
            ("+86", 0),
        ):
            assert len(desk_queue.page(session, DeskFilter(search=search)).recordings) == found, search


def test_a_hundred_thousand_recordings_cost_what_fifty_do(db: Database) -> None:
    """Counted in steps of SQLite's machine, which no load on the computer changes."""
    decided = [
        row(number, ScreeningOutcome.REGISTERED, TranscriptionState.TRANSCRIBED) for number in range(1, MANY)
    ]
    waiting = [row(MANY + number, None, TranscriptionState.TRANSCRIBED) for number in range(200)]
    with db.writing() as session:
        session.execute(insert(Recording), decided + waiting)
    steps = Steps(db)
    for wanted in (
        DeskFilter(),
        DeskFilter("registered", newest_first=True),
        DeskFilter("all"),
        DeskFilter(after=f"{MANY + 60:032x}"),
    ):
        with db.reading() as session:
            steps.count = 0
            assert len(desk_queue.page(session, wanted).recordings) == 50
        assert steps.count < 100, wanted
    with db.reading() as session:
        steps.count = 0
        assert desk_queue.next_waiting(session, START) == f"{MANY:032x}"
        assert desk_queue.last_change(session) is not None
    assert steps.count < 10


def test_a_whole_number_is_looked_up_among_a_hundred_thousand_cases(db: Database) -> None:
    with db.writing() as session:
        unit_list.ensure_sample(session)
        by = add(session, "li", "李", Role.CLERK, "long-enough-password").id
        common = {
            "state": "registered", "origin": "call", "petitioner": "梁玉兰", "address": "", "summary": "",
            "category": "land", "unit_code": "0102", "received_at": START, "registered_at": START,
            "registered_by_id": by,
        }  # fmt: skip
        own = [
            {"number": f"{2600000000 + n}", "origin_id": f"m-{n}", "telephone": f"139{n:08d}"}
            for n in range(MANY)
        ]
        session.execute(insert(Case), [common | each for each in own])
    steps = Steps(db)
    for search in ("2600000077", "13900000077", "+8613900000077"):
        with db.reading() as session:
            steps.count = 0
            assert [each.case.number for each in case_search.find(session, search, false())] == ["2600000077"]
        assert steps.count < 10, search


def test_of_two_clerks_at_one_moment_one_gets_it(either_db: Database) -> None:
    with either_db.writing() as session:
        session.execute(insert(Recording), [row(1, None, TranscriptionState.TRANSCRIBED)])
        ids = [add(session, name, name, Role.CLERK, "long-enough-password").id for name in ("li", "zhao")]
    recording_id = f"{1:032x}"
    with either_db.writing() as session:
        assert holding.claim(session, recording_id, ids[0], START)
    with either_db.writing() as session:
        assert not holding.claim(session, recording_id, ids[1], START + holding.HOLD_LASTS)
        assert holding.claim(session, recording_id, ids[1], START + holding.HOLD_LASTS, take_over=True)
        assert not holding.claim(session, recording_id, ids[0], START + holding.HOLD_LASTS)
        holding.release(session, recording_id, ids[0], START, page="")
    with either_db.reading() as session:
        recording = session.get(Recording, recording_id)
        assert recording
        holder = holding.holder(session, recording, START + holding.HOLD_LASTS)
        assert isinstance(holder, User) and holder.name == "zhao"


def test_holding_on_changes_nothing_for_the_queue(either_db: Database) -> None:
    with either_db.writing() as session:
        session.execute(insert(Recording), [row(1, None, TranscriptionState.TRANSCRIBED)])
        user_id = add(session, "li", "李", Role.CLERK, "long-enough-password").id
        holding.claim(session, f"{1:032x}", user_id, START + timedelta(hours=1))
    with either_db.writing() as session:
        holding.claim(session, f"{1:032x}", user_id, START + timedelta(hours=1, seconds=30))
        assert desk_queue.last_change(session) == START + timedelta(hours=1)
