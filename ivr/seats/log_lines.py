"""What a line of the queue log means for the tables of calls and of seats' events.

A line is ``seconds|call|queue|seat|event|data…`` (Asterisk 22, ``main/logger.c`` and ``app_queue.c``). Beside
Asterisk's own events there are those of our dialplan and of ``hotline serve-seats``. Their words end here:
``hotline`` is told in its own. Whatever a line says is taken only where it has the expected form; every other
line is passed over.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from hotline.callbacks import callbacks
from hotline.calls import calls
from hotline.calls.calls import CallEnding, CallRecord
from hotline.people import User
from hotline.seats import seat_events
from hotline.seats.seat_events import TALK_OVER, EventKind, SeatEvent

_CALL = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,79}")
_SEAT = re.compile(r"seat\d{2,3}")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\ufffd]")
_AFTER_A_CRASH = re.compile(r"\d{10}\|NONE\|NONE\|NONE\|QUEUESTART\|?$")

SEAT_USER = "SEATUSER"
RECORDING_PAUSED, RECORDING_RESUMED = "RECORDINGPAUSED", "RECORDINGRESUMED"
"""What ``hotline serve-seats`` has Asterisk write: who has sat down at a seat; the pauses of a recording."""
CALLBACK_DIALLED, CALLBACK_ANSWERED = "CALLBACKDIALLED", "CALLBACKANSWERED"
CALLBACK_UNANSWERED, CALLBACK_LOST = "CALLBACKUNANSWERED", "CALLBACKLOST"
"""What our dialplan writes of a callback (``extensions-callback.conf``)."""

KINDS: dict[str, tuple[EventKind, int | None]] = {
    "QUEUESTART": (EventKind.EXCHANGE_STARTED, None),
    "ADDMEMBER": (EventKind.SEAT_TAKEN, None),
    "REMOVEMEMBER": (EventKind.SEAT_LEFT, None),
    SEAT_USER: (EventKind.SAT_DOWN, 0),
    "PAUSE": (EventKind.PAUSED, 0),
    "UNPAUSE": (EventKind.RESUMED, 0),
    "RINGNOANSWER": (EventKind.NO_ANSWER, 0),
    "CONNECT": (EventKind.ANSWERED, 0),
    "COMPLETEAGENT": (EventKind.AGENT_HUNG_UP, 1),
    "COMPLETECALLER": (EventKind.CALLER_HUNG_UP, 1),
    "BLINDTRANSFER": (EventKind.BLIND_TRANSFER, 0),
    "ATTENDEDTRANSFER": (EventKind.ATTENDED_TRANSFER, 0),
    "TRANSFERCONNECT": (EventKind.HANDED_TO, None),
    "TRANSFERCOMPLETE": (EventKind.HANDED_TALK_OVER, 0),
    "WRAPUP": (EventKind.WRAP_UP_OVER, 0),
    RECORDING_PAUSED: (EventKind.RECORDING_PAUSED, 0),
    RECORDING_RESUMED: (EventKind.RECORDING_RESUMED, 0),
    "CONSULTBEGINS": (EventKind.CONSULT_BEGAN, 0),
    "CONSULTENDS": (EventKind.CONSULT_ENDED, 0),
}
"""The events of a seat, in hotline's words, and which field of the line is their detail."""

ENDINGS = {
    "ABANDON": CallEnding.ABANDONED,
    "LEFT": CallEnding.ABANDONED,
    "GONE": CallEnding.ABANDONED,
    "MESSAGE": CallEnding.LEFT,
    "SERVED": CallEnding.SERVED,
    "CALLBACK": CallEnding.CALLBACK,
    "REFUSED": CallEnding.REFUSED,
}
"""What has become of a call that is over. All but the first are our dialplan's, when the caller has gone.

GONE ends every call of which the queue has told: what it has told outranks it.
"""
WENT_ON = ("EXITWITHKEY", "EXITWITHTIMEOUT", "EXITEMPTY")
"""The caller left the queue to leave a message, and may hang up without one."""


@dataclass(frozen=True)
class QueueLogLine:
    """One line of the log; ``call_id`` and ``seat`` are empty where it concerns none."""

    at: datetime
    call_id: str
    seat: str
    event: str
    data: tuple[str, ...]

    def datum(self, position: int) -> str:
        """A field after the event; empty where there is none."""
        return self.data[position] if position < len(self.data) else ""

    @property
    def kind(self) -> EventKind | None:
        """What happened at a seat; None where the line is about something else."""
        return KINDS[self.event][0] if self.event in KINDS else None

    @property
    def detail(self) -> str:
        """What is kept of the fields after a seat's event: one of them, printable and short."""
        position = KINDS[self.event][1]
        return "" if position is None else _UNPRINTABLE.sub("", self.datum(position))[:80]


@dataclass
class RepeatCounter:
    """Counts the lines of a second that say the same of a seat, in the order of the log."""

    second: datetime | None = None
    before: Counter[tuple[object, ...]] = field(default_factory=Counter)

    def count(self, line: QueueLogLine) -> int:
        """How many there were before this one."""
        if self.second is None or line.at > self.second:
            self.second = line.at
            self.before.clear()
        key = (line.at, line.seat, line.event, line.call_id, line.detail)
        self.before[key] += 1
        return self.before[key] - 1


@dataclass
class LogTransaction:
    """One transaction in which lines are told to the tables, in their order.

    ``alike`` and ``sitting`` go on from one transaction to the next. ``sitting``: who sits at a seat, by what
    was told so far; a seat that is missing is looked up. ``calls``: those that lines speak of; a session
    forgets what nobody keeps. ``events``: of seats, which are written together.
    """

    session: Session
    alike: RepeatCounter = field(default_factory=RepeatCounter)
    sitting: dict[str, int | None] = field(default_factory=dict)
    calls: list[CallRecord] = field(default_factory=list)
    events: list[SeatEvent] = field(default_factory=list)

    def write_events(self) -> None:
        """Before anything that is asked of them, and at the end."""
        if self.events:
            seat_events.happened(self.session, self.events)
            self.events.clear()


def parse(text: str) -> QueueLogLine | None:
    """A line taken apart; None for one that is none. What a crash cut off stands before the next start."""
    text = text.rstrip("\n")
    if crashed := _AFTER_A_CRASH.search(text):
        text = crashed[0]
    seconds, *fields = text.split("|")
    if len(fields) < 4 or not (seconds.isascii() and seconds.isdigit() and len(seconds) == 10):
        return None
    call_id, _queue, seat, event, *data = fields
    return QueueLogLine(
        datetime.fromtimestamp(int(seconds), UTC),
        call_id if call_id != "NONE" and _CALL.fullmatch(call_id) else "",
        seat if _SEAT.fullmatch(seat) else "",
        event,
        tuple(data),
    )


def tell(transaction: LogTransaction, lines: Sequence[QueueLogLine]) -> None:
    """Bring both tables up to date with lines: each is told as if it were alone."""
    for stretch in _between_starts(lines):
        transaction.calls = _calls(transaction.session, stretch)
        for line in stretch:
            _tell(transaction, line)
    transaction.write_events()


def _between_starts(lines: Sequence[QueueLogLine]) -> Iterator[Sequence[QueueLogLine]]:
    """A start of Asterisk ends the calls there are: none that comes after it may be there yet."""
    begin = 0
    for end, line in enumerate(lines, start=1):
        if line.kind == EventKind.EXCHANGE_STARTED:
            yield lines[begin:end]
            begin = end
    yield lines[begin:]


def _calls(session: Session, lines: Sequence[QueueLogLine]) -> list[CallRecord]:
    """The calls of these lines; one that begins with its arrival gets its row now, as its line would."""
    first: dict[str, QueueLogLine] = {}
    for line in lines:
        if line.call_id and not callbacks.is_ours(line.call_id):
            first.setdefault(line.call_id, line)
    caller_at = {"ARRIVED": 0, "ENTERQUEUE": 1}
    new = {
        call_id: (line.at, line.datum(caller_at[line.event]))
        for call_id, line in first.items()
        if line.event in caller_at
    }
    return calls.brought(session, first, new)


def _tell(transaction: LogTransaction, line: QueueLogLine) -> None:
    if line.kind == EventKind.EXCHANGE_STARTED:
        calls.all_gone(transaction.session, line.at)
    if line.kind is not None and is_of_seat(line):
        _tell_of_seat(transaction, line, line.kind)
    if callbacks.is_ours(line.call_id):
        _tell_of_callback(transaction, line)
    elif line.call_id:
        _tell_of_call(transaction, line)


def _tell_of_call(transaction: LogTransaction, line: QueueLogLine) -> None:
    """Of a call to the hotline."""
    session, call_id, at = transaction.session, line.call_id, line.at
    if line.event == "ARRIVED":
        calls.arrived(session, call_id, at, line.datum(0))
    elif line.event == "ENTERQUEUE":
        calls.offered(session, call_id, at, line.datum(1))
    elif line.kind == EventKind.ANSWERED and line.seat:
        calls.answered(session, call_id, at, line.seat, _sitting(transaction, line))
    elif line.kind in TALK_OVER:
        calls.talk_over(session, call_id, at)
    elif line.event == "RATED":
        _rated(session, line)
    elif line.event in WENT_ON:
        calls.became(session, call_id, CallEnding.LEFT)
    elif line.event in ENDINGS:
        calls.became(session, call_id, ENDINGS[line.event])
        calls.gone(session, call_id, at)


def _tell_of_callback(transaction: LogTransaction, line: QueueLogLine) -> None:
    """A call of ours becomes a call of the list when the citizen has answered: its wait is nobody's wait."""
    session, call_id, at = transaction.session, line.call_id, line.at
    if line.event == CALLBACK_ANSWERED:
        transaction.write_events()
        connected = seat_events.connected(session, call_id)
        callback = callbacks.of_attempt(session, call_id)
        calls.arrived(session, call_id, at, callback.number if callback else "")
        if connected:
            calls.answered(session, call_id, at, connected.seat, connected.user_id)
    elif line.kind in TALK_OVER:
        calls.talk_over(session, call_id, at)
    elif line.event == "RATED":
        _rated(session, line)


def _rated(session: Session, line: QueueLogLine) -> None:
    if line.datum(0) in ("1", "2", "3"):
        calls.rated(session, line.call_id, int(line.datum(0)))


def is_of_seat(line: QueueLogLine) -> bool:
    """Whether a line is kept as a seat's event; a start of the exchange is one of every seat."""
    return line.kind is not None and bool(line.seat or line.kind == EventKind.EXCHANGE_STARTED)


def _tell_of_seat(transaction: LogTransaction, line: QueueLogLine, kind: EventKind) -> None:
    """Add the event, unless it was told before."""
    if kind == EventKind.SAT_DOWN:
        transaction.sitting[line.seat] = _user(transaction.session, line.datum(0))
    transaction.events.append(
        SeatEvent(
            at=line.at,
            seat=line.seat,
            event=kind,
            call_id=line.call_id,
            detail=line.detail,
            nth=transaction.alike.count(line),
            user_id=_sitting(transaction, line) if line.seat else None,
        )
    )
    if kind == EventKind.SEAT_LEFT:
        transaction.sitting[line.seat] = None


def _sitting(transaction: LogTransaction, line: QueueLogLine) -> int | None:
    """Who sat at the seat of a line, and not who sits there while the log is read."""
    if line.seat not in transaction.sitting:
        transaction.write_events()
        transaction.sitting[line.seat] = seat_events.sitting(transaction.session, line.seat, line.at)
    return transaction.sitting[line.seat]


def _user(session: Session, said: str) -> int | None:
    """The user of a SEATUSER line; None for one that there is not."""
    if not (said.isascii() and said.isdigit() and len(said) < 10):
        return None
    return int(said) if session.get(User, int(said)) else None
