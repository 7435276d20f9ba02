"""Cases of an office in every hand: registered, with a unit, with one below it, with its neighbour."""

from zoneinfo import ZoneInfo

from sqlalchemy import select

from hotline import people
from hotline.cases.case_entry import CaseEntry
from hotline.cases.cases import Case, Category
from hotline.cases.moves import Given, Manner, Move
from hotline.cases.origins import Origin
from hotline.handling import case_moves
from hotline.handling.case_moves import AskedMove
from hotline.people import Role, User
from hotline.registration import call_cases
from hotline.submissions import entering
from hotline.submissions.entering import SubmissionEntry
from tests.kit import desk_sample
from tests.kit.period_rules import RULES
from tests.web.office import Office

UNIT, BELOW, NEIGHBOUR, ABOVE = "0110", "011001", "0102", "01"
HANDS = {"below": BELOW, "with-unit": UNIT, "neighbour": NEIGHBOUR, "above": ABOVE}
ENTRY = CaseEntry("梁玉兰", "13613360121", "", Category.HOUSING, "公积金提取被拒", UNIT)


def staffed(office: Office) -> None:
    """An officer and the head of a unit, and a leader."""
    with office.db.writing() as session:
        for name, full_name, role in (
            ("officer", "何志强", Role.UNIT_OFFICER),
            ("head", "方敏", Role.UNIT_HEAD),
            ("leader", "孙立", Role.LEADER),
        ):
            people.add(session, name, full_name, role, desk_sample.PASSWORD, unit_code=UNIT)


def registered(office: Office, call_id: str, by: str = "liuyang") -> str:
    """A case that was registered in a call; its number."""
    with office.db.writing() as session:
        by_id = session.scalars(select(User.id).where(User.name == by)).one()
        now = office.clock.now
        return call_cases.register(session, call_id, ENTRY, now, by_id, now, RULES).number


def moved(office: Office, number: str, by: str, move: Move, **entered: str) -> None:
    """Somebody makes a move with a case."""
    given = {Given(name): text for name, text in entered.items()}
    with office.db.writing() as session:
        user = session.scalars(select(User).where(User.name == by)).one()
        asked = AskedMove(move, session.get_one(Case, number).events, given)
        case_moves.make(session, number, asked, user, office.clock.now, RULES)


def sent(office: Office, number: str, unit: str = UNIT) -> str:
    """The case goes to a unit; its number."""
    moved(office, number, "liuyang", Move.DISPATCH, unit_code=unit, manner=Manner.TRANSFER)
    return number


def letter(office: Office) -> str:
    """A letter that waits for a decision; its number."""
    with office.db.writing() as session:
        by_id = session.scalars(select(User.id).where(User.name == "liuyang")).one()
        entry = SubmissionEntry(
            Origin.LETTER,
            office.clock.now,
            "陈建国",
            "13904718826",
            "明远区团结小区三号楼",
            Category.UTILITIES,
            "小区供暖不足，室温只有十四度。",
            UNIT,
        )
        return entering.enter(session, entry, ZoneInfo(desk_sample.ZONE), by_id, office.clock.now).number


def in_every_hand(office: Office) -> dict[str, str]:
    """Name of a subject → number of a case."""
    numbers = {
        "own": registered(office, "1795400011.1"),
        "other": registered(office, "1795400011.2", "chenjing"),
    }
    for serial, (name, unit) in enumerate(HANDS.items()):
        numbers[name] = sent(office, registered(office, f"1795400012.{serial}"), unit)
    return numbers
