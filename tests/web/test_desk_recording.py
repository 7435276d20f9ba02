"""A recording's page: opening, holding, correcting, and what is left of every act."""

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select
from werkzeug.test import TestResponse

from hotline import audit
from hotline.audit import AuditEntry
from hotline.database import Database
from hotline.people import User
from hotline.recordings import transcripts
from hotline.recordings.no_draft import NoDraft
from hotline.recordings.recordings import Recording
from hotline.recordings.transcripts import Doubt, Segment, Transcript
from tests.kit import desk_sample
from tests.web.office import Office, Visitor
from web.recording import peaks


def segment_ids(office: Office, recording_id: str) -> list[int]:
    query = select(Segment.id).join(Transcript).where(Transcript.recording_id == recording_id)
    with office.db.reading() as session:
        return list(session.scalars(query.order_by(Segment.position)))


def acts(office: Office, recording_id: str) -> list[tuple[str, str]]:
    query = (
        select(AuditEntry).where(AuditEntry.subject == f"recording {recording_id}").order_by(AuditEntry.id)
    )
    with office.db.reading() as session:
        return [(entry.action, entry.detail) for entry in session.scalars(query)]


def test_the_page_shows_what_was_heard(office: Office, clerk: Visitor) -> None:
    page = BeautifulSoup(clerk.get(f"/recordings/{office.ids[0]}").data, "html.parser")
    assert [area.get_text() for area in page.select(".segment textarea")] == [
        "".join(each for each in desk_sample.written(sentence) if each not in "，。")
        for sentence in desk_sample.NIGHT[0].sentences
    ]
    heard = page.select(".heard")[0]
    assert heard.get_text(strip=True) == "您好我叫王秀兰住在明远区团结小区三号楼二单元五零一"
    unsure = heard.select(".word.unsure")
    assert [word.get_text() for word in unsure] == ["王秀兰", "团结"]
    assert unsure[0]["aria-label"] == "王秀兰（不确定）"
    times = [float(str(word["data-start"])) for word in page.select(".word[data-start]")]
    assert times == sorted(times) and len(times) > 50
    assert page.select_one("#telephone")["value"] == "13904718826"  # type: ignore[index]


def test_a_draft_that_is_not_there_is_explained(office: Office, clerk: Visitor) -> None:
    silent, young, failed = (office.ids[position] for position in (6, 7, 8))
    assert "没有听到人声" in clerk.get(f"/recordings/{silent}").get_data(as_text=True)
    assert "正在转写" in clerk.get(f"/recordings/{young}").get_data(as_text=True)
    assert "没能转写出来" in clerk.get(f"/recordings/{failed}").get_data(as_text=True)
    desk_sample.transcribe(office.db, young, ("路灯不亮。",))
    assert "路灯不亮" in clerk.get(f"/recordings/{young}/draft").get_data(as_text=True)


def test_typing_is_saved_as_revisions(office: Office, clerk: Visitor) -> None:
    address = f"/recordings/{office.ids[0]}/segments/{segment_ids(office, office.ids[0])[0]}"
    assert saved(clerk.post(address, {"text": "第一稿", "based_on": "0"})) == (1, "第一稿")
    assert saved(clerk.post(address, {"text": "第二稿\r\n两行", "based_on": "1"})) == (2, "第二稿\n两行")
    assert saved(clerk.post(address, {"text": "第二稿\n两行", "based_on": "2"})) == (2, "第二稿\n两行")
    with office.db.reading() as session:
        segment = session.get(Segment, int(address.rsplit("/", 1)[1]))
        assert segment and [each.text for each in segment.revisions] == ["第一稿", "第二稿\n两行"]
        assert segment.draft.startswith("您好我叫")
    edits = [detail for action, detail in acts(office, office.ids[0]) if action == "edit"]
    assert edits == ["segment 1, revision 1", "segment 1, revision 2"]


def saved(answer: TestResponse) -> tuple[int, str]:
    """The revision, and what stands word by word beside the sound from now on."""
    told = answer.get_json()
    (line,) = BeautifulSoup(told["said"], "html.parser").select(".heard")
    return told["revision"], line.get_text()


def test_a_correction_leaves_no_old_words_on_any_page(office: Office, clerk: Visitor) -> None:
    """Whoever drags over the text, searches the page or has it read aloud gets what stands there now."""
    recording = f"/recordings/{office.ids[0]}"
    first = segment_ids(office, office.ids[0])[0]
    text = "您好我叫汪秀岚<i>住在明远区团结小区三号楼二单元五零一"
    clerk.post(f"{recording}/segments/{first}", {"text": text, "based_on": "0"})
    page = BeautifulSoup(clerk.get(recording).data, "html.parser")
    line = page.select(".heard")[0]
    assert line.get_text() == text
    new = next(word for word in line.select(".word") if "汪" in word.get_text())
    assert not new.has_attr("aria-label") and 0 < float(str(new["data-start"])) < float(str(new["data-end"]))
    assert [word.get_text() for word in line.select(".unsure")] == ["团结"]
    for address in (recording, f"{recording}/draft", "/queue"):
        assert "王秀兰" not in clerk.get(address).get_data(as_text=True), address
    assert "汪秀岚" in clerk.get("/queue").get_data(as_text=True)  # the first words in the list


def test_a_conflict_shows_both_texts_and_loses_none(
    office: Office, clerk: Visitor, colleague: Visitor
) -> None:
    address = f"/recordings/{office.ids[0]}/segments/{segment_ids(office, office.ids[0])[0]}"
    assert colleague.post(address, {"text": "她的文字", "based_on": "0"}).status_code == 200
    clerk.post(f"/recordings/{office.ids[0]}/hold", {"take": "1"})
    answer = clerk.post(address, {"text": "他的文字", "based_on": "0"})
    assert answer.status_code == 409
    told = answer.get_json()
    expected = {"revision": 1, "text": "她的文字", "author": "陈静"}
    assert {name: told[name] for name in expected} == expected
    assert saved(answer) == (1, "她的文字")
    assert saved(clerk.post(address, {"text": "他的文字", "based_on": "1"})) == (2, "他的文字")


def test_the_second_clerk_sees_who_has_it(office: Office, clerk: Visitor, colleague: Visitor) -> None:
    address = f"/recordings/{office.ids[0]}"
    clerk.get(address)
    page = BeautifulSoup(colleague.get(address).data, "html.parser")
    assert "刘洋 正在处理这条录音" in page.select_one("#hold").get_text()  # type: ignore[union-attr]
    assert all(area.has_attr("readonly") for area in page.select(".segment textarea"))
    assert all(fields.has_attr("disabled") for fields in page.select("#decision fieldset"))
    segment = segment_ids(office, office.ids[0])[0]
    refused = colleague.post(f"{address}/segments/{segment}", {"text": "x", "based_on": "0"})
    assert refused.status_code == 423 and "请先接手" in refused.json["message"]  # type: ignore[index]
    decided = colleague.post(f"{address}/set-aside", {"outcome": "no_content"})
    assert decided.status_code == 422 and "请先接手" in decided.get_data(as_text=True)
    taken = colleague.post(f"{address}/hold", {"take": "1"}).json
    state = {"state": "transcribed", "state_name": "已转写"}
    assert taken == {"mine": True, "holder": "陈静", "decided": False} | state
    assert clerk.post(f"{address}/hold").json["holder"] == "陈静"  # type: ignore[index]
    assert ("take over", "liuyang") in acts(office, office.ids[0])


def test_a_hold_is_let_go_by_closing_or_by_time(office: Office, clerk: Visitor, colleague: Visitor) -> None:
    address = f"/recordings/{office.ids[0]}/hold"
    assert clerk.post(address).json["mine"]  # type: ignore[index]
    office.clock.forward(seconds=60)
    assert clerk.post(address).json["mine"]  # type: ignore[index]
    office.clock.forward(seconds=60)
    assert not colleague.post(address).json["mine"]  # type: ignore[index]
    office.clock.forward(seconds=31)
    assert colleague.post(address).json["mine"]  # type: ignore[index]
    assert colleague.post(address.replace("hold", "release")).status_code == 204
    assert clerk.post(address).json["mine"]  # type: ignore[index]


def page_name(visitor: Visitor, address: str) -> str:
    """Open a recording's page and return the name it goes by."""
    found = BeautifulSoup(visitor.get(address).data, "html.parser").select_one("#desk")
    assert found
    return str(found["data-page"])


def test_a_page_lets_go_of_its_own_hold_alone(office: Office, clerk: Visitor, colleague: Visitor) -> None:
    address = f"/recordings/{office.ids[0]}"
    old, new = page_name(clerk, address), page_name(clerk, address)  # loaded again
    clerk.post(f"{address}/hold", {"page": old})
    clerk.post(f"{address}/release", {"page": old})  # the word of the old page comes after the new one
    assert not colleague.post(f"{address}/hold").json["mine"]  # type: ignore[index]
    clerk.post(f"{address}/release", {"page": new})
    assert colleague.post(f"{address}/hold", {"page": "p"}).json["mine"]  # type: ignore[index]
    clerk.post(f"{address}/release", {"page": "p"})
    assert not clerk.post(f"{address}/hold").json["mine"]  # type: ignore[index]


def test_a_page_does_nothing_in_the_name_of_another(office: Office, clerk: Visitor) -> None:
    address, another = f"/recordings/{office.ids[0]}", office.visitor("chenjing")
    clerk.get(address)
    with office.db.reading() as session:
        owner = session.scalars(select(User.id).where(User.name == "liuyang")).one()
    sent = {"X-Page-User": str(owner), "X-Requested-With": "fetch"}
    office.clock.forward(minutes=2)  # the hold has run out
    segment = segment_ids(office, office.ids[0])[0]
    for path, fields in (
        ("/hold", {}),
        (f"/segments/{segment}", {"text": "x", "based_on": "0"}),
        ("/set-aside", {"outcome": "nuisance"}),
        ("/undo", {"reason": "x"}),
    ):
        refused = another.post(address + path, fields, headers=sent)
        assert refused.status_code == 409, path
        message = refused.json["message"]  # type: ignore[index]
        assert "别人打开的，您现在以 陈静 登录" in message and "刘洋" not in message
    assert another.get("/account/token", headers=sent).status_code == 409
    assert clerk.get("/account/token", headers=sent).status_code == 200
    assert another.get("/queue", headers={"X-Page-User": "x"}).status_code == 409
    assert desk_sample.state_of(office.db, office.ids[0]) == "transcribed"
    assert [action for action, _ in acts(office, office.ids[0])] == ["open"]


def test_a_page_is_shown_while_others_write(
    office: Office, clerk: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading the sound takes long for a long recording; the database is not locked meanwhile."""

    def slow(_sound: object) -> tuple[float, ...]:
        quick = Database(office.settings.database_url, busy_seconds=0.0)
        with quick.writing() as session:
            audit.note(session, office.clock.now, None, "meanwhile", "nothing")
        return ()

    monkeypatch.setattr(peaks, "outline", slow)
    assert clerk.get(f"/recordings/{office.ids[0]}").status_code == 200
    with office.db.reading() as session:
        assert session.scalars(select(AuditEntry.id).where(AuditEntry.action == "meanwhile")).all()


@pytest.mark.parametrize(
    ("why", "kept", "shown"),
    [
        (NoDraft.ENGINE_FAILED, "the engine failed: RuntimeError: <x>", "转写程序出错停止"),
        (NoDraft.TOO_SLOW, "transcribing took too long", "用时过长"),
        (NoDraft.TOO_LONG, "40 minutes long, at most 20 are transcribed", "录音太长"),
        (NoDraft.UNREADABLE, "no WAV file (3 bytes)", "格式无法转写"),
    ],
)
def test_why_there_is_no_draft_is_said_in_chinese(
    office: Office, clerk: Visitor, why: NoDraft, kept: str, shown: str
) -> None:
    with office.db.writing() as session:
        recording = session.get(Recording, office.ids[8])
        assert recording
        recording.no_draft, recording.failure = why.name, kept
    page = BeautifulSoup(clerk.get(f"/recordings/{office.ids[8]}").data, "html.parser")
    assert shown in page.select_one("#draft .empty").get_text()  # type: ignore[union-attr]
    told = page.select_one("#draft details [lang=en]")
    assert told and told.get_text() == kept


def test_a_segment_belongs_to_its_recording(office: Office, clerk: Visitor) -> None:
    foreign = segment_ids(office, office.ids[1])[0]
    saved = clerk.post(f"/recordings/{office.ids[0]}/segments/{foreign}", {"text": "x", "based_on": "0"})
    assert saved.status_code == 404
    assert (
        clerk.post(f"/recordings/{office.ids[0]}/segments/999999", {"text": "x", "based_on": "0"}).status_code
        == 404
    )


def test_hostile_texts_of_a_segment(office: Office, clerk: Visitor) -> None:
    address = f"/recordings/{office.ids[0]}/segments/{segment_ids(office, office.ids[0])[0]}"
    assert clerk.post(address, {"text": "x" * 10_001, "based_on": "0"}).status_code == 422
    assert clerk.post(address, {"text": "x", "based_on": "1; DROP"}).status_code == 422
    assert clerk.post(address, {"text": "x"}).status_code == 422
    assert clerk.post(address, {"text": "x" * 300_000, "based_on": "0"}).status_code == 413
    assert clerk.post(address, {"text": "</textarea><script>\x00", "based_on": "0"}).status_code == 200
    page = clerk.get(f"/recordings/{office.ids[0]}").get_data(as_text=True)
    assert "&lt;/textarea&gt;&lt;script&gt;" in page and "</textarea><script>" not in page


def test_what_an_engine_says_is_text_too(office: Office, clerk: Visitor) -> None:
    with office.db.writing() as session:
        transcript = session.scalars(select(Transcript).where(Transcript.recording_id == office.ids[0])).one()
        transcript.words = [
            {"text": "<b>", "start": '0" onx="', "end": 1, "confidence": "high"}, *transcript.words[1:]
        ]  # fmt: skip
        recording = session.get(Recording, office.ids[0])
        assert recording
        recording.failure = "<i>"
    page = BeautifulSoup(clerk.get(f"/recordings/{office.ids[0]}").data, "html.parser")
    word = page.select_one(".word[data-start]")
    assert (
        word
        and word.get_text() == "<b>"
        and set(word.attrs) == {"role", "class", "tabindex", "data-start", "data-end"}
    )


def test_words_in_doubt_are_shown_on_demand_and_stand_in_no_text(office: Office, clerk: Visitor) -> None:
    with office.db.writing() as session:
        found = transcripts.latest(session, office.ids[0])
        assert found
        segment = found.segments[0]
        segment.draft, segment.doubt = "", Doubt.LOOP
        said = found.words[segment.first_word]["text"]
    page = BeautifulSoup(clerk.get(f"/recordings/{office.ids[0]}").data, "html.parser")
    item, other = page.select(".segment")[:2]
    assert item.select_one(".doubt").get_text() == "请自行收听：此处识别结果反复重复。"  # type: ignore[union-attr]
    assert item.select_one("details:not([open]) .heard .word").get_text() == said  # type: ignore[union-attr]
    assert item.textarea.get_text() == ""  # type: ignore[union-attr]
    assert not other.select(".doubt, details")


def test_speech_without_words_is_a_row_that_plays_it(office: Office, clerk: Visitor) -> None:
    desk_sample.transcribe(
        office.db, office.ids[7], ("路灯坏了。", "…这里说了很多话，一个字也没有。", "请修一修。")
    )
    page = BeautifulSoup(clerk.get(f"/recordings/{office.ids[7]}").data, "html.parser")
    rows = [each.select_one(".unheard") for each in page.select(".segment")]
    assert [bool(row) for row in rows] == [False, True, False]
    assert rows[1].get_text(" ", strip=True).startswith("0:01–0:05 未转写")  # type: ignore[union-attr]
    assert "有 4 秒没有转写出来" in page.select_one(".not-transcribed").get_text()  # type: ignore[union-attr]
    failed = BeautifulSoup(clerk.get(f"/recordings/{office.ids[8]}").data, "html.parser")
    (whole,) = failed.select("#draft .unheard")
    assert whole["data-start"] == "0" and float(str(whole["data-end"])) == pytest.approx(4.0, abs=0.1)
    noted = BeautifulSoup(clerk.get("/queue").data, "html.parser").select(".untranscribed")
    assert [each.get_text() for each in noted] == ["4 秒未转写"] * 2
    silent = f"/recordings/{office.ids[7]}/segments/{segment_ids(office, office.ids[7])[1]}"
    texts = enumerate(("他说了。", "", "说"))
    told = [clerk.post(silent, {"text": text, "based_on": str(at)}) for at, text in texts]
    bare = [BeautifulSoup(each.get_json()["not_transcribed"], "html.parser").get_text() for each in told]
    assert ["有 4 秒" in each for each in bare] == [False, True, False]
    noted = BeautifulSoup(clerk.get("/queue").data, "html.parser").select(".untranscribed")
    assert len(noted) == 1  # what a clerk has written down is missing no more


def test_a_draft_that_nobody_held_against_the_speech_says_so(office: Office, clerk: Visitor) -> None:
    address = f"/recordings/{office.ids[0]}"
    assert "没有核对过" not in clerk.get(address).get_data(as_text=True)
    with office.db.writing() as session:
        session.get_one(Recording, office.ids[0]).unheard_seconds = None
    clerk.post(f"{address}/segments/{segment_ids(office, office.ids[0])[0]}", {"text": "改", "based_on": "0"})
    assert "没有核对过" in clerk.get(address).get_data(as_text=True)


@pytest.mark.parametrize(
    ("heard", "draft", "said", "offered"),
    [
        ("电话是一三九零四七幺八八二六", "电话是13904718826", "手机号码 · 就是来电号码", ""),
        ("电话是一三九零四七幺八八", "电话是139047188", "只听到 11 位中的 9 位", "13904718826"),
        ("电话是一三九零四七幺八八二七", "电话是13904718827", "手机号码", "13904718826"),
        ("编号二六零零零零零零幺二", "编号2600000012", "信访编号，校验位相符", ""),
        ("编号二六零零零零零零幺三", "编号2600000013", "校验位不符", ""),
        ("一一零一零五一九四九一二三一零零二X", "11010519491231002X", "身份证号，校验位相符", ""),
        (
            "证一五零一零二一九四九零七一二三四五一电话一五零一零二一九四九",
            "证150102194907123451电话1501021949",
            "只听到 11 位中的 10 位",
            "13904718826",
        ),
        ("七" * 130, "7" * 130, "有 130 位", "13904718826"),
        ("七一路三栋二零二三年", "七一路三栋2023年", "", ""),
    ],
)
def test_numbers_are_marked_checked_and_offered(
    office: Office, clerk: Visitor, heard: str, draft: str, said: str, offered: str
) -> None:
    with office.db.writing() as session:
        session.get_one(Recording, office.ids[7]).caller = "+8613904718826"
    desk_sample.transcribe(office.db, office.ids[7], (heard,))
    page = BeautifulSoup(clerk.get(f"/recordings/{office.ids[7]}").data, "html.parser")
    assert page.select_one(".segment textarea").get_text() == draft  # type: ignore[union-attr]
    assert "".join(each.get_text() for each in page.select(".segment .word")) == heard
    assert len(page.select(".segment .word.of-digits")) >= 2
    notes = [each.get_text(" ", strip=True) for each in page.select(".numbers li")]
    assert bool(notes) == bool(said) and all(said in each for each in notes[-1:])
    assert [each["data-number"] for each in page.select(".numbers .use")] == [offered] * bool(offered)
    for each in page.select(".numbers .use"):  # the last of the text: the same digits may stand before
        assert draft[int(str(each["data-begin"])) :] == each["data-run"]


def test_opening_is_an_act_and_the_history_tells_it(
    office: Office, clerk: Visitor, colleague: Visitor
) -> None:
    address = f"/recordings/{office.ids[0]}"
    clerk.get(address)
    segment = segment_ids(office, office.ids[0])[0]
    clerk.post(f"{address}/segments/{segment}", {"text": "改", "based_on": "0"})
    page = BeautifulSoup(colleague.get(address).data, "html.parser")
    told = [" ".join(item.get_text(" ").split()[2:]) for item in page.select(".history li")]
    assert told == ["陈静 打开", "刘洋 修改了文字 第 1 段，第 1 稿", "刘洋 打开"]


def test_a_note_beside_a_draft_is_shown(office: Office, clerk: Visitor) -> None:
    with office.db.writing() as session:
        noted = session.get_one(Recording, office.ids[0])
        noted.no_draft, noted.failure = NoDraft.ENGLISH.name, "not transcribed: English"
    assert "英语留言" in clerk.get(f"/recordings/{office.ids[0]}").get_data(as_text=True)


def test_a_recording_shorter_than_it_took_is_said(office: Office, clerk: Visitor) -> None:
    with office.db.writing() as session:
        session.get_one(Recording, office.ids[0]).missing_seconds = 4.24
    said = {
        address: BeautifulSoup(clerk.get(address).data, "html.parser").select(".missing")
        for address in (f"/recordings/{office.ids[0]}", "/queue", f"/recordings/{office.ids[1]}")
    }
    assert [[each.get_text()[:8] for each in notes] for notes in said.values()] == [
        ["缺少4.2秒。 "],
        ["缺少4.2秒"],
        [],
    ]
