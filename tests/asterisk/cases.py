"""Cases in every state, brought there as the office does it, and the calls that ask for them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from hotline import people
from hotline.cases import case_number, unit_list
from hotline.cases.case_entry import CaseEntry
from hotline.cases.cases import CaseState, Category
from hotline.database import Database
from hotline.enquiries.enquiries import Enquiry
from hotline.intake import intake
from hotline.people import Role
from hotline.recordings import recordings, spool
from hotline.recordings.recordings import Recording, ScreeningOutcome
from hotline.recordings.spool import CallNote
from hotline.registration import screening
from ivr.softphone.caller import Caller
from tests.kit import case_way
from tests.kit.conversations import PATIENCE, own_number
from tests.kit.instance import HotlineInstance
from tests.kit.period_rules import RULES
from tests.kit.wav import write_tone

RECEIVED = datetime(2026, 3, 9, 15, 30, tzinfo=UTC)  # 23:30 in the office's time zone
REGISTERED = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)
UNIT = "0102"
STATES = (
    *("received", "registered", "dispatched", "accepted", "not_accepted", "replied", "closed"),
    *("no_content", "duplicate", "nuisance"),
)
ENTRY = CaseEntry("王某", "13800001234", "人民路15号", Category.UTILITIES, "路灯损坏", UNIT)


def in_each_state(hotline: HotlineInstance) -> dict[str, str]:
    """The number of a case in each state."""
    database = Database(hotline.settings.database_url)
    taken = {state: take_in(hotline, database, state) for state in STATES}
    with database.writing() as session:
        unit_list.ensure_sample(session)
        clerk = people.add(session, "clerk", "值班员", Role.CLERK, "lamp-street-night").id
        for state, number in taken.items():
            recording = recordings.by_number(session, number)
            assert recording
            bring(session, recording, state, clerk, taken["registered"])
    return taken


def forbid_more(hotline: HotlineInstance, asker: str) -> None:
    """Let ``asker`` have keyed ten wrong numbers within the hour."""
    now = datetime.now(UTC)
    with Database(hotline.settings.database_url).writing() as session:
        for minutes in range(10):
            at = now - timedelta(minutes=minutes)
            session.add(Enquiry(asker=asker, at=at, found=False))


def take_in(hotline: HotlineInstance, database: Database, call_id: str) -> str:
    folder = hotline.settings.spool_dir
    folder.mkdir(parents=True, exist_ok=True)
    call = call_id.replace("_", "-")
    spool.write_note(folder, CallNote(call, "13900000000", "zh", RECEIVED))
    write_tone(spool.part_path(folder, call, 1), 3.0)
    message = intake.take_in(call, hotline.settings, database)
    assert message
    return message.case_number


def bring(session: Session, recording: Recording, state: str, clerk: int, original: str) -> None:
    if state in ("no_content", "nuisance"):
        screening.set_aside(session, recording, ScreeningOutcome(state), clerk, REGISTERED)
    elif state == "duplicate":
        screening.join(session, recording, original, clerk, REGISTERED)
    elif state != "received":
        case = screening.register(session, recording, ENTRY, clerk, REGISTERED, RULES)
        case_way.bring(session, case, CaseState(state), REGISTERED)


def calls(hotline: HotlineInstance, numbers: dict[str, str]) -> dict[str, Callable[[Caller], None]]:
    """Who asks for what, by the name of the call."""
    forbid_more(hotline, own_number("harvester"))
    asking = {state: partial(ask, number=number) for state, number in numbers.items()}
    wrong = partial(ask_thrice, number=mistyped(numbers["received"]), complaint="enquiry-wrong")
    unknown = partial(ask_thrice, number=never_given(), complaint="enquiry-unknown")
    return {**asking, "wrong digit": wrong, "unknown": unknown, "harvester": ask_too_often}


def ask(caller: Caller, number: str) -> None:
    caller.begins_to_hear("welcome-closed", timeout=PATIENCE)
    caller.presses("2")
    caller.begins_to_hear("enquiry-ask", timeout=PATIENCE)
    caller.presses(number + "#")
    caller.hears("goodbye", timeout=60)
    assert caller.is_over() == "hotline"


def ask_thrice(caller: Caller, number: str, complaint: str) -> None:
    """Three times a number that leads to nothing."""
    caller.begins_to_hear("welcome-closed", timeout=PATIENCE)
    caller.presses("2")
    for _ in range(3):
        caller.begins_to_hear("enquiry-ask", timeout=PATIENCE)
        caller.presses(number + "#")
        caller.begins_to_hear(complaint, timeout=PATIENCE)
    caller.begins_to_hear("offer-message", timeout=PATIENCE)
    caller.presses("1")
    caller.begins_to_hear("message-ask", timeout=PATIENCE)
    caller.hangs_up()


def ask_too_often(caller: Caller) -> None:
    caller.begins_to_hear("welcome-closed", timeout=PATIENCE)
    caller.presses("2")
    caller.begins_to_hear("enquiry-ask", timeout=PATIENCE)
    caller.presses("2600000000#")
    caller.hears("enquiry-too-many", timeout=PATIENCE)
    caller.hangs_up()


def mistyped(number: str) -> str:
    return number[:-1] + str((int(number[-1]) + 1) % 10)


def never_given(year: int = 26) -> str:
    return next(
        number for running in range(9_000_000, 9_000_099) if (number := case_number.make(year, running))
    )
