"""Hearing where a case stands, by its number. Nothing personal is ever spoken."""

from typing import TYPE_CHECKING

from hotline.cases import case_number
from ivr import prompts
from ivr.call import OPERATOR, TRIES, Call, CallOutcome
from ivr.dialogues.leave_message import leave_message
from ivr.dialogues.person import person
from ivr.office import Office
from ivr.office_database import TooManyWrong
from ivr.timed_pool import Unavailable

if TYPE_CHECKING:
    from hotline.enquiries.enquiries import CaseStatus


def enquiry(call: Call, office: Office) -> None:
    """Ask for the number, three times at most, and tell; where that fails, offer to leave a message."""
    complaint: tuple[str, ...] = ()
    for _ in range(TRIES):
        number = call.read_number(*complaint, "enquiry-ask", digits=case_number.LENGTH)
        if number == OPERATOR:
            return person(call, office)
        if not number:
            return _offer_message(call, office)
        try:
            case = office.look_up(number, call.caller)
        except TooManyWrong:
            return _offer_message(call, office, "enquiry-too-many")
        except Unavailable:
            return _offer_message(call, office, "enquiry-unavailable")
        if case:
            return _tell(call, office, case)
        complaint = ("enquiry-unknown" if case_number.is_valid(number) else "enquiry-wrong",)
    return _offer_message(call, office, *complaint)


def _tell(call: Call, office: Office, case: "CaseStatus") -> None:
    call.became(CallOutcome.SERVED)
    status = prompts.status(case, call.language, call.prompts)
    if call.tell(*status) == OPERATOR or call.tell("goodbye") == OPERATOR:
        person(call, office)


def _offer_message(call: Call, office: Office, *why: str) -> None:
    match call.choose(*why, "offer-message", keys="1", on_silence=""):
        case "1":
            leave_message(call, office)
        case "0":
            person(call, office)
        case _:
            call.tell("goodbye")
