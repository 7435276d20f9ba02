"""What is offered to whom on pages that several roles open; the addresses themselves are in ``who_may.txt``.

Each question is asked of real pages by a screen, a clerk, a supervisor and an administrator.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from hotline import people
from hotline.callers import caller_notes
from hotline.calls.calls import CallRecord
from hotline.drafts import OF_CALL, OF_RECORDING, OF_SUBMISSION, FormName
from hotline.people import Role, User
from hotline.recordings.recordings import Recording, ScreeningOutcome
from hotline.registration import form_finishing, screening
from hotline.registration.call_agents import KnownCall
from hotline.registration.call_forms import CallForm, FormKind
from tests.kit import desk_sample, seats_sample
from tests.kit.period_rules import RULES
from tests.web import case_room
from tests.web.office import Office, Visitor

NAMES = {"wallboard": "wall", "clerk": "liuyang", "supervisor": "chenjing", "administrator": "admin"}
CALL, CALLER = "1795480800.7", "13904718826"
"""A call of the clerk's; a colleague who helped has written a note about the caller and finished the form."""
FORM = {"category": "labour", "topic": "拖欠工资怎么办", "answer": "可向劳动监察大队投诉。"}

DESK, CHIEFS, HEAD = (
    {"clerk", "supervisor", "administrator"},
    {"supervisor", "administrator"},
    {"administrator"},
)
PLACES = {
    "/queue": DESK,
    "/submissions": DESK,
    "/seat": DESK,
    "/supervision": CHIEFS,
    "/calls": CHIEFS,
    "/calls/abandoned": CHIEFS,
    "/cases": DESK,  # a clerk those that the clerk has registered
    "/calendar": DESK,
    "/reports": CHIEFS,
    "/nuisance": CHIEFS,
    "/wallboard": CHIEFS,
    "/people": HEAD,
    "/audit": HEAD,
}
DRAFTS = {
    FormName.REGISTER: DESK,
    FormName.DUPLICATE: DESK,
    FormName.UNDO: DESK,
    FormName.NOTE: DESK,
    FormName.WITHDRAW: DESK,
    FormName.MESSAGE: CHIEFS,
    FormName.LINE: CHIEFS,
    FormName.BLOCK: CHIEFS,
    FormName.KEEP: HEAD,
    FormName.USER: HEAD,
    FormName.SUBMISSION: DESK,
    FormName.JOIN: DESK,
    FormName.NO_CASE: DESK,
    FormName.UNDO_SUBMISSION: DESK,
}


@pytest.fixture
def scene(office: Office, tmp_path: Path) -> Office:
    """A file that no player plays, and what a colleague has decided and written."""
    (tmp_path / "strange.wav").write_bytes(b"RIFF")
    strange = desk_sample.Spoken(CALLER, 1.0, ("。",))
    office.ids.append(desk_sample.record(office.settings, office.db, strange, tmp_path / "strange.wav"))
    now = office.clock.now
    with office.db.writing() as session:
        people.add(session, "wall", "大屏", Role.WALLBOARD, desk_sample.PASSWORD)
        other = people.add(session, "zhaoyun", "赵云", Role.CLERK, desk_sample.PASSWORD).id
        seats_sample.busy(session, now)
        me = session.scalars(select(User.id).where(User.name == "liuyang")).one()
        taken = session.get_one(Recording, office.ids[-1])
        screening.set_aside(session, taken, ScreeningOutcome.NO_CONTENT, other, now)
        caller_notes.add(session, CALLER, "听力不好", other, now)
        by = {"caller": CALLER, "seat": "seat07"}
        session.add(CallRecord(call_id=CALL, arrived_at=now, user_id=me, **by))
        form = {"kind": FormKind.CONSULTATION, "fields": FORM, "version": 1, "saved_at": now, "result": ""}
        finished = CallForm(call_id=CALL, user_id=me, **by, **form)
        begun = CallForm(call_id=f"{CALL}1", user_id=other, **by, **form)
        session.add_all([finished, begun])
        session.flush()
        known = KnownCall(CALL, CALLER, "seat07", frozenset(), now)
        form_finishing.finish(session, known, finished, other, now, RULES)
    return office


def offers(path: str, selector: str) -> Callable[[Office, Visitor], bool]:
    """Whether there is such a thing on a page; ``{}`` in its address: the recording that was decided."""

    def asked(scene: Office, visitor: Visitor) -> bool:
        page = visitor.get(path.format(scene.ids[-1])).get_data(as_text=True)
        return bool(BeautifulSoup(page, "html.parser").select(selector))

    return asked


OFFERED = {
    "the second factor and sessions of one's own": (offers("/account", ".account-places a"), DESK),
    "a way back from the wallboard to the line": (offers("/wallboard", 'h1 a[href="/supervision"]'), DESK),
    "whole numbers in lists": (
        lambda _, visitor: CALLER in visitor.get("/queue?state=all").get_data(as_text=True),
        CHIEFS,
    ),
    "the file of a recording": (offers("/recordings/{}", ".files a"), CHIEFS),
    "keeping a recording": (offers("/recordings/{}", ".keeping form"), HEAD),
    "undoing what somebody else decided": (offers("/recordings/{}", 'form[action$="/undo"]'), CHIEFS),
    "undoing what somebody else finished": (
        offers(f"/call/{CALL}", '[data-draft^="/drafts/withdraw"]'),
        CHIEFS,
    ),
    "taking somebody else's note back": (offers(f"/call/{CALL}", ".take-back"), CHIEFS),
    "forms that others have begun": (offers("/call-forms", f'a[href="/call/{CALL}1"]'), CHIEFS),
}
"""Question → how it is asked, and who is answered yes."""


def subject_of(scene: Office, form: FormName) -> str:
    if form in OF_SUBMISSION:
        return case_room.letter(scene)
    return CALL if form in OF_CALL else scene.ids[0] if form in OF_RECORDING else "-"


@pytest.mark.parametrize("role", NAMES)
def test_what_is_offered(scene: Office, role: str) -> None:
    visitor = scene.visitor(NAMES[role])
    page = BeautifulSoup(visitor.get("/account").get_data(as_text=True), "html.parser")
    there = [each["href"] for each in page.select("nav.places a:not(.who)")]
    assert there == [path for path, whom in PLACES.items() if role in whom]
    for question, (asked, whom) in OFFERED.items():
        assert asked(scene, visitor) is (role in whom), question
    for form, whom in DRAFTS.items():
        subject = subject_of(scene, form)
        status = visitor.get(f"/drafts/{form}/{subject}").status_code
        assert status == (200 if role in whom else 403), form
