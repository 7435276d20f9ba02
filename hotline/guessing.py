"""Somebody guesses passwords: what is written into the audit trail, and what administrators are told.

A visitor without an account must not decide how much is written where calls are: of a day's wrong passwords
for a user the first few are in the audit trail, then one entry says that there are many.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hotline import attempts, attempts_database, audit, damaged_file
from hotline import database as databases
from hotline.attempts import DAY, FailedSignIn, SignInSource
from hotline.attempts_database import CannotCount
from hotline.audit import AuditEntry
from hotline.database import Database
from hotline.finding import Finding
from hotline.people import User
from hotline.settings_file import Settings

FOR_A_NAME, FROM_AN_ADDRESS, IN_ALL = 10, 20, 100
"""Wrong passwords within a day that nobody mistypes."""
NOTED_A_DAY = 20
"""Entries about addresses: an attacker may have very many."""
ACTION = "passwords guessed"


@dataclass(frozen=True)
class Guessed:
    """A name or an address with many wrong passwords within a day."""

    what: str
    """``user li`` or ``address 203.0.113.9``, as in the audit trail."""
    count: int
    last: datetime


def note(database: Database, name: str, asker: SignInSource, now: datetime) -> None:
    """A password was wrong: write down what is worth it, where it could be counted."""
    try:
        of_name, of_address, in_all = attempts_database.read(
            database, lambda session: _counts(session, name, asker)
        )
    except CannotCount:  # that is in the log already
        return
    with database.reading() as session:
        is_user = session.scalar(select(User.id).where(User.name == name)) is not None
        many = {
            f"user {name}": is_user and of_name >= FOR_A_NAME,
            f"address {asker.counted}": of_address >= FROM_AN_ADDRESS,
            "all names": in_all >= IN_ALL,
        }
        new = [subject for subject, is_so in many.items() if is_so and _is_news(session, subject, now)]
    is_slip = is_user and of_name <= attempts.FREE_SLIPS
    if not new and not is_slip:
        return
    counted = (
        f"from {asker.counted}; within a day {of_name} for the name, {of_address} from there, {in_all} in all"
    )
    with database.writing() as session:
        if is_slip:
            audit.note(session, now, None, "sign in refused", f"user {name}", counted)
        for subject in new:
            audit.note(session, now, None, ACTION, subject, counted)


def _counts(session: Session, name: str, asker: SignInSource) -> tuple[int, int, int]:
    """Within a day: for the name, from the address, in all."""
    return (
        attempts.day(session, FailedSignIn.name == name).count,
        attempts.day(session, FailedSignIn.address == asker.counted).count,
        attempts.day(session).count,
    )


def _is_news(session: Session, subject: str, now: datetime) -> bool:
    """Whether it was not noted within a day."""
    today = (AuditEntry.at > now - DAY, AuditEntry.at <= now)
    noted = list(
        session.scalars(select(AuditEntry.subject).where(AuditEntry.action == ACTION, *today).limit(1000))
    )
    about_addresses = sum(each.startswith("address ") for each in noted)
    return subject not in noted and not (subject.startswith("address ") and about_addresses >= NOTED_A_DAY)


def guessed(database: Database, now: datetime) -> list[Guessed]:
    """The names of users and the addresses with many wrong passwords within a day, the most first.

    None where they cannot be looked up; ``hotline doctor`` says that.
    """
    with database.reading() as session:
        users = set(session.scalars(select(User.name)))
    with suppress(CannotCount):
        return attempts_database.read(database, lambda session: _guessed(session, users, now))
    return []


def _guessed(session: Session, users: set[str], now: datetime) -> list[Guessed]:
    names = _most(session, "name", FOR_A_NAME, now)
    of_users = [each for each in names if each.what.removeprefix("user ") in users]
    return [*of_users, *_most(session, "address", FROM_AN_ADDRESS, now)]


def _most(session: Session, column: str, least: int, now: datetime) -> list[Guessed]:
    what = FailedSignIn.name if column == "name" else FailedSignIn.address
    word = "user" if column == "name" else "address"
    count = func.count()
    query = select(what, count, func.max(FailedSignIn.at)).where(FailedSignIn.at > now - DAY)
    query = query.group_by(what).having(count >= least).order_by(count.desc()).limit(NOTED_A_DAY)
    return [Guessed(f"{word} {each}", number, last) for each, number, last in session.execute(query)]


def check(settings: Settings) -> Iterator[Finding]:
    """Nobody guesses passwords, and visitors behind a proxy are told apart."""
    found = guessed(databases.current(), datetime.now(UTC))
    said = "; ".join(f"{each.count} wrong ones for {each.what}" for each in found[:5]) or "nobody guesses"
    remedy = "see the page “People”; where the address is not of the office, close it at the firewall"
    yield Finding("passwords", not found, said, remedy)
    yield _counting(databases.current())
    apart = bool(settings.web.proxies) or not settings.web.secure_cookies
    said = "are told apart by their address" if apart else "all count as one: web.proxies is empty"
    yield Finding("visitors", apart, said, "name the web server in front in web.proxies")


def _counting(database: Database) -> Finding:
    """Wrong passwords can be counted, and no damaged file of them was put aside."""
    file = attempts_database.file_of(database)
    try:
        attempts_database.written(database, attempts.day)
    except CannotCount as problem:
        remedy = f"make room, and let the hotline write {file}; until then only known browsers sign in"
        return Finding("wrong passwords", False, f"cannot be counted: {problem}", remedy)
    aside = damaged_file.aside(file) if file else []
    said = f"{aside[-1].name} was damaged and put aside; they are counted anew" if aside else "are counted"
    remedy = f"look after the disk (dmesg), then remove {file}{damaged_file.MARK}*"
    return Finding("wrong passwords", not aside, said, remedy)
