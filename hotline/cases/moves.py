"""The moves of a case: from which state to which, who may, what has to be given, by which article.

"R" is an article of the Regulations on Petition Work (信访工作条例, 2022). Who may is the act of the table
``hotline.who_may``; a unit makes its moves with its own cases and those of the units below it alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from hotline.cases.cases import CaseState
from hotline.who_may import Act


class Move(StrEnum):
    """What is done with a case."""

    CARRY_OVER = "carry over"
    """It was registered before there were events."""
    REGISTER = "register"
    WITHDRAW = "withdraw"
    SUPPLEMENT = "supplement"
    """A further part of its message was heard; what the case is about says more."""
    JOIN = "join"
    """A letter, a visit or an appointment that belongs to it was joined to it."""
    PART = "part"
    """That did not belong to it after all."""
    RECOMPUTE = "recompute"
    """The office's calendar was changed, and with it a last day."""
    ADD_DOCUMENT = "add document"
    """A document was added; the case stays where it is."""
    DISPATCH = "dispatch"
    ACCEPT = "accept"
    DECLINE = "decline"
    OBJECT = "object"
    AGREE = "agree"
    DISAGREE = "disagree"
    RECALL = "recall"
    """It was sent to a wrong unit, or to one that may not have it any more."""
    EXTEND = "extend"
    REPLY = "reply"
    SEND_BACK = "send back"
    CLOSE = "close"
    NAME_ACCUSED = "name accused"
    """The office says which unit is accused, or that none is."""


class Given(StrEnum):
    """What has to be said with a move."""

    UNIT = "unit_code"
    MANNER = "manner"
    GROUND = "ground"
    OUTCOME = "outcome"
    DAYS = "days"
    ACCUSED = "accused_code"
    """The accused unit; empty for none."""
    TEXT = "text"
    """In words, for whoever reads on."""


class Manner(StrEnum):
    """How a case is handed to a unit, R22."""

    TRANSFER = "transfer"
    """转送: the unit handles it."""
    ASSIGNMENT = "assignment"
    """交办: the unit handles it, and reports the result to the office."""


class DeclineGround(StrEnum):
    """Why a unit does not accept a case."""

    NOT_COMPETENT = "not competent"
    """It lies outside what the unit may decide, R22."""
    PENDING = "pending"
    """It is being handled elsewhere already, R19."""
    LEGAL_ROUTE = "legal route"
    """It belongs to litigation, arbitration or administrative review, R31."""
    FINAL = "final"
    """It was decided for the last time after a re-review, R36."""


class ReplyOutcome(StrEnum):
    """What a unit has decided about what was asked for, R32."""

    SUPPORTED = "supported"
    PARTLY = "partly"
    NOT_SUPPORTED = "not supported"


@dataclass(frozen=True)
class MoveRule:
    """A row of the table.

    ``article``: where the regulations have it; empty where it is the office's own step. ``objected``: whether
    the unit has to have objected and was not answered yet; None: it does not matter.
    """

    before: tuple[CaseState, ...]
    after: CaseState
    act: Act
    given: tuple[Given, ...]
    article: str
    objected: bool | None = None


MOVES: Mapping[Move, MoveRule] = {
    Move.DISPATCH: MoveRule(
        (CaseState.REGISTERED,), CaseState.DISPATCHED, Act.DISPATCH, (Given.UNIT, Given.MANNER), "R22"
    ),
    Move.AGREE: MoveRule(
        (CaseState.DISPATCHED,), CaseState.REGISTERED, Act.DISPATCH, (), "R23", objected=True
    ),
    Move.DISAGREE: MoveRule(
        (CaseState.DISPATCHED,), CaseState.DISPATCHED, Act.DISPATCH, (Given.TEXT,), "R23", objected=True
    ),
    Move.ACCEPT: MoveRule((CaseState.DISPATCHED,), CaseState.ACCEPTED, Act.HANDLE, (), "R23", objected=False),
    Move.DECLINE: MoveRule(
        (CaseState.DISPATCHED,),
        CaseState.NOT_ACCEPTED,
        Act.HANDLE,
        (Given.GROUND, Given.TEXT),
        "R23",
        objected=False,
    ),
    Move.OBJECT: MoveRule(
        (CaseState.DISPATCHED,), CaseState.DISPATCHED, Act.HANDLE, (Given.TEXT,), "R23", objected=False
    ),
    Move.REPLY: MoveRule(
        (CaseState.ACCEPTED,), CaseState.REPLIED, Act.HANDLE, (Given.OUTCOME, Given.TEXT), "R32"
    ),
    Move.EXTEND: MoveRule(
        (CaseState.ACCEPTED,), CaseState.ACCEPTED, Act.EXTEND, (Given.DAYS, Given.TEXT), "R34"
    ),
    Move.CLOSE: MoveRule((CaseState.REPLIED, CaseState.NOT_ACCEPTED), CaseState.CLOSED, Act.DISPATCH, (), ""),
    Move.SEND_BACK: MoveRule(
        (CaseState.REPLIED, CaseState.CLOSED), CaseState.ACCEPTED, Act.DISPATCH, (Given.TEXT,), ""
    ),
    Move.RECALL: MoveRule(
        (CaseState.DISPATCHED, CaseState.NOT_ACCEPTED, CaseState.ACCEPTED, CaseState.REPLIED),
        CaseState.REGISTERED,
        Act.DISPATCH,
        (Given.TEXT,),
        "",
        objected=False,
    ),
    Move.NAME_ACCUSED: MoveRule(
        (CaseState.REGISTERED,), CaseState.REGISTERED, Act.DISPATCH, (Given.ACCUSED,), "R30"
    ),
}
"""All but registering, its undoing, and what is added: those follow from what is decided about a recording, a
letter, a visit or an appointment, recomputing from a change of the calendar, and documents
(``hotline.handling.case_documents``)."""
ADDS = frozenset({Move.SUPPLEMENT, Move.JOIN, Move.PART, Move.RECOMPUTE, Move.ADD_DOCUMENT})
"""After these a case stands where it stood."""


def possible(state: CaseState, objected: bool, is_extendable: bool) -> list[Move]:
    """The moves that can be made now, whoever may make them, in the order of the table."""
    return [
        move
        for move, rule in MOVES.items()
        if state in rule.before
        and rule.objected in (None, objected)
        and (move is not Move.EXTEND or is_extendable)
    ]
