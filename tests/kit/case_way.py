"""Bringing a case to a state by the moves that lead there."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline import people
from hotline.cases.cases import Case, CaseState
from hotline.cases.moves import MOVES, DeclineGround, Given, Manner, Move, ReplyOutcome
from hotline.handling import case_moves
from hotline.handling.case_moves import AskedMove
from hotline.people import PasswordHash, Role, User
from tests.kit.period_rules import RULES

ACCEPTED = (Move.DISPATCH, Move.ACCEPT)
WAYS = {
    CaseState.REGISTERED: (),
    CaseState.DISPATCHED: (Move.DISPATCH,),
    CaseState.ACCEPTED: ACCEPTED,
    CaseState.NOT_ACCEPTED: (Move.DISPATCH, Move.DECLINE),
    CaseState.REPLIED: (*ACCEPTED, Move.REPLY),
    CaseState.CLOSED: (*ACCEPTED, Move.REPLY, Move.CLOSE),
}


def bring(session: Session, case: Case, state: CaseState, now: datetime) -> None:
    """All moves at one moment: the office's by a supervisor, the unit's by its head."""
    unit_code = case.unit_code
    entered = {
        Given.UNIT: unit_code,
        Given.MANNER: Manner.TRANSFER,
        Given.GROUND: DeclineGround.PENDING,
        Given.OUTCOME: ReplyOutcome.SUPPORTED,
        Given.TEXT: "已依法办理。",
    }
    for move in WAYS[state]:
        role = Role.SUPERVISOR if MOVES[move].act == "dispatch" else Role.UNIT_HEAD
        asked = AskedMove(move, case.events, entered)
        case_moves.make(session, case.number, asked, _somebody(session, role, unit_code), now, RULES)


def _somebody(session: Session, role: Role, unit_code: str) -> User:
    name = f"{role.replace(' ', '-')}-{unit_code}"
    found = session.scalars(select(User).where(User.name == name)).first()
    return found or people.add(session, name, name, role, PasswordHash("none"), unit_code=unit_code)
