"""The accused unit: nobody of it learns of the case, which goes to none above or below it (Article 30)."""

import pytest
from sqlalchemy import select

from hotline.cases import unit_acts
from hotline.cases.cases import Case, CaseState
from hotline.cases.moves import Move
from hotline.cases.unit_changes import Doing
from hotline.database import Database
from hotline.grants import may
from hotline.handling import case_access, case_proof
from hotline.handling.move_refusals import CannotMove
from hotline.people import User
from hotline.refusals import Refused
from hotline.who_may import Act
from tests.kit.one_case import ACCEPTED, BELOW, OTHER, REPLIED, SENT, TODAY, UNIT, OneCase


@pytest.fixture
def case(either_db: Database) -> OneCase:
    return OneCase(either_db)


def sees(case: OneCase, who: str) -> bool:
    """Whether somebody sees the case, asked for it alone and for a list."""
    with case.db.reading() as session:
        user = session.get_one(User, case.users[who])
        listed = session.scalars(select(Case.number).where(case_access.is_seen_by(session, user))).all()
        alone = may(user, Act.SEE_CASES, case_access.subject(session, case.case(session)))
        assert alone == (case.number in listed), who
        return alone


def refusal(case: OneCase, who: str, move: Move, **entered: str) -> object:
    with pytest.raises(Refused) as refused:
        case.make(who, move, **entered)
    return refused.value.reason


@pytest.mark.parametrize(("accused", "unit"), [(UNIT, UNIT), (UNIT, BELOW), (BELOW, UNIT), (BELOW, "01")])
def test_it_goes_to_none_above_or_below_the_accused_one(case: OneCase, accused: str, unit: str) -> None:
    case.make("clerk", Move.NAME_ACCUSED, accused_code=accused)
    assert refusal(case, "clerk", Move.DISPATCH, unit_code=unit) is CannotMove.ACCUSED
    case.make("clerk", Move.DISPATCH, unit_code=OTHER)
    assert sees(case, "other") and sees(case, "leader") and not sees(case, "officer")


def test_it_is_named_by_mistake_and_taken_back(case: OneCase) -> None:
    case.make("clerk", Move.NAME_ACCUSED, accused_code=UNIT)
    case.make("chief", Move.NAME_ACCUSED, accused_code="")
    case.goes(SENT)
    assert sees(case, "officer")
    with case.db.reading() as session:
        assert case.case(session).accused_code is None and not any(case_proof.look(session))


def test_who_names_it_and_when(case: OneCase) -> None:
    assert refusal(case, "clerk", Move.NAME_ACCUSED, accused_code="9999") is CannotMove.NO_ACCUSED
    assert refusal(case, "colleague", Move.NAME_ACCUSED, accused_code=OTHER) is CannotMove.NOT_YOURS
    case.goes(SENT)
    assert refusal(case, "clerk", Move.NAME_ACCUSED, accused_code=OTHER) is CannotMove.NOT_NOW
    assert refusal(case, "officer", Move.NAME_ACCUSED, accused_code=OTHER) is CannotMove.NOT_YOURS


@pytest.mark.parametrize("into", [OTHER, BELOW])
def test_nobody_of_it_sees_the_case_when_units_are_merged(case: OneCase, into: str) -> None:
    """The unit that has the case comes to the accused one, or to one below it."""
    accused, has_it = (OTHER, UNIT) if into == OTHER else (UNIT, OTHER)
    case.make("clerk", Move.NAME_ACCUSED, accused_code=accused)
    case.make("clerk", Move.DISPATCH, unit_code=has_it)
    with case.db.writing() as session:
        unit_acts.merge(session, has_it, into, Doing(TODAY, TODAY, case.now))
    theirs = "other" if into == OTHER else "below"
    assert not sees(case, theirs)
    assert refusal(case, theirs, Move.ACCEPT) is CannotMove.NOT_YOURS
    case.make("clerk", Move.RECALL)  # and goes to another
    assert case.row()[0] == CaseState.REGISTERED


@pytest.mark.parametrize("way", [ACCEPTED, REPLIED])
def test_the_accused_one_is_found_late(case: OneCase, way: tuple[tuple[str, Move], ...]) -> None:
    case.goes(*way, ("clerk", Move.RECALL))
    assert not sees(case, "officer")
    case.make("clerk", Move.NAME_ACCUSED, accused_code=UNIT)
    case.make("clerk", Move.DISPATCH, unit_code=OTHER)
    assert sees(case, "other") and not sees(case, "officer")


def test_the_accused_one_has_ended_and_its_people_are_elsewhere(case: OneCase) -> None:
    case.make("clerk", Move.NAME_ACCUSED, accused_code=BELOW)
    with case.db.writing() as session:
        unit_acts.merge(session, BELOW, OTHER, Doing(TODAY, TODAY, case.now))
    assert refusal(case, "clerk", Move.DISPATCH, unit_code=OTHER) is CannotMove.ACCUSED
    assert refusal(case, "clerk", Move.DISPATCH, unit_code=UNIT) is CannotMove.ACCUSED
