"""Wrong passwords: how many there were, who has to wait before the next one, and when it is an attack.

They are counted for a day by the name that was typed and by the address they came from. A few slips cost
nothing; after them each wrong one makes the next wait twice as long. Nobody is kept out for good by what
others do: a browser its user has signed in with before counts for itself alone, and an address that has made
no mistakes yet may try a few times although the name is under attack.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from sqlalchemy import ColumnElement, String, delete, func, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotline.mapping import Base, one_at_a_time

DAY = timedelta(days=1)
FREE_SLIPS = 5
"""Wrong passwords a day that nobody has to wait for."""
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(minutes=15)
WRONG_A_DAY = 50
"""Wrong passwords a day for one name or from one browser; then that has to wait for another day."""
FROM_ONE_ADDRESS_A_DAY = 100
"""More, for a whole office may have one address."""
FRESH_ADDRESS_WRONG = 3
"""Wrong passwords of an address up to which it has nothing to do with an attack from elsewhere."""
FOR_ONE_NAME_A_DAY, IN_ALL, IN_ALL_A_DAY = 300, 1000, 20_000
"""Where many addresses attack together: for a name; for all names, from where on only fresh addresses may
try; and for all names until only known browsers may. At 300 guesses a day a password that was accepted lasts
for centuries."""
CLOCKS_DIFFER = timedelta(minutes=1)
"""Between two machines of one office, at most."""


class TooManyWrongPasswords(Exception):
    """Nothing is compared now. ``seconds``: so long one has to wait."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"again in {seconds} s")
        self.seconds = seconds


@dataclass(frozen=True)
class SignInSource:
    """Where a password comes from. ``browser``: which one of the user's own it is, empty for a stranger's."""

    address: str = ""
    browser: str = ""

    @property
    def counted(self) -> str:
        """The address as it is counted: of IPv6 everybody has a whole network (/64), and it is one
        visitor."""
        try:
            found = ip_address(self.address)
        except ValueError:  # a socket file has none
            return self.address[:45]
        if not isinstance(found, IPv6Address):
            return str(found)
        mapped = found.ipv4_mapped
        return str(mapped or ip_network((int(found), 64), strict=False).network_address)


class FailedSignIn(Base):
    """A wrong password, or one that is being compared. In SQLite this table lies in a file of its own."""

    __tablename__ = "failed_sign_ins"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40), index=True)
    at: Mapped[datetime]
    address: Mapped[str] = mapped_column(String(45), default="", index=True)
    browser: Mapped[str] = mapped_column(String(43), default="")
    """Which of the user's own browsers it was; empty: a stranger's."""


@dataclass(frozen=True)
class DayCount:
    """What was counted within a day: how many, and when the first and the last of them was."""

    count: int
    first: datetime | None
    last: datetime | None


def begin(session: Session, name: str, asker: SignInSource, now: datetime) -> int:
    """Count an attempt before it is compared, for guesses at one moment count as well.

    Raises TooManyWrongPasswords.
    """
    one_at_a_time(session, "sign in")
    # what lies ahead was counted before the clock was put back: nobody waits for the day it had shown
    gone = or_(FailedSignIn.at < now - DAY, FailedSignIn.at > now + CLOCKS_DIFFER)
    session.execute(delete(FailedSignIn).where(gone))
    if (seconds := wait(session, name, asker, now)) > 0:
        raise TooManyWrongPasswords(seconds)
    attempt = FailedSignIn(name=name, at=now, address=asker.counted, browser=asker.browser)
    session.add(attempt)
    session.flush()
    return attempt.id


def succeeded(session: Session, attempt_id: int) -> None:
    """It was the right password: this visitor's mistakes with the name before it are forgiven."""
    mine = session.get(FailedSignIn, attempt_id)
    if mine is None:
        return
    same = (FailedSignIn.name == mine.name, FailedSignIn.address == mine.address)
    session.execute(
        delete(FailedSignIn).where(*same, FailedSignIn.browser == mine.browser, FailedSignIn.id <= attempt_id)
    )


def wait(session: Session, name: str, asker: SignInSource, now: datetime) -> int:
    """Seconds this visitor has to wait before a password for this name is compared; 0 for none."""
    if asker.browser:
        return seconds_of(day(session, FailedSignIn.browser == asker.browser), WRONG_A_DAY, now)
    strange = FailedSignIn.browser == ""
    of_address = day(session, strange, FailedSignIn.address == asker.counted)
    of_name = day(session, strange, FailedSignIn.name == name)
    in_all = day(session, strange)
    waits = [
        seconds_of(of_address, FROM_ONE_ADDRESS_A_DAY, now),
        over(of_name, FOR_ONE_NAME_A_DAY, now),
        over(in_all, IN_ALL_A_DAY, now),
    ]
    if of_address.count >= FRESH_ADDRESS_WRONG:
        waits += [seconds_of(of_name, WRONG_A_DAY, now), over(in_all, IN_ALL, now)]
    return max(waits)


def day(session: Session, *which: ColumnElement[bool]) -> DayCount:
    """What was counted of these; everything older than a day is gone already."""
    query = select(func.count(), func.min(FailedSignIn.at), func.max(FailedSignIn.at)).where(*which)
    count, first, last = session.execute(query).one()
    return DayCount(count, first, last)


def seconds_of(counted: DayCount, budget: int, now: datetime) -> int:
    """The growing delay after the slips, and the end of the day's budget."""
    if counted.count < FREE_SLIPS or counted.last is None:
        return 0
    delay: timedelta = min(FIRST_WAIT * 2 ** min(counted.count - FREE_SLIPS, 10), LONGEST_WAIT)
    return max(round((counted.last + delay - now).total_seconds()), over(counted, budget, now))


def over(counted: DayCount, budget: int, now: datetime) -> int:
    """Seconds until the oldest is a day old, where the budget is used up."""
    if counted.count < budget or counted.first is None:
        return 0
    return max(1, round((counted.first + DAY - now).total_seconds()))
