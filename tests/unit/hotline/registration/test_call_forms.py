"""The form of a call: saving by version, finishing, undoing, whose it is."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline import access
from hotline.audit import AuditEntry
from hotline.calls.calls import CallRecord
from hotline.cases import units
from hotline.cases.cases import Case
from hotline.database import Database
from hotline.grants import may
from hotline.people import Role, User, add
from hotline.refusals import Refused
from hotline.registration import call_agents, call_forms, form_finishing
from hotline.registration.call_agents import KnownCall
from hotline.registration.call_forms import Author, CallForm, FormConflict, FormFinished, FormKind
from hotline.registration.consultations import Consultation
from hotline.seats.seats import Seat
from hotline.who_may import Act
from tests.kit.period_rules import RULES

CALL = "1795400000.9"
CALLER = "13800001234"
NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
CHINA = "Asia/Shanghai"
TYPED = {"petitioner": "王", "category": "other", "summary": "暖气不热", "unit_code": "01"}
ASKED = {"category": "labour", "topic": "欠薪找谁", "answer": "劳动监察大队。"}


@pytest.fixture
def people(either_db: Database) -> dict[str, int]:
    with either_db.writing() as session:
        units.replace_all(session, [units.UnitRow("01", None, "市供热公司", "Heating", "")])
        made = {
            name: add(session, name, name, role, "correct horse")
            for name, role in (("li", Role.CLERK), ("zhao", Role.CLERK), ("chen", Role.SUPERVISOR))
        }
        return {name: user.id for name, user in made.items()}


def save(
    db: Database,
    user_id: int,
    fields: dict[str, str],
    version: int,
    kind: FormKind = FormKind.CASE,
    takes_part: bool = True,
) -> int:
    with db.writing() as session:
        author = Author(user_id, "seat01", CALLER, takes_part)
        return call_forms.save(session, CALL, author, kind, fields, version, NOW).version


def known(session: Session) -> KnownCall:
    found = call_agents.find(session, CALL)
    assert found
    return found


def finish(db: Database, user_id: int) -> str:
    with db.writing() as session:
        form = call_forms.in_hand(session, CALL)
        assert form
        return form_finishing.finish(session, known(session), form, user_id, NOW, RULES)


def test_only_known_fields_are_kept_and_none_too_long(either_db: Database, people: dict[str, int]) -> None:
    save(either_db, people["li"], TYPED | {"due_on": "2020-01-01", "topic": "长" * 300}, 0)
    with either_db.reading() as session:
        fields = session.get_one(CallForm, CALL).fields
    assert set(fields) == set(call_forms.FIELD_LENGTHS)
    assert (fields["summary"], len(fields["topic"])) == ("暖气不热", 200)


def test_two_pages_that_begin_at_one_moment(either_db: Database, people: dict[str, int]) -> None:
    def attempt(words: str) -> str:
        try:
            save(either_db, people["li"], {"summary": words}, 0)
        except FormConflict as other:
            return f"told {other.fields['summary']}"
        return f"kept {words}"

    with ThreadPoolExecutor(2) as pages:
        ends = sorted(pages.map(attempt, ("甲", "乙")))
    kept = ends[0].removeprefix("kept ")
    assert ends == [f"kept {kept}", f"told {kept}"]


def test_typing_is_noted_once_in_a_while(either_db: Database, people: dict[str, int]) -> None:
    for version in range(5):
        save(either_db, people["li"], {"summary": "暖" * version + "气"}, version)
    save(either_db, people["chen"], TYPED, 5, takes_part=False)
    with either_db.reading() as session:
        noted = session.scalars(select(AuditEntry.user_id).where(AuditEntry.action == "edit")).all()
        assert noted == [people["li"], people["chen"]]
        assert session.get_one(CallForm, CALL).user_id == people["li"]  # stays the agent's


def test_the_agent_the_call_is_handed_to_goes_on_with_it(either_db: Database, people: dict[str, int]) -> None:
    save(either_db, people["li"], TYPED, 0)
    with either_db.writing() as session:
        session.add(Seat(name="seat02", since=NOW, user_id=people["zhao"], call_id=CALL, caller=CALLER))
        session.flush()
        assert known(session).agents == {people["li"], people["zhao"]}
    save(either_db, people["zhao"], TYPED | {"address": "团结小区"}, 1)
    with either_db.reading() as session:
        assert [form.call_id for form in call_forms.unfinished(session, people["zhao"])] == [CALL]
        assert not call_forms.unfinished(session, people["li"])
        assert call_forms.count_unfinished(session, people["zhao"]) == 1
        assert call_forms.count_unfinished(session, people["zhao"], besides=CALL) == 0


def test_who_finishes_without_a_word_of_their_own_may_undo_it(
    either_db: Database, people: dict[str, int]
) -> None:
    save(either_db, people["li"], TYPED, 0)
    finish(either_db, people["zhao"])

    def undo(name: str) -> None:
        with either_db.writing() as session:
            form = call_forms.in_hand(session, CALL)
            assert form and (form.user_id, form.finished_by_id) == (people["li"], people["zhao"])
            form_finishing.undo(session, form, "登记错了", session.get_one(User, people[name]), NOW)

    with pytest.raises(Refused, match="ask a supervisor"):
        undo("li")
    undo("zhao")
    with either_db.reading() as session:
        assert session.get_one(CallForm, CALL).finished_by_id is None


def test_no_more_forms_left_behind_than_one_page_shows(
    either_db: Database, people: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(call_forms, "MOST_LEFT_BEHIND", 2)
    with either_db.writing() as session:
        for number in (3, 1, 2):
            author = Author(people["li"], "seat01", CALLER, takes_part=True)
            at = NOW + timedelta(minutes=number)
            call_forms.save(session, f"call-{number}", author, FormKind.CASE, TYPED, 0, at)
        oldest = [form.call_id for form in call_forms.unfinished(session)]
        assert (oldest, call_forms.count_unfinished(session)) == (["call-1", "call-2"], 3)


def test_whose_a_call_is(either_db: Database, people: dict[str, int]) -> None:
    with either_db.writing() as session:
        assert call_agents.find(session, CALL) is None and call_agents.find(session, "") is None
        session.add(Seat(name="seat02", since=NOW))  # idle: its call is nobody's
        session.add(
            CallRecord(call_id=CALL, caller=CALLER, arrived_at=NOW, user_id=people["li"], seat="seat07")
        )
        session.flush()
        found = known(session)
        assert (found.caller, found.seat, found.arrived_at) == (CALLER, "seat07", NOW)
        users = {name: session.get_one(User, user) for name, user in people.items()}
        call = access.subject(session, found)
        opens = {name: may(user, Act.OPEN, call) for name, user in users.items()}
    assert opens == {"li": True, "zhao": False, "chen": True}


def test_a_finished_form_says_so_to_another_page(either_db: Database, people: dict[str, int]) -> None:
    save(either_db, people["li"], TYPED, 0)
    number = finish(either_db, people["li"])
    with pytest.raises(FormFinished):
        save(either_db, people["li"], TYPED | {"summary": "改"}, 1)
    with pytest.raises(FormFinished):
        finish(either_db, people["li"])
    with either_db.reading() as session:
        case = session.scalars(select(Case)).one()
        assert (case.number, case.origin_id, case.received_at) == (number, CALL, NOW)
        assert not call_forms.unfinished(session)


@pytest.mark.parametrize("missing", ["category", "topic", "answer"])
def test_a_consultation_has_a_category_a_topic_and_an_answer(
    either_db: Database, people: dict[str, int], missing: str
) -> None:
    save(either_db, people["li"], {**ASKED, missing: " "}, 0, FormKind.CONSULTATION)
    with pytest.raises(Refused) as refused:
        finish(either_db, people["li"])
    assert refused.value.field == missing
    with either_db.reading() as session:
        assert not session.scalars(select(Consultation)).all()
        assert session.get_one(CallForm, CALL).finished_at is None


def test_a_consultation_is_undone_by_its_agent_or_a_supervisor(
    either_db: Database, people: dict[str, int]
) -> None:
    save(either_db, people["li"], ASKED, 0, FormKind.CONSULTATION)
    finish(either_db, people["li"])

    def undo(name: str, reason: str = "应当登记") -> None:
        with either_db.writing() as session:
            form = call_forms.in_hand(session, CALL)
            assert form
            form_finishing.undo(session, form, reason, session.get_one(User, people[name]), NOW)

    with pytest.raises(Refused, match="ask a supervisor"):
        undo("zhao")
    with pytest.raises(Refused, match="say why"):
        undo("li", " ")
    undo("chen")
    with pytest.raises(Refused, match="no decision"):
        undo("chen")
    with either_db.reading() as session:
        kept = session.scalars(select(Consultation)).one()
        assert kept.withdrawn_at == NOW and kept.topic == "欠薪找谁"
        reasons = select(AuditEntry.detail).where(AuditEntry.action == "withdraw")
        assert session.scalars(reasons).all() == ["应当登记"]
    assert finish(either_db, people["li"]) == str(kept.id)
