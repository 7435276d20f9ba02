"""The page of an answered call: both sides are heard at once, and the draft says who spoke."""

import io
import wave
from datetime import timedelta

import numpy as np
import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from hotline.calls.calls import CallRecord
from hotline.intake import intake
from hotline.people import User
from hotline.recordings import jobs, spool
from hotline.recordings.recordings import Speaker
from hotline.recordings.transcripts import Segment, Transcript
from hotline.registration import consultations
from hotline.seats.seat_events import SeatEvent
from tests.kit import desk_sample
from tests.kit.wav import write_tone
from tests.web.office import Office, Visitor
from web.recording.sound import FileStretch, MixedSides

CALL = "1795400000.3"
SIDES = {spool.CALLER_SIDE: 440.0, spool.AGENT_SIDE: 660.0}


@pytest.fixture
def call(office: Office) -> str:
    """A call of two seconds with a draft of both; returns the recording's identifier."""
    for side, hertz in SIDES.items():
        seconds = 2.0 if side == spool.CALLER_SIDE else 1.5
        write_tone(office.settings.spool_dir / f"{CALL}.{side}@seat07+13800001234.wav", seconds, hertz)
    with office.db.writing() as session:
        agent = session.scalars(select(User.id).where(User.name == "liuyang")).one()
        session.add(CallRecord(call_id=CALL, caller="13800001234", arrived_at=desk_sample.NOW, user_id=agent))
    taken = intake.take_in(CALL, office.settings, office.db)
    assert taken
    transcript = Transcript(recording_id=taken.recording_id, engine="e", model="m", settings={}, words=[])
    transcript.text, transcript.created_at = "", desk_sample.NOW
    said = [("您好，市信访热线。", Speaker.AGENT), ("我家暖气不热。", Speaker.CALLER)]
    spans = [
        Segment(
            position=place, start=place, end=place + 1, first_word=0, last_word=-1, draft=words, speaker=who
        )
        for place, (words, who) in enumerate(said)
    ]
    with office.db.writing() as session:
        attempt = jobs.claim(session, taken.recording_id, desk_sample.NOW, timedelta(minutes=5))
        assert attempt
        assert jobs.finish(session, taken.recording_id, attempt, transcript, spans, desk_sample.NOW)
    return taken.recording_id


def heard(visitor: Visitor, path: str) -> np.ndarray:
    with wave.open(io.BytesIO(visitor.get(path).data)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (8000, 1, 2)
        return np.frombuffer(file.readframes(file.getnframes()), "<i2")


def loud_at(samples: np.ndarray, hertz: float) -> bool:
    """Whether a tone is in the sound."""
    power = np.abs(np.fft.rfft(samples[:8000].astype(float)))
    return bool(power[round(hertz)] > 50 * np.median(power))


def test_both_sides_are_heard_at_once(office: Office, clerk: Visitor, call: str) -> None:
    both = heard(clerk, f"/recordings/{call}/audio")
    assert len(both) == 16000  # as long as the longer side, not as both after each other
    assert [loud_at(both, hertz) for hertz in (*SIDES.values(), 550.0)] == [True, True, False]
    alone = [heard(clerk, f"/recordings/{call}/audio?speaker={who}") for who in ("caller", "agent")]
    assert [[loud_at(each, hertz) for hertz in SIDES.values()] for each in alone] == [
        [True, False],
        [False, True],
    ]
    assert clerk.get(f"/recordings/{call}/audio?speaker=nobody").status_code == 404


def test_the_talk_with_the_next_seat_follows(office: Office, clerk: Visitor, call: str) -> None:
    for side, hertz in ((72, 937.0), (73, 1181.0)):
        write_tone(office.settings.spool_dir / f"{CALL}.{side}@seat08+13800001234.wav", 1.0, hertz)
    intake.take_in(CALL, office.settings, office.db)
    both = heard(clerk, f"/recordings/{call}/audio")
    assert len(both) == 24000
    first, second = both[:8000], both[16000:]
    tones = (*SIDES.values(), 937.0, 1181.0)
    assert [loud_at(first, hertz) for hertz in tones] == [True, True, False, False]
    assert [loud_at(second, hertz) for hertz in tones] == [False, False, True, True]
    assert clerk.get(f"/recordings/{call}").get_data(as_text=True).count('name="side"') == 3


def test_any_range_of_the_mixture_is_a_piece_of_it(clerk: Visitor, call: str) -> None:
    whole = clerk.get(f"/recordings/{call}/audio").data
    for begin, end in ((0, 0), (43, 46), (44, 45), (45, 45), (1001, 5000), (len(whole) - 3, len(whole) - 1)):
        piece = clerk.get(f"/recordings/{call}/audio", headers={"Range": f"bytes={begin}-{end}"})
        assert piece.data == whole[begin : end + 1], (begin, end)


def test_a_mixture_too_loud_is_cut_and_does_not_wrap(office: Office) -> None:
    path = office.settings.spool_dir / "loud.raw"
    path.write_bytes(np.array([30000, -30000, 5], "<i2").tobytes())
    mixed = MixedSides((FileStretch(path, 0, 6), FileStretch(path, 0, 4)))
    assert np.frombuffer(mixed.read(0, 100), "<i2").tolist() == [32767, -32768, 5]


def test_the_page_says_who_spoke(clerk: Visitor, call: str) -> None:
    page = clerk.get(f"/recordings/{call}").get_data(as_text=True)
    assert '<span class="speaker speaker-agent">座席</span>' in page
    assert '<span class="speaker speaker-caller">来电人</span>' in page
    assert page.index("您好，市信访热线") < page.index("我家暖气不热")
    assert "7号座席" in page and "刘洋" in page and 'name="side"' in page


def test_the_page_says_where_it_was_paused_and_whom_the_seat_asked(
    office: Office, clerk: Visitor, call: str
) -> None:
    begin = desk_sample.NOW
    told = [
        (0, "answered", "5"),
        (1, "recording_paused", "bank details"),
        (1, "consult_began", "seat08"),
        (2, "recording_resumed", ""),
        (2, "consult_ended", ""),
    ]
    with office.db.writing() as session:
        for seconds, event, detail in told:
            at = begin + timedelta(seconds=seconds)
            session.add(SeatEvent(at=at, seat="seat07", event=event, call_id=CALL, detail=detail))
    page = BeautifulSoup(clerk.get(f"/recordings/{call}").data, "html.parser")
    shown = [" ".join(each.get_text(" ").split()) for each in page.select("#stretches li")]
    assert shown == [
        "0:01–0:02 播放 录音暂停：银行账户信息",
        "0:01–0:02 播放 与8号座席商谈，来电人听音乐等候",
    ]
    assert [each.get_text() for each in page.select(".speaker")] == ["座席", "其他座席"]
    row = BeautifulSoup(office.visitor("chenjing").get("/calls").data, "html.parser").select_one(".paused")
    assert row and " ".join(row.get_text().split()) == "录音暂停 银行账户信息"
    assert row.select("a")[0]["href"] == f"/recordings/{call}#stretches"


def test_a_message_has_no_sides_to_choose(office: Office, clerk: Visitor) -> None:
    page = clerk.get(f"/recordings/{office.ids[0]}").get_data(as_text=True)
    assert 'name="side"' not in page and "speaker-" not in page and 'id="stretches"' not in page


def test_what_was_asked_and_answered_stands_beside_it(office: Office, clerk: Visitor, call: str) -> None:
    asked = {"category": "labour", "topic": "欠薪找谁", "answer": "劳动监察大队。"}
    with office.db.writing() as session:
        agent = session.scalars(select(User.id).where(User.name == "liuyang")).one()
        consultations.keep(session, CALL, "13800001234", "seat07", asked, agent, desk_sample.NOW)
    page = clerk.get(f"/recordings/{call}").get_data(as_text=True)
    assert "欠薪找谁" in page and "劳动监察大队。" in page
