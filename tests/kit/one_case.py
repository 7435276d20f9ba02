"""One case that a clerk has registered, and all who may do something with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from sqlalchemy.orm import Session

from hotline import people
from hotline.cases import units
from hotline.cases.case_entry import CaseEntry
from hotline.cases.cases import Case, CaseState, Category
from hotline.cases.moves import MOVES, DeclineGround, Given, Manner, Move, ReplyOutcome
from hotline.cases.periods import PeriodKind
from hotline.cases.units import UnitRow
from hotline.database import Database
from hotline.handling import case_moves
from hotline.handling.case_moves import AskedMove
from hotline.people import PasswordHash, Role, User
from hotline.registration import call_cases
from tests.kit.period_rules import RULES

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
TODAY = date(2026, 11, 23)
UNIT, BELOW, OTHER = "0102", "010201", "0103"
TREE = (("01", None), (UNIT, "01"), (BELOW, UNIT), (OTHER, "01"))
PEOPLE = {
    "clerk": (Role.CLERK, ""),
    "colleague": (Role.CLERK, ""),
    "chief": (Role.SUPERVISOR, ""),
    "officer": (Role.UNIT_OFFICER, UNIT),
    "head": (Role.UNIT_HEAD, UNIT),
    "below": (Role.UNIT_OFFICER, BELOW),
    "other": (Role.UNIT_HEAD, OTHER),
    "leader": (Role.LEADER, ""),
}
ENTERED = {
    Given.UNIT: UNIT,
    Given.ACCUSED: OTHER,
    Given.MANNER: Manner.TRANSFER,
    Given.GROUND: DeclineGround.PENDING,
    Given.OUTCOME: ReplyOutcome.PARTLY,
    Given.DAYS: "30",
    Given.TEXT: "理由",
}
SENT = ("clerk", Move.DISPATCH)
ACCEPTED = (SENT, ("officer", Move.ACCEPT))
REPLIED = (*ACCEPTED, ("officer", Move.REPLY))


@dataclass
class OneCase:
    """A case that a clerk has registered, and the people who may do something with it."""

    db: Database
    number: str = ""
    now: datetime = NOW
    users: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        with self.db.writing() as session:
            units.replace_all(session, [UnitRow(code, above, f"单位{code}") for code, above in TREE])
            for name, (role, unit) in PEOPLE.items():
                hashed = PasswordHash("none")
                self.users[name] = people.add(session, name, name, role, hashed, unit_code=unit).id
            entry = CaseEntry("王秀兰", "", "", Category.HOUSING, "暖气不热", UNIT)
            case = call_cases.register(session, "1.1", entry, NOW, self.users["clerk"], NOW, RULES)
            self.number = case.number

    def make(self, who: str, move: Move, **entered: str) -> None:
        with self.db.reading() as session:
            last = session.get_one(Case, self.number).events
        self.make_after(last, who, move, entered)

    def make_after(self, seen: int, who: str, move: Move, entered: Mapping[str, str]) -> None:
        given = {name: ENTERED[name] for name in MOVES[move].given} if move in MOVES else {}
        given |= {Given(name): text for name, text in entered.items()}
        with self.db.writing() as session:
            session.get(Case, self.number)  # as a page does, which asks first whether its reader may see it
            user = session.get_one(User, self.users[who])
            asked = AskedMove(move, seen, given)
            case_moves.make(session, self.number, asked, user, self.now, RULES)

    def goes(self, *steps: tuple[str, Move]) -> "OneCase":
        for who, move in steps:
            self.make(who, move)
        return self

    def case(self, session: Session) -> Case:
        return session.get_one(Case, self.number)

    def row(self) -> tuple[CaseState, str, PeriodKind | None, date | None]:
        with self.db.reading() as session:
            found = self.case(session)
            return CaseState(found.state), found.unit_code, found.period, found.due_on


def days(number: int) -> date:
    return TODAY + timedelta(days=number)
