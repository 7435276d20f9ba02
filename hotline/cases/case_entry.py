"""What is entered to register a case (登记), and what is wrong with it.

The rules are the same for a clerk who registers a recording and an agent who registers in a call.
"""

import unicodedata
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from hotline.cases.cases import Case, Category
from hotline.cases.units import Unit
from hotline.refusals import Reason, Refused

LONGEST_NAME, LONGEST_TELEPHONE, LONGEST_ADDRESS = 80, 32, 200


class CannotRegister(Reason):
    """What is missing or wrong in an entry."""

    NO_CATEGORY = "choose a category", "请选择类别"
    NO_SUMMARY = "write in a sentence what the case is about", "请用一两句话写明反映的内容。"
    TOO_LONG = (
        "a name has at most {name} characters, an address at most {address}",
        "姓名最多 {name} 个字符，住址最多 {address} 个字符。",
    )
    TELEPHONE = (
        "a telephone number has at most {most} characters, none of them invisible",
        "电话最多 {most} 个字符，不能含有看不见的字符。",
    )
    NO_UNIT = "choose the responsible unit from the tree", "请从列表中选择责任单位。"


class CannotUndo(Reason):
    """Why what was decided stands."""

    NOTHING = "there is no decision to undo", "没有可以撤销的处理。"
    DECIDED_ANEW = (
        "it was decided anew meanwhile; look at the decision once more",
        "期间又有了新的处理，请刷新页面后再看。",
    )
    SOMEBODY_ELSES = (
        "somebody else decided this; ask a supervisor to undo it",
        "这是别人作出的处理，请联系值班主管撤销。",
    )
    NO_REASON = "say why the decision is undone", "请写明撤销的理由。"
    HAS_JOINED = (
        "letters or visits are joined to this case; part these first: {numbers}",
        "有来信来访并入了本件，请先解除并入：{numbers}",
    )
    UNIT_AT_WORK = (
        "the unit is already handling this case; it can't be undone here",
        "责任单位已经在办理，不能在这里撤销。",
    )


@dataclass(frozen=True)
class CaseEntry:
    """What is entered to register a case."""

    petitioner: str
    telephone: str
    address: str
    category: Category
    summary: str
    unit_code: str


def checked(session: Session, entry: CaseEntry) -> CaseEntry:
    """The entry without the blanks around it. Raises Refused for what is missing or too long."""
    entry = _tidied(entry)
    if not entry.summary:
        raise Refused("summary", CannotRegister.NO_SUMMARY)
    if len(entry.petitioner) > LONGEST_NAME or len(entry.address) > LONGEST_ADDRESS:
        raise Refused("petitioner", CannotRegister.TOO_LONG, name=LONGEST_NAME, address=LONGEST_ADDRESS)
    if len(entry.telephone) > LONGEST_TELEPHONE or not entry.telephone.isprintable():
        raise Refused("telephone", CannotRegister.TELEPHONE, most=LONGEST_TELEPHONE)
    unit = session.get(Unit, entry.unit_code)
    if unit is None or not unit.active:
        raise Refused("unit_code", CannotRegister.NO_UNIT)
    return entry


def plain(telephone: str) -> str:
    """A telephone number as it was typed, in plain digits."""
    return " ".join(unicodedata.normalize("NFKC", telephone).split())


def _tidied(entry: CaseEntry) -> CaseEntry:
    return replace(
        entry,
        petitioner=entry.petitioner.strip(),
        telephone=plain(entry.telephone),
        address=entry.address.strip(),
        summary=entry.summary.strip(),
    )


def fill(case: Case, entry: CaseEntry) -> None:
    """Put a checked entry into a case, but for the unit: which that is, is an event (``registering``)."""
    case.petitioner, case.telephone, case.address = entry.petitioner, entry.telephone, entry.address
    case.category, case.summary = entry.category, entry.summary


def entry_of(case: Case) -> CaseEntry:
    """What a case was registered with."""
    return CaseEntry(
        petitioner=case.petitioner,
        telephone=case.telephone,
        address=case.address,
        category=Category(case.category),
        summary=case.summary,
        unit_code=case.unit_code,
    )
