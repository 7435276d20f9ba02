"""A withheld number on the pages: on none of them, until a supervisor says why it is needed."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from hotline import withheld_numbers
from hotline.audit import AuditEntry
from hotline.callbacks.callbacks import Callback
from hotline.calls.calls import CallEnding, CallRecord
from hotline.recordings.recordings import Recording
from hotline.sections import Sip
from hotline.withheld_numbers import RevealGround
from tests.web.office import Office
from web.services import Services

NUMBER, ABANDONED = "13877776666", "1795400009.9"
SHOWN = {"ground": RevealGround.LIFE, "reason": "说要跳楼，交 110"}


@pytest.fixture
def recording(office: Office) -> str:
    """A message of a caller who withholds the number; somebody else gave up, and withholds it too."""
    now = office.clock.now
    with office.db.writing() as session:
        found = session.get_one(Recording, office.ids[0])
        found.caller = ""
        withheld_numbers.keep(session, found.call_id, NUMBER, now)
        withheld_numbers.keep(session, ABANDONED, NUMBER, now)
        at = now - timedelta(minutes=5)
        gone = {"arrived_at": at, "offered_at": at, "ended_at": now, "ending": CallEnding.ABANDONED}
        session.add(CallRecord(call_id=ABANDONED, caller="", **gone))
        session.add(CallRecord(call_id=found.call_id, caller="", arrived_at=now, ending=CallEnding.LEFT))
        return found.call_id


def test_no_page_has_it(office: Office, recording: str) -> None:
    visitor = office.visitor("chenjing")
    settings = office.settings.model_copy(update={"sip": Sip(outbound="127.0.0.1:5070")})
    office.app.extensions["hotline"] = Services(settings, office.db, office.clock)
    called = visitor.post(f"/calls/{ABANDONED}/callback", follow_redirects=True).get_data(as_text=True)
    assert "一有空闲座席即回拨 未显示号码" in called
    pages = (
        "/queue", f"/recordings/{office.ids[0]}", f"/call/{recording}", "/calls", "/calls/abandoned",
        "/supervision", f"/nuisance?call={recording}",
    )  # fmt: skip
    for path in pages:
        answer = visitor.get(path)
        assert answer.status_code == 200, path
        assert NUMBER not in answer.get_data(as_text=True), path
    assert NUMBER not in called
    with office.db.reading() as session:
        [asked] = session.scalars(select(Callback))
        assert (asked.number, asked.call_id) == ("", ABANDONED)


@pytest.mark.parametrize("path", ["recording", "call"])
def test_a_supervisor_has_it_shown_for_a_reason(office: Office, recording: str, path: str) -> None:
    visitor = office.visitor("chenjing")
    address = f"/recordings/{office.ids[0]}" if path == "recording" else f"/call/{recording}"
    page = visitor.get(address).get_data(as_text=True)
    assert f'action="/calls/{recording}/number"' in page
    without = visitor.post(f"/calls/{recording}/number", {"ground": "life or health in danger"})
    assert without.status_code == 422 and "请用 1 至 200 字说明" in without.get_data(as_text=True)
    assert NUMBER not in without.get_data(as_text=True)
    shown = visitor.post(f"/calls/{recording}/number", SHOWN)
    assert NUMBER in shown.get_data(as_text=True) and shown.headers["Cache-Control"] == "no-store"
    with office.db.reading() as session:
        query = select(AuditEntry).where(AuditEntry.action == withheld_numbers.REVEAL)
        [noted] = session.scalars(query)
        assert (noted.subject, noted.detail) == (
            f"call {recording}",
            f"{RevealGround.LIFE}: 说要跳楼，交 110",
        )
    visitor.post("/account/language", {"language": "en"})
    assert "What is at stake?" in visitor.get(address).get_data(as_text=True)


def test_a_clerk_learns_who_can(office: Office, recording: str) -> None:
    visitor = office.visitor("liuyang")
    page = visitor.get(f"/recordings/{office.ids[0]}").get_data(as_text=True)
    assert "主管可以查看" in page and "/number" not in page
    assert visitor.post(f"/calls/{recording}/number", SHOWN).status_code == 403


def test_where_nobody_knows_it_nothing_is_offered(office: Office, recording: str) -> None:
    visitor = office.visitor("chenjing")
    assert "/number" not in visitor.get(f"/recordings/{office.ids[1]}").get_data(as_text=True)
    assert visitor.post("/calls/1795400000.99/number", SHOWN).status_code == 404
