"""The matrix of pages, commands and visitors (``who_may.txt``): every address, asked by everybody.

The addresses are read from the application itself, so a new one without a line fails. Subjects are real: a
message left for the office, the clerk's own call, another agent's, and a talk that became a message.
"""

import re
from collections.abc import Iterator

import click
import pytest
from sqlalchemy import select, update

from hotline.commands import main
from hotline.people import User
from hotline.recordings.recordings import Recording, ScreeningOutcome
from hotline.seats.seat_events import SeatEvent
from hotline.sections import Web
from tests.kit import desk_sample
from tests.web import case_room
from tests.web.every_address import CALLS, TABLE, AddressRow, address, lines
from tests.web.office import Office, Visitor
from web.services import Services

VISITORS = (
    *("anonymous", "wallboard", "newcomer", "clerk", "supervisor", "administrator", "codeless"),
    *("disabled", "officer", "head", "leader"),
)
NAMES = {"clerk": "liuyang", "supervisor": "chenjing", "administrator": "admin"}
FIRST_OF_ALL = {"/account": "account", "/account/second-factor": "code"}
FORMS = {
    **{f"call.{act}": {"kind": "case", "version": "1"} for act in ("save", "finish", "put_away")},
    "recording.segments.save": {"based_on": "0", "text": "您好！"},
    "screening.check_number": {"duplicate_of": "2600000012"},
    "screening.set_aside": {"outcome": "no_content"},
    "calls.export": {"format": "csv"},
    "register.export": {"format": "csv"},
    "reports.export": {"format": "csv"},
    "audit.export": {"format": "csv"},
    "seat.sit_down": {"seat": "seat02"},
}
"""What is sent where an empty form is turned down before anybody asks whose recording it is."""


def visit(office: Office, name: str) -> Visitor:
    """A new browser of a visitor; the one who was disabled had signed in before."""
    if name == "disabled":
        _set_active(office, "zhaoyun", True)
        visitor = office.visitor("zhaoyun")
        _set_active(office, "zhaoyun", False)
        return visitor
    if name == "codeless":  # a supervisor without the second factor that this office demands
        settings = office.settings.model_copy(update={"web": Web(demand_second_factor=True)})
        office.app.extensions["hotline"] = Services(settings, office.db, office.clock)
        return office.visitor("chenjing")
    user = {"anonymous": None, "wallboard": "wall"}.get(name, NAMES.get(name, name))
    visitor = office.visitor(user)
    if user is None:
        visitor.get("/sign-in")
    return visitor


def _set_active(office: Office, name: str, active: bool) -> None:
    with office.db.writing() as session:
        session.execute(update(User).where(User.name == name).values(active=active))


def answered(visitor: Visitor, line: AddressRow, path: str) -> str:
    """``yes``, ``no``, ``none`` where nothing of the visitor's is there, or where it leads first of all."""
    if line.method == "GET":
        answer = visitor.get(path, headers={"Origin": "http://localhost"})  # as a page of ours asks
    else:
        answer = visitor.post(path, FORMS.get(line.endpoint))
    status, leads_to = answer.status_code, answer.headers.get("Location", "")
    answer.close()
    if status == 401 or (status == 302 and leads_to.startswith("/sign-in")):
        return "sign-in"
    if status == 302 and leads_to in FIRST_OF_ALL:
        return FIRST_OF_ALL[leads_to]
    assert status not in (400, 405) and status < 500, f"{line}: {status}"
    return {403: "no", 404: "none"}.get(status, "yes")


@pytest.mark.parametrize("name", VISITORS)
def test_every_address_answers_as_the_table_says(
    office: Office, subjects: dict[str, str], no_waiting: None, name: str
) -> None:
    wrong, visitor = [], visit(office, name)
    for line in lines():
        path, wanted = address(office, line, subjects), line.answers[VISITORS.index(name)]
        got = answered(visitor, line, path)
        if line.endpoint.startswith("sign_in."):
            visitor = visit(office, name)
        if got != wanted:
            wrong.append(f"{line.method} {line.endpoint} {line.subject}: {name} got {got}, not {wanted}")
    assert not wrong, "\n".join(wrong)


def test_no_address_is_without_a_line(office: Office) -> None:
    there = {
        (method, rule.endpoint)
        for rule in office.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"OPTIONS", "HEAD"}
    }
    listed = {(line.method, line.endpoint) for line in lines()}
    assert there == listed, "write a line for each new address into who_may.txt, and take out what is gone"


def test_whatever_concerns_somebody_is_asked_for_with_every_subject(office: Office) -> None:
    """An address of a recording or a call has a line for each kind of it."""
    wanted = {
        "recording_id": {"message", "own", "other", "mixed"},
        "call_id": {"own", "other"},
        "number": {"own", "other", *case_room.HANDS},
    }
    for rule in office.app.url_map.iter_rules():
        if rule.endpoint.startswith("calls."):  # the supervisors' list, for nobody else
            continue
        for argument in rule.arguments & wanted.keys():
            named = {line.subject for line in lines() if line.endpoint == rule.endpoint}
            assert named >= wanted[argument], rule.endpoint


def commands(group: click.Group, before: str = "") -> Iterator[str]:
    """Every command, by the words that call it."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command, name
        if isinstance(command, click.Group):
            yield from commands(command, f"{before}{name} ")
        else:
            yield f"{before}{name}"


def test_no_command_is_without_a_line() -> None:
    rows = [row.strip() for row in TABLE.read_text(encoding="utf-8").splitlines() if row.startswith("  ")]
    listed = {row.partition("  ")[0] for row in rows}
    assert set(commands(main)) == listed, "write a line for each new command into who_may.txt"


def test_another_agents_talk_is_neither_linked_nor_quoted(
    office: Office, subjects: dict[str, str], clerk: Visitor, colleague: Visitor
) -> None:
    links = {subjects[each] for each in ("other", "mixed")}
    pop = clerk.get(f"/call/{CALLS['own']}").get_data(as_text=True)
    assert not links & set(re.split('[/"]', pop))
    theirs = colleague.get(f"/call/{CALLS['own']}").get_data(as_text=True)
    assert links <= set(re.split('[/"]', theirs))
    assert "赵云" in pop  # that somebody talked to this caller is known, as the screen pop promises
    queue = clerk.get("/queue?state=all&order=newest").get_data(as_text=True)
    assert subjects["mixed"] not in queue and subjects["message"] in queue
    found = clerk.get(clerk.post("/queue", {"search": "13800001234"}).headers["Location"])
    assert not links & set(re.split('[/"]', found.get_data(as_text=True)))
    for subject, quoted in (("own", True), ("other", False), ("mixed", False)):
        number = {"duplicate_of": desk_sample.number_of(office.db, subjects[subject])}
        said = clerk.post(f"/recordings/{subjects['message']}/check-number", number).get_data(as_text=True)
        assert ("您好" in said, 'class="found"' in said) == (quoted, True), subject


def test_the_next_one_is_one_that_may_be_opened(
    office: Office, subjects: dict[str, str], clerk: Visitor, colleague: Visitor
) -> None:
    others = Recording.id != subjects["mixed"]
    with office.db.writing() as session:
        session.execute(update(Recording).where(others).values(outcome=ScreeningOutcome.NO_CONTENT))
    assert clerk.get("/queue/next").headers["Location"] == "/queue"
    assert colleague.get("/queue/next").headers["Location"] == f"/recordings/{subjects['mixed']}"


EVENTS = [("handed_to", 200), ("answered", 200), ("no_answer", 403)]


@pytest.mark.parametrize(("event", "opens"), EVENTS)
def test_whom_a_call_was_handed_on_to_hears_it(
    office: Office, subjects: dict[str, str], clerk: Visitor, event: str, opens: int
) -> None:
    """By the exchange's log, also when he typed nothing and somebody else answered first."""
    with office.db.writing() as session:
        me = session.scalars(select(User.id).where(User.name == "liuyang")).one()
        at, call = office.clock.now, CALLS["other"]
        session.add(SeatEvent(at=at, seat="seat08", event=event, call_id=call, detail="", user_id=me))
    page = f"/recordings/{subjects['other']}"
    for path in (page, f"{page}/audio", f"/call/{call}"):
        assert clerk.get(path).status_code == opens, path


def test_lists_shorten_numbers_for_who_need_not_call(clerk: Visitor, colleague: Visitor) -> None:
    for visitor, shown, hidden in (
        (clerk, "139*****826", "13904718826"),
        (colleague, "13904718826", "139***"),
    ):
        page = visitor.get("/queue").get_data(as_text=True)
        assert shown in page and hidden not in page
    found = clerk.get(clerk.post("/queue", {"search": "13904718826"}).headers["Location"])
    assert "139*****826" in found.get_data(as_text=True)  # the whole number still finds
