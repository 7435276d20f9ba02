"""What the page of a case shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import url_for
from flask_login import current_user
from sqlalchemy.orm import Session

from hotline import access, people
from hotline.cases import accused, case_events, lights, standing
from hotline.cases.case_events import CaseEvent
from hotline.cases.cases import Case
from hotline.cases.moves import ADDS, MOVES, Given, Move
from hotline.cases.origins import BY_HAND, Origin
from hotline.cases.periods import Period
from hotline.cases.units import Unit
from hotline.drafts import FormName
from hotline.grants import may
from hotline.handling import case_documents, case_moves, move_periods
from hotline.recordings import recordings
from hotline.registration import call_agents
from hotline.submissions.submissions import Submission
from hotline.who_may import Act
from web import period
from web.call.names import CASE_STATE_NAMES, LIGHT_NAMES
from web.case import files, names
from web.services import services


@dataclass(frozen=True)
class ShownEvent:
    """A line of the history. ``unit``: the one that is named in it; ``of_unit``: for which the user acted.

    ``objection_until``: the last day on which the unit may object, where the event says one;
    ``objection_before``: which it was until the calendar was changed. Both empty elsewhere.
    """

    event: CaseEvent
    text: str
    by: str
    unit: Unit | None
    of_unit: Unit | None
    period: Period | None
    choice: Any
    submission: str
    """The number of the letter, visit or appointment that was joined or parted."""
    objection_until: str
    objection_before: str


@dataclass(frozen=True)
class RefusedMove:
    """A move that was refused: what was entered, and field → what is wrong; ``move`` for the whole."""

    move: Move | None = None
    entered: Mapping[str, str] = field(default_factory=dict)
    mistakes: Mapping[str, str] = field(default_factory=dict)


NOTHING_REFUSED = RefusedMove()


@dataclass(frozen=True)
class MoveForm:
    """A move that can be made: what it asks for, and the draft in which its text is kept."""

    move: Move
    given: tuple[Given, ...]
    draft: FormName | None

    @property
    def is_one_key(self) -> bool:
        """Whether nothing has to be entered."""
        return not self.given


def page(session: Session, case: Case, refused: RefusedMove = NOTHING_REFUSED) -> dict[str, Any]:
    """For the template."""
    events = case_events.of_case(session, case.number)
    stands, today = standing.of(events), period.today()
    return {
        "case": case,
        "unit": session.get(Unit, case.unit_code),
        "offered": _offered(session, case, events),
        "accused": session.get(Unit, case.accused_code) if case.accused_code else None,
        "registrar": people.full_names(session, [case.registered_by_id]).get(case.registered_by_id, ""),
        "runs": stands.period if stands else None,
        "light": lights.light_of(case, today),
        "today": today,
        "history": _history(session, events),
        "forms": [_form(move) for move in case_moves.allowed(session, case, current_user)],
        "most_days": services().settings.periods.extension_days,
        "most_text": case_moves.LONGEST_TEXT,
        "heard_at": _heard_at(session, case),
        "entered_at": _entered_at(case),
        "refused": refused,
        **_documents(session, case),
        "names": names,
        "CASE_STATE_NAMES": CASE_STATE_NAMES,
        "LIGHT_NAMES": LIGHT_NAMES,
    }


def _offered(session: Session, case: Case, events: Sequence[CaseEvent]) -> Unit | None:
    """The unit that is offered to be sent to: that for which it was registered, as long as it may have it."""
    last = next((each.move for each in reversed(events) if each.move not in BESIDE), None)
    may_have_it = accused.may_handle(session, case.unit_code, case.accused_code)
    return session.get(Unit, case.unit_code) if may_have_it and last not in CHOOSES_ANEW else None


def _documents(session: Session, case: Case) -> dict[str, Any]:
    """What the card of documents shows."""
    may_add = case_documents.may_add(session, case, current_user)
    addresses = files.Addresses(
        url_for("case.documents.add", number=case.number),
        lambda document_id: url_for("case.documents.show", number=case.number, document_id=document_id),
    )
    return files.card(session, case_documents.of_case(session, case.number), addresses, may_add)


def _form(move: Move) -> MoveForm:
    return MoveForm(move, MOVES[move].given, draft_of(move))


def draft_of(move: Move) -> FormName | None:
    """The draft in which the text of a move is kept until it is made; None for one without a text."""
    return FormName(str(move)) if Given.TEXT in MOVES[move].given else None


def _history(session: Session, events: Sequence[CaseEvent]) -> list[ShownEvent]:
    """The newest first."""
    by = people.full_names(session, {each.by_id for each in events})
    return [_shown(session, each, by) for each in reversed(events)]


def _words(session: Session, event: CaseEvent) -> str:
    """What was written, or what the letter says that belongs to the case as long as it does."""
    if event.move != Move.JOIN:
        return event.text
    joined = session.get(Submission, str(event.facts["submission"]))
    belongs = joined is not None and joined.case_number == event.case_number
    return joined.summary if joined is not None and belongs else ""


def _shown(session: Session, event: CaseEvent, by: Mapping[int, str]) -> ShownEvent:
    named = event.facts.get("accused" if event.move == Move.NAME_ACCUSED else "unit")
    chosen = next((given for given in case_moves.CHOICES if str(given) in event.facts), None)
    return ShownEvent(
        event,
        _words(session, event),
        by.get(event.by_id, ""),
        session.get(Unit, str(named)) if named else None,
        session.get(Unit, event.unit_code) if event.unit_code else None,
        standing.period_of(event.facts) if event.move in BEGINS_A_PERIOD else None,
        names.CHOICE_NAMES[chosen][str(event.facts[str(chosen)])] if chosen else None,
        str(event.facts.get("submission", "")),
        str(event.facts.get(move_periods.OBJECTION, "")),
        str(event.facts.get(move_periods.FORMER, "")),
    )


BEGINS_A_PERIOD = frozenset({Move.CARRY_OVER, Move.REGISTER, Move.DISPATCH, Move.ACCEPT, Move.EXTEND})
"""Moves of which the history says until when; after the others it goes on or nothing runs."""


CHOOSES_ANEW = frozenset({Move.AGREE, Move.RECALL})
"""After these the unit that the case had is not offered once more."""
BESIDE = ADDS | {Move.NAME_ACCUSED}
"""Whatever of these came since."""


def _heard_at(session: Session, case: Case) -> str:
    """Where what was said is heard, or the call, for who may open it; empty where nothing is known of it."""
    if case.origin != Origin.CALL:
        return ""
    recording = recordings.of_call(session, case.origin_id)
    if recording is not None:
        is_open = may(current_user, Act.OPEN, access.subject(session, recording))
        return url_for("recording.show", recording_id=recording.id) if is_open else ""
    known = call_agents.known_among(session, [case.origin_id])
    is_open = bool(known) and may(current_user, Act.OPEN, access.subject(session, case))
    return url_for("call.page", call_id=case.origin_id) if is_open else ""


def _entered_at(case: Case) -> str:
    """Where the letter, visit or appointment is that it came with; empty for who has none of these."""
    is_there = case.origin in BY_HAND and may(current_user, Act.ENTER)
    return url_for("submissions.show", submission_number=case.origin_id) if is_there else ""
