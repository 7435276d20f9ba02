"""What the wallboard and the supervisor's page both show: every seat, who waits, the line, what is amiss."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import format_datetime, gettext
from sqlalchemy.orm import Session

from hotline import guessing
from hotline.calls import call_limits
from hotline.enquiries import enquiries
from hotline.evidence import findings
from hotline.hours import line
from hotline.hours.line import LineState, Why
from hotline.recordings import recordings
from hotline.running import health
from hotline.seats import seat_secrets, seats, telephone_guesses
from hotline.seats.seats import Seat, SeatState
from web.services import services

SHORTENED_SHOWN = timedelta(hours=24)
"""So long it is said that a recording is shorter than what was spoken took."""
STATES_IN_ORDER = (
    SeatState.READY,
    SeatState.RINGING,
    SeatState.ON_A_CALL,
    SeatState.WRAP_UP,
    SeatState.PAUSED,
    SeatState.NO_MICROPHONE,
    SeatState.NO_TELEPHONE,
    SeatState.UNSTAFFED,
)


@dataclass(frozen=True)
class SeatShown:
    """One seat. ``until``: the end of the wrap-up."""

    name: str
    state: SeatState
    since: datetime | None = None
    who: str = ""
    reason: str = ""
    caller: str = ""
    call_id: str = ""
    until: datetime | None = None
    user_id: int | None = None
    held: bool = False
    recording_paused: str = ""
    microphone: str = ""

    @property
    def is_occupied(self) -> bool:
        """Whether somebody has signed in there."""
        return self.user_id is not None or self.state != SeatState.UNSTAFFED


def every_seat(session: Session) -> list[SeatShown]:
    """Every seat of the settings, in their order."""
    rows = seats.with_users(session)
    known = {seat.name: _shown(seat, user.full_name if user else "") for seat, user in rows}
    names = seat_secrets.seat_names(services().settings)
    return [known.get(name) or SeatShown(name, SeatState.UNSTAFFED) for name in names]


def _shown(seat: Seat, who: str) -> SeatShown:
    return SeatShown(
        seat.name,
        SeatState(seat.state),
        seat.since,
        who,
        seat.reason,
        seat.caller,
        seat.call_id,
        seat.wrap_up_until,
        seat.user_id,
        seat.held,
        seat.recording_paused,
        seat.microphone,
    )


def by_state(shown: Sequence[SeatShown]) -> dict[SeatState, int]:
    """How many seats are in each state, those that can answer first."""
    counted = Counter(seat.state for seat in shown)
    return {state: counted[state] for state in STATES_IN_ORDER}


def the_line(session: Session) -> LineState:
    """The line at this moment."""
    return line.state_at(session, services().now(), services().settings.hours)


def why(shown: LineState) -> str:
    """Why the line is open or closed, and until when, in one sentence."""
    until = _clock_time(shown.until)
    if shown.why == Why.BY_HAND:
        return str(gettext("By hand, until %(time)s: %(reason)s", time=until, reason=shown.reason))
    if shown.why == Why.SETTINGS:
        return str(gettext("By the settings, whatever the calendar says"))
    if not until:
        return str(gettext("By the calendar"))
    if shown.is_open:
        return str(gettext("Office hours, until %(time)s", time=until))
    return str(gettext("Outside office hours, opens %(time)s", time=until))


def _clock_time(at: datetime | None) -> str:
    """A moment of today without the day."""
    if at is None:
        return ""
    today = str(format_datetime(services().now(), "yyyy-MM-dd"))
    same = str(format_datetime(at, "yyyy-MM-dd")) == today
    return str(format_datetime(at, "HH:mm" if same else "MM-dd HH:mm"))


def warnings(session: Session) -> list[str]:
    """What somebody has to look after."""
    now, found = services().now(), []
    _, as_of = seats.version(session)
    if as_of is None or now - as_of > seats.LOST_AFTER:
        found.append(
            gettext("Out of touch with the telephone exchange: seats and waiting callers are not up to date.")
        )
    if health.free_bytes(services().settings) < health.MIN_FREE_BYTES:
        found.append(
            gettext("The disk is nearly full. Once it is, calls go on unrecorded: tell the administrator.")
        )
    if findings.standing(session, 1):
        found.append(gettext("A recording or the audit trail was changed: tell the administrator at once."))
    if count := recordings.shortened(session, now - SHORTENED_SHOWN):
        found.append(
            gettext(
                "Of some recordings of the last 24 hours something is missing (%(count)s): "
                "tell the administrator.",
                count=count,
            )
        )
    if year := line.year_not_known(session, now, services().settings.hours):
        found.append(
            gettext(
                "The holidays of %(year)s are not known: Monday to Friday are taken as working days.",
                year=year,
            )
        )
    return [str(each) for each in (*found, *_limits_reached(session))]


def _limits_reached(session: Session) -> Iterator[object]:
    """What looks like somebody who takes up what is there for all."""
    if call_limits.turns_away(services().settings, call_limits.FILE_ALL):
        yield gettext(
            "Calls are turned away: every place for callers was taken (%(count)s today). Somebody may be "
            "blocking the line: tell the administrator.",
            count=call_limits.turned_away(services().settings, call_limits.FILE_ALL),
        )
    if call_limits.turns_away(services().settings, call_limits.FILE_UNKNOWN):
        yield gettext(
            "Calls without a number are turned away: they had taken all of their places (%(count)s today). "
            "Calls with a number are not affected.",
            count=call_limits.turned_away(services().settings, call_limits.FILE_UNKNOWN),
        )
    if call_limits.turns_away(services().settings, call_limits.FILE_NUMBER):
        yield gettext(
            "Calls from one number are turned away: they had taken a third of the lines (%(count)s today). "
            "If it is a factory's or a company's, wait; else tell the administrator.",
            count=call_limits.turned_away(services().settings, call_limits.FILE_NUMBER),
        )
    if enquiries.is_unusual(session, services().now()):
        yield gettext(
            "Unusually many enquiries by case number: somebody may be guessing. Some callers are asked to "
            "try later: tell the administrator."
        )
    if guessing.guessed(services().database, services().now()):
        yield gettext(
            "Somebody is guessing passwords: tell the administrator, who sees on the page “People” whose."
        )
    if telephone_guesses.is_unusual(session, services().now()):
        yield gettext(
            "Somebody is guessing passwords of the seats' telephones: tell the administrator, to whom "
            "“hotline doctor” says from where."
        )
