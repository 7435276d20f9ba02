"""What pages show of a recording whose sound, draft and number retention has deleted."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from hotline.audit import AuditEntry
from hotline.calls.calls import CallEnding, CallRecord
from hotline.intake import intake
from hotline.recordings.recordings import Recording
from hotline.retention import deleting
from tests.kit import desk_sample
from tests.kit.retention import having
from tests.kit.wav import write_tone
from tests.web.office import Office

CALL = "1795400009.3"


@pytest.fixture
def deleted(office: Office) -> str:
    """A nuisance of that night, long after; its identifier."""
    deleting.run(having(office.settings), office.db, office.clock.now + timedelta(days=3 * 366))
    return office.ids[-1]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_says_when_and_plays_nothing(office: Office, deleted: str, language: str) -> None:
    visitor = office.visitor("liuyang")
    if language == "en":
        visitor.post("/account/language", {"language": "en"})
    page = visitor.get(f"/recordings/{deleted}").get_data(as_text=True)
    said = {
        "zh": ("保存期限已满", "号码已删除", "文字稿已于"),
        "en": ("The sound was deleted on ", "number deleted", "The draft was deleted on "),
    }
    for each in said[language]:
        assert each in page
    assert "<audio" not in page and 'id="waveform"' not in page
    assert "damaged" not in page and "无法在此播放" not in page


def test_sound_that_was_deleted_is_gone(office: Office, deleted: str) -> None:
    with office.db.reading() as session:
        part = session.get_one(Recording, deleted).parts[0].id
    visitor = office.visitor("chenjing")
    for path in ("audio", f"parts/{part}/audio", f"parts/{part}/file"):
        answer = visitor.get(f"/recordings/{deleted}/{path}")
        assert answer.status_code == 410, path
        assert "录音已删除" in answer.get_data(as_text=True)
    assert office.visitor("liuyang").get(f"/recordings/{office.ids[0]}/audio").status_code == 200
    assert office.visitor().get(f"/recordings/{deleted}/audio").status_code != 410  # nothing without sign-in
    with office.db.reading() as session:
        heard = select(AuditEntry).where(AuditEntry.action.in_(("play", "download")))
        assert [each.subject for each in session.scalars(heard)] == [f"recording {office.ids[0]}"]


def test_a_file_that_is_missing_is_not_called_deleted(office: Office) -> None:
    with office.db.reading() as session:
        key = session.get_one(Recording, office.ids[0]).parts[0].store_key
    (office.settings.store_dir / key).unlink()
    visitor = office.visitor("liuyang")
    assert visitor.get(f"/recordings/{office.ids[0]}/audio").status_code == 404
    assert "保存期限已满" not in visitor.get(f"/recordings/{office.ids[0]}").get_data(as_text=True)


def test_the_list_of_calls_offers_no_sound_that_is_gone(office: Office) -> None:
    for side in (70, 71):
        write_tone(office.settings.spool_dir / f"{CALL}.{side}@seat07+13800001234.wav", 1.0, 440)
    taken = intake.take_in(CALL, office.settings, office.db)
    assert taken
    desk_sample.transcribe(office.db, taken.recording_id, ("您好。",), office.clock.now)
    with office.db.writing() as session:
        at = office.clock.now
        call = CallRecord(call_id=CALL, caller="13800001234", arrived_at=at, answered_at=at, ended_at=at)
        call.ending, call.seat = CallEnding.ANSWERED, "seat07"
        session.add(call)
    visitor, sound = office.visitor("chenjing"), f"/recordings/{taken.recording_id}/audio"
    assert sound in visitor.get("/calls").get_data(as_text=True)
    deleting.run(having(office.settings), office.db, office.clock.now + timedelta(days=3 * 366))
    page = visitor.get("/calls").get_data(as_text=True)
    assert sound not in page and "录音已删除" in page and "13800001234" not in page


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_administrator_keeps_a_recording_and_lets_it_go(office: Office, language: str) -> None:
    visitor, address = office.visitor("admin"), f"/recordings/{office.ids[-1]}"
    visitor.post("/account/language", {"language": language})
    keep, let_go = {
        "zh": ("不论设定如何，一律保留", "期限届满后可以删除"),
        "en": ("Keep it, whatever the settings say", "Let it be deleted when its time is over"),
    }[language]
    later = office.clock.now + timedelta(days=3 * 366)
    assert keep in visitor.get(address).get_data(as_text=True)
    assert visitor.post(f"{address}/keeping", {"reason": " \n"}).status_code == 302
    assert keep in visitor.get(address).get_data(as_text=True)  # nothing is kept without a reason
    assert visitor.post(f"{address}/keeping", {"reason": "法院 <b>调取</b>"}).status_code == 302
    page = visitor.get(address).get_data(as_text=True)
    assert let_go in page and "法院 &lt;b&gt;调取&lt;/b&gt;" in page and keep not in page
    assert "keeping-reason" not in office.visitor("chenjing").get(address).get_data(as_text=True)
    with office.db.reading() as session:
        before = session.get_one(Recording, office.ids[-1]).caller
    deleting.run(having(office.settings), office.db, later)
    with office.db.reading() as session:
        assert session.get_one(Recording, office.ids[-1]).caller == before
    assert visitor.post(f"{address}/keeping/end").status_code == 302
    deleting.run(having(office.settings), office.db, later)
    with office.db.reading() as session:
        assert session.get_one(Recording, office.ids[-1]).caller == ""
        acts = select(AuditEntry.action).where(
            AuditEntry.action.contains("hold"), AuditEntry.user_id.is_not(None)
        )
        assert session.scalars(acts.order_by(AuditEntry.sequence)).all() == ["hold", "release hold"]
