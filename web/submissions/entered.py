"""What was entered in the form of a letter, a visit or an appointment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from flask import request
from sqlalchemy.orm import Session

from hotline.cases.case_entry import CannotRegister
from hotline.cases.cases import Category
from hotline.cases.origins import Origin
from hotline.drafts import FIELDS, FormName
from hotline.refusals import Refused
from hotline.submissions.entering import SubmissionEntry
from hotline.submissions.refusals import CannotEnter
from hotline.submissions.submissions import PARTICULARS, Submission
from web.period import office_zone
from web.refusals import said
from web.typed import typed
from web.units.asked import asked_unit

Fields = Mapping[str, str]


@dataclass(frozen=True)
class Refusal:
    """What was not done: what was entered, field → what is wrong (empty: the whole), and in which form."""

    entered: Fields = field(default_factory=dict)
    mistakes: Mapping[str, str] = field(default_factory=dict)
    form: FormName = FormName.SUBMISSION


NOTHING_REFUSED = Refusal()


def fields(form: FormName) -> dict[str, str]:
    """What stands in a form, as it was typed; a little more than may be, so that too much is seen."""
    return {
        name: typed(request.form.get(name)).replace("\r\n", "\n")[: most + 1]
        for name, most in FIELDS[form].items()
    }


def refusal(refused: Refused, form: FormName) -> Refusal:
    """What the page is shown with once more."""
    return Refusal(fields(form), {refused.field: said(refused)}, form)


def entry(session: Session, channel: Origin) -> SubmissionEntry:
    """What was entered, as the rules take it. Raises Refused for what cannot be read."""
    entered = fields(FormName.SUBMISSION)
    unit_code = asked_unit(session)
    if entered["unit"].strip() and not unit_code:
        raise Refused("unit_code", CannotRegister.NO_UNIT)
    category = entered["category"]
    return SubmissionEntry(
        channel=channel,
        received_at=_received_at(entered["received"]),
        petitioner=entered["petitioner"],
        telephone=entered["telephone"],
        address=entered["address"],
        category=Category(category) if category in Category._value2member_map_ else None,
        summary=entered["summary"],
        unit_code=unit_code or None,
        particulars={each: entered[each] for each in PARTICULARS[channel]},
    )


def _received_at(text: str) -> datetime:
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M").replace(tzinfo=office_zone())
    except ValueError:
        raise Refused("received", CannotEnter.NO_TIME) from None


def as_fields(found: Submission, unit_name: str) -> dict[str, str]:
    """What is kept, as it stands in the form."""
    return {
        "received": in_form(found.received_at),
        "petitioner": found.petitioner,
        "telephone": found.telephone,
        "address": found.address,
        "category": found.category or "",
        "summary": found.summary,
        "unit": unit_name,
        "unit_code": found.unit_code or "",
        **found.particulars,
    }


def in_form(at: datetime) -> str:
    """A moment at the office, as a field for day and time has it."""
    return at.astimezone(office_zone()).strftime("%Y-%m-%dT%H:%M")
