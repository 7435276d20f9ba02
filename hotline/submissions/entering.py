"""Entering a letter, a visit or an appointment, and changing what was entered until it has an outcome."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline import audit
from hotline.cases import case_entry, numbering
from hotline.cases.case_entry import LONGEST_ADDRESS, LONGEST_NAME, LONGEST_TELEPHONE, CannotRegister
from hotline.cases.cases import Category
from hotline.cases.origins import Origin
from hotline.cases.units import Unit
from hotline.mapping import one_at_a_time
from hotline.refusals import Refused
from hotline.submissions import submissions
from hotline.submissions.refusals import CannotDecideSubmission, CannotEnter
from hotline.submissions.submissions import PARTICULARS, Particular, Submission

LONGEST_SUMMARY = 4000
LENGTHS: Mapping[Particular, int] = {
    Particular.POSTAL_NUMBER: 40,
    Particular.QUEUE_NUMBER: 12,
    Particular.ROOM: 40,
    Particular.PERSONS: 3,
    Particular.REPRESENTATIVES: 400,
    Particular.APPOINTED_FOR: 16,
    Particular.MEETING_ADDRESS: 300,
}
"""In characters."""
MOST_PERSONS = 999
MOST_REPRESENTATIVES = 5
"""Of a visit by several in one matter: 信访工作条例 (2022), Article 20."""
OLDEST = timedelta(days=3660)
"""A year that was typed wrong is seen by it; an old letter may come to light late."""


@dataclass(frozen=True)
class SubmissionEntry:
    """What is entered. ``received_at``: when it reached the office; of what is not known, empty or None."""

    channel: Origin
    received_at: datetime
    petitioner: str = ""
    telephone: str = ""
    address: str = ""
    category: Category | None = None
    summary: str = ""
    unit_code: str | None = None
    particulars: Mapping[Particular, str] = field(default_factory=dict)


def enter(session: Session, entry: SubmissionEntry, zone: ZoneInfo, by_id: int, now: datetime) -> Submission:
    """Keep a new one under the next number of the year; ``zone`` is the office's. Raises Refused."""
    entry = checked(session, entry, now)
    if entry.channel is Origin.VISIT and not entry.particulars.get(Particular.QUEUE_NUMBER):
        drawn = _next_in_queue(session, entry.received_at.astimezone(zone))
        entry = replace(entry, particulars={**entry.particulars, Particular.QUEUE_NUMBER: drawn})
    number = numbering.allot(session, now.astimezone(zone).year, entry.channel, None, now)
    made = Submission(number=number, channel=entry.channel, entered_at=now, entered_by_id=by_id)
    _fill(made, entry)
    made.version, made.ground = 1, ""
    session.add(made)
    audit.note(session, now, by_id, "enter", f"submission {number}", str(entry.channel))
    return made


def change(
    session: Session, number: str, entry: SubmissionEntry, seen: int, by_id: int, now: datetime
) -> Submission:
    """Change what was entered; ``seen`` is the version that was on the page. Raises Refused."""
    found = submissions.locked(session, number)
    if found.outcome is not None:
        raise Refused("", CannotDecideSubmission.DECIDED_ALREADY)
    if found.version != seen:
        raise Refused("", CannotEnter.MEANWHILE)
    _fill(found, checked(session, replace(entry, channel=Origin(found.channel)), now))
    found.version = seen + 1
    audit.note(session, now, by_id, "edit", f"submission {number}")
    return found


def checked(session: Session, entry: SubmissionEntry, now: datetime) -> SubmissionEntry:
    """The entry without the blanks around its words. Raises Refused for the first that is wrong."""
    entry = _tidied(entry)
    if not (entry.petitioner or entry.summary):
        raise Refused("summary", CannotEnter.NOTHING)
    if entry.received_at > now:
        raise Refused("received", CannotEnter.IN_THE_FUTURE)
    if entry.received_at < now - OLDEST:
        raise Refused("received", CannotEnter.TOO_LONG_AGO, first=(now - OLDEST).date().isoformat())
    lengths = {
        "petitioner": LONGEST_NAME,
        "telephone": LONGEST_TELEPHONE,
        "address": LONGEST_ADDRESS,
        "summary": LONGEST_SUMMARY,
    }
    for name, most in lengths.items():
        _check_length(name, getattr(entry, name), most)
    for particular, text in entry.particulars.items():
        _check_length(particular, text, LENGTHS[particular])
        _check_particular(particular, text)
    unit = session.get(Unit, entry.unit_code) if entry.unit_code else None
    if entry.unit_code and (unit is None or not unit.active):
        raise Refused("unit_code", CannotRegister.NO_UNIT)
    return entry


def _check_length(name: str, text: str, most: int) -> None:
    if len(text) > most:
        raise Refused(name, CannotEnter.TOO_LONG, most=most)


def _check_particular(particular: Particular, text: str) -> None:
    if not text:
        return
    if particular is Particular.PERSONS and not (text.isascii() and text.isdigit() and int(text) > 0):
        raise Refused(particular, CannotEnter.NO_COUNT, most=MOST_PERSONS)
    if particular is Particular.REPRESENTATIVES and len(text.splitlines()) > MOST_REPRESENTATIVES:
        raise Refused(particular, CannotEnter.TOO_MANY_SPEAK, most=MOST_REPRESENTATIVES)
    if particular is Particular.APPOINTED_FOR:
        try:
            datetime.strptime(text, "%Y-%m-%dT%H:%M")
        except ValueError:
            raise Refused(particular, CannotEnter.NO_TIME) from None
    if particular is Particular.MEETING_ADDRESS and not _is_web_address(text):
        raise Refused(particular, CannotEnter.NO_ADDRESS)


def _is_web_address(text: str) -> bool:
    try:
        found = urlsplit(text)
    except ValueError:
        return False
    return found.scheme in ("http", "https") and bool(found.hostname) and text.isprintable()


def _tidied(entry: SubmissionEntry) -> SubmissionEntry:
    """Particulars of its channel alone."""
    known = {each: entry.particulars.get(each, "").strip() for each in PARTICULARS[entry.channel]}
    if names := known.get(Particular.REPRESENTATIVES):
        known[Particular.REPRESENTATIVES] = "\n".join(filter(None, map(str.strip, names.splitlines())))
    return replace(
        entry,
        petitioner=entry.petitioner.strip(),
        telephone=case_entry.plain(entry.telephone),
        address=entry.address.strip(),
        summary=entry.summary.strip(),
        particulars={each: text for each, text in known.items() if text},
    )


def _fill(submission: Submission, entry: SubmissionEntry) -> None:
    submission.received_at = entry.received_at
    submission.petitioner, submission.telephone = entry.petitioner, entry.telephone
    submission.address, submission.category = entry.address, entry.category
    submission.summary, submission.unit_code = entry.summary, entry.unit_code
    submission.particulars = {str(each): text for each, text in entry.particulars.items()}


def _next_in_queue(session: Session, received_at: datetime) -> str:
    """One more than the highest of the day's; nobody draws the same before this transaction ends.

    ``received_at``: in the office's zone, whose midnight the day begins with.
    """
    one_at_a_time(session, "queue numbers")
    midnight = received_at.replace(hour=0, minute=0, second=0, microsecond=0)
    day = (Submission.received_at >= midnight, Submission.received_at < midnight + timedelta(days=1))
    visits = select(Submission.particulars).where(Submission.channel == Origin.VISIT, *day)
    drawn = [each.get(Particular.QUEUE_NUMBER, "") for each in session.scalars(visits)]
    return str(max((int(each) for each in drawn if each.isascii() and each.isdigit()), default=0) + 1)
