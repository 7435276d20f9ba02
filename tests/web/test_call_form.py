"""The form beside a call: who may open it, saving, conflicts, finishing, undoing."""

import json
from datetime import timedelta

from sqlalchemy import select, update

from hotline.audit import AuditEntry
from hotline.callbacks import callbacks
from hotline.callbacks.callbacks import Callback
from hotline.calls.calls import CallEnding, CallRecord
from hotline.cases.cases import Case, CaseState, is_of_call
from hotline.people import User
from hotline.registration import call_cases
from hotline.registration.call_forms import CallForm
from hotline.registration.consultations import Consultation
from hotline.seats.seats import Seat, SeatState
from tests.web.at_seat import CALL, CALLER, CASE, finish
from tests.web.office import Office, Visitor

CONSULTATION = {
    "kind": "consultation",
    "category": "labour",
    "topic": "拖欠工资怎么办",
    "answer": "可向劳动监察大队投诉。",
}


def save(visitor: Visitor, fields: dict[str, str], version: int = 0) -> tuple[int, dict[str, object]]:
    answer = visitor.post(f"/call/{CALL}/form", fields | {"version": str(version)})
    return answer.status_code, json.loads(answer.get_data(as_text=True))


def test_what_is_typed_is_there_again(agent: Visitor) -> None:
    assert 'value="13904718826"' in agent.get(f"/call/{CALL}/form").get_data(as_text=True)
    assert save(agent, CASE) == (200, {"version": 1})
    assert save(agent, CASE) == (200, {"version": 1})  # the same again, its answer was lost: no conflict
    assert save(agent, CASE | CONSULTATION, 1) == (200, {"version": 2})
    again = agent.get(f"/call/{CALL}/form").get_data(as_text=True)
    for words in ("暖气不热", "拖欠工资怎么办", "可向劳动监察大队投诉。"):
        assert words in again  # switching kinds drops nothing


def test_who_is_called_back_now_waits_no_more(ringing: Office, agent: Visitor) -> None:
    now = ringing.clock.now
    with ringing.db.writing() as session:
        asked = callbacks.request(session, CALLER, "1.1", "zh", now, now, "Asia/Shanghai").id
    assert "待回拨" in agent.get(f"/call/{CALL}/pop").get_data(as_text=True)
    with ringing.db.writing() as session:
        session.get_one(Callback, asked).attempt = CALL
    shown = agent.get(f"/call/{CALL}/pop").get_data(as_text=True)
    assert "正在回拨" in shown and "待回拨" not in shown


def test_json_is_taken_as_well(agent: Visitor) -> None:
    headers = {"X-CSRFToken": agent.token}
    answer = agent.client.post(f"/call/{CALL}/form", json=CASE | {"version": 0}, headers=headers)
    assert answer.get_json() == {"version": 1}
    halved = {"kind": "case", "version": 1, "summary": "暖\ud800气\x00不热", "answer": ["x"]}
    assert agent.client.post(f"/call/{CALL}/form", json=halved, headers=headers).get_json() == {"version": 2}
    endless = {"kind": "case", "version": float("inf")}
    for rubbish in ([1], {"kind": "nothing"}, {"kind": "case", "version": "x"}, endless):
        assert agent.client.post(f"/call/{CALL}/form", json=rubbish, headers=headers).status_code == 400
    for deep in ("[" * 100_000, '{"kind":' * 30_000):
        sent = {"data": deep, "content_type": "application/json", "headers": headers}
        assert agent.client.post(f"/call/{CALL}/form", **sent).status_code == 400


def test_the_later_of_two_pages_is_told(agent: Visitor) -> None:
    save(agent, CASE)
    status, theirs = save(agent, CASE | {"summary": "另一页写的"}, 0)
    assert status == 409
    assert theirs["version"] == 1 and theirs["fields"]["summary"] == "暖气不热"  # type: ignore[index]
    assert finish(agent, CASE | {"summary": "另一页写的"}, 0)[0] == 409
    assert save(agent, CASE | {"summary": "另一页写的"}, 1) == (200, {"version": 2})


def test_only_the_agent_and_supervisors_open_it(ringing: Office, agent: Visitor) -> None:
    other, supervisor = ringing.visitor("zhaolei"), ringing.visitor("chenjing")
    for path in ("", "/pop", "/form"):
        assert other.get(f"/call/{CALL}{path}").status_code == 403
        assert supervisor.get(f"/call/{CALL}{path}").status_code == 200
        assert agent.get(f"/call/1.1{path}").status_code == 404
    for path in ("form", "finish", "put-away", "open-again", "undo", "notes"):
        assert other.post(f"/call/{CALL}/{path}", CASE).status_code == 403
    save(supervisor, CASE)
    with ringing.db.reading() as session:
        opened = session.scalars(select(AuditEntry.user_id).where(AuditEntry.subject == f"call {CALL}")).all()
    assert len(opened) == 2  # the supervisor opened it once and typed


def test_a_case_gets_a_number_at_once(ringing: Office, agent: Visitor) -> None:
    status, page = finish(agent, CASE)
    assert status == 200
    with ringing.db.reading() as session:
        case = session.scalars(select(Case).where(is_of_call(CALL))).one()
    assert f'data-number="{case.number}"' in page
    assert case.petitioner == "王秀兰"
    assert save(agent, CASE | {"summary": "改"}, 1)[0] == 423
    assert finish(agent, CASE | {"summary": "改"}, 1)[0] == 423


def test_a_finished_form_is_not_put_away(ringing: Office, agent: Visitor) -> None:
    page = finish(agent, CASE)[1]
    assert agent.post(f"/call/{CALL}/put-away", CASE | {"version": "1"}).status_code == 423
    assert finish(agent, CASE, 1)[0] == 423
    with ringing.db.reading() as session:
        form = session.get_one(CallForm, CALL)
        assert form.finished_at is not None and f'data-number="{form.result}"' in page


def test_the_panel_names_who_finished_it(ringing: Office, agent: Visitor) -> None:
    save(agent, CASE)
    page = finish(ringing.visitor("chenjing"), CASE, 1)[1]
    assert "陈静" in page and 'name="reason"' in page
    assert 'name="reason"' not in agent.get(f"/call/{CALL}/form").get_data(as_text=True)


def test_the_unit_of_the_other_page_is_named(agent: Visitor) -> None:
    save(agent, CASE)
    theirs = save(agent, CASE | {"unit_code": ""}, 0)[1]
    assert theirs["unit"] and theirs["unit"] != "0102"


def test_the_pop_says_what_a_caller_got(ringing: Office, agent: Visitor) -> None:
    with ringing.db.writing() as session:
        at = ringing.clock.now - timedelta(days=1)
        for call_id, ending in (("callback-7-1", CallEnding.ANSWERED), ("1.5", CallEnding.LEFT)):
            call = CallRecord(call_id=call_id, caller=CALLER, arrived_at=at, ended_at=at, satisfaction=3)
            call.ending = ending
            session.add(call)
    page = agent.get(f"/call/{CALL}/pop").get_data(as_text=True)
    for words in ("我方回拨", "放弃", "不满意"):  # of the one who went on to a message, nothing was heard
        assert words in page


def test_what_is_missing_is_said_beside_the_field(ringing: Office, agent: Visitor) -> None:
    for missing, sentence in (("category", "请选择类别"), ("summary", "一两句话"), ("unit_code", "请从列表")):
        status, page = finish(agent, {**CASE, missing: ""}, version=_version(ringing))
        assert status == 422 and f'id="mistake-{missing}"' in page and sentence in page
    for missing in ("category", "topic", "answer"):
        status, page = finish(agent, {**CONSULTATION, missing: ""}, version=_version(ringing))
        assert status == 422 and f'id="mistake-{missing}"' in page
    page = finish(agent, {"kind": "case"}, version=_version(ringing))[1]
    assert page.count('class="mistake" id=') == 3  # all of it at once
    with ringing.db.reading() as session:
        assert not session.scalars(select(Case).where(is_of_call(CALL))).all()
        assert not session.scalars(select(Consultation)).all()


def _version(office: Office) -> int:
    with office.db.reading() as session:
        form = session.get(CallForm, CALL)
        return form.version if form else 0


def test_undoing_needs_a_reason_and_keeps_the_number(ringing: Office, agent: Visitor) -> None:
    page = finish(agent, CASE)[1]
    assert agent.post(f"/call/{CALL}/undo", {"reason": " "}).status_code == 422
    answer = agent.post(f"/call/{CALL}/undo", {"reason": "登记错了单位"})
    assert "暖气不热" in answer.get_data(as_text=True)  # the form is open again with all that was typed
    with ringing.db.reading() as session:
        case = session.scalars(select(Case).where(is_of_call(CALL))).one()
        assert case.state == CaseState.WITHDRAWN and case.number in page
    assert f'data-number="{case.number}"' in finish(agent, CASE, _version(ringing))[1]


def test_a_consultation_withdrawn_becomes_a_case(ringing: Office, agent: Visitor) -> None:
    finish(agent, CASE | CONSULTATION)
    supervisor = ringing.visitor("chenjing")
    assert supervisor.post(f"/call/{CALL}/undo", {"reason": "应当登记"}).status_code == 200
    assert finish(agent, CASE, _version(ringing))[0] == 200
    with ringing.db.reading() as session:
        assert session.scalars(select(Consultation)).one().withdrawn_at is not None


def test_a_form_is_put_away_and_opened_again(ringing: Office, agent: Visitor) -> None:
    save(agent, CASE)
    assert "王秀兰" not in agent.get("/call-forms").get_data(as_text=True)
    assert f"/call/{CALL}" in agent.get("/call-forms").get_data(as_text=True)
    assert agent.post(f"/call/{CALL}/put-away", CASE | {"version": "1"}).status_code == 200
    assert f"/call/{CALL}" not in agent.get("/call-forms").get_data(as_text=True)
    assert "暖气不热" in agent.post(f"/call/{CALL}/open-again").get_data(as_text=True)
    assert f"/call/{CALL}" in ringing.visitor("chenjing").get("/call-forms").get_data(as_text=True)
    assert f"/call/{CALL}" not in ringing.visitor("zhaolei").get("/call-forms").get_data(as_text=True)


def test_the_form_stays_the_agents_after_signing_out(ringing: Office, agent: Visitor) -> None:
    save(agent, CASE)
    with ringing.db.writing() as session:
        seat = session.get_one(Seat, "seat01")
        seat.user_id, seat.call_id, seat.state = None, "", SeatState.UNSTAFFED
    assert "暖气不热" in agent.get(f"/call/{CALL}").get_data(as_text=True)
    assert finish(agent, CASE, 1)[0] == 200


def test_the_pop_shows_messages_cases_and_notes(ringing: Office, agent: Visitor) -> None:
    page = agent.post(f"/call/{CALL}/notes", {"note": "听力不好，<b>请大声</b>"}).get_data(as_text=True)
    assert "听力不好，&lt;b&gt;请大声&lt;/b&gt;" in page
    assert "/recordings/" in page  # the message of that night
    assert agent.post(f"/call/{CALL}/notes", {"note": " "}).status_code == 422
    note = page.split("/take-back")[0].rsplit("/", 1)[1]
    assert "请大声" not in agent.post(f"/call/{CALL}/notes/{note}/take-back").get_data(as_text=True)
    assert agent.post(f"/call/{CALL}/notes/999/take-back").status_code == 404


def test_a_withheld_number_is_said_to_be_withheld(ringing: Office, agent: Visitor) -> None:
    with ringing.db.writing() as session:
        session.get_one(Seat, "seat01").caller = ""
    page = agent.get(f"/call/{CALL}/pop").get_data(as_text=True)
    assert "号码未显示" in page and "/recordings/" not in page and "note-form" not in page
    assert agent.post(f"/call/{CALL}/notes", {"note": "谁"}).status_code == 422


def test_a_case_withdrawn_at_the_review_desk_is_registered_once_more(ringing: Office, agent: Visitor) -> None:
    number = finish(agent, CASE)[1].split('data-number="')[1][:10]
    assert (
        agent.post(f"/call/{CALL}/open-again").get_data(as_text=True).count("case-number") == 1
    )  # it stands
    with ringing.db.writing() as session:
        supervisor = session.scalars(select(User.id).where(User.name == "chenjing")).one()
        case = session.get_one(Case, number)
        call_cases.withdraw(session, case, "重复登记", supervisor, ringing.clock.now)
    assert "已撤销" in agent.get(f"/call/{CALL}/form").get_data(as_text=True)
    assert "暖气不热" in agent.post(f"/call/{CALL}/open-again").get_data(as_text=True)
    assert f'data-number="{number}"' in finish(agent, CASE, _version(ringing))[1]


def test_after_a_transfer_the_form_belongs_to_the_seat_where_its_author_sits(
    ringing: Office, agent: Visitor
) -> None:
    """The first seat is in wrap-up, the second one talks: both have the call."""
    with ringing.db.writing() as session:
        session.scalars(select(Seat)).one().state = SeatState.WRAP_UP
        user = session.scalars(select(User.id).where(User.name == "zhaolei")).one()
        other = Seat(name="seat02", state=SeatState.ON_A_CALL, since=ringing.clock.now, user_id=user)
        other.call_id, other.caller = CALL, CALLER
        session.add(other)
    second = ringing.visitor("zhaolei")
    for visitor, seat in ((second, "seat02"), (agent, "seat01"), (second, "seat02")):
        with ringing.db.reading() as session:
            form = session.get(CallForm, CALL)
            version = form.version if form else 0
        assert save(visitor, CONSULTATION | {"answer": f"{seat} {version}"}, version)[0] == 200
        with ringing.db.reading() as session:
            assert session.get_one(CallForm, CALL).seat == seat
    with ringing.db.writing() as session:  # both are in other calls
        at = ringing.clock.now
        first = session.scalars(select(User.id).where(User.name == "liuyang")).one()
        session.add(CallRecord(call_id=CALL, caller=CALLER, arrived_at=at, seat="seat01", user_id=first))
        session.execute(update(Seat).values(call_id=""))
    assert second.post(f"/call/{CALL}/finish", CONSULTATION | {"version": "3"}).status_code == 200
    with ringing.db.reading() as session:
        assert session.scalars(select(Consultation)).one().seat == "seat02"
