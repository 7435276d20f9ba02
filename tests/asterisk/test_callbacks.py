"""Being called back: the seat is rung first, at the place that was kept, and then the citizen."""

import asyncio
import socket
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from hotline import withheld_numbers
from hotline.callbacks import callbacks
from hotline.callbacks.callback_attempts import AttemptOutcome
from hotline.callbacks.callbacks import Callback, CallbackState, is_ours
from hotline.calls.calls import CallEnding, CallRecord
from hotline.database import Database
from hotline.enquiries import enquiries
from hotline.intake import sweep
from hotline.recordings.recordings import Recording, Speaker
from hotline.schema import metadata
from hotline.seats.seat_orders import Order
from hotline.seats.seats import SeatState
from hotline.settings_file import PROJECT
from ivr.seats import queue_log
from ivr.softphone.caller import Caller
from ivr.softphone.hearing import heard_prompts
from ivr.softphone.sounds import read_audio
from tests.asterisk.day import OPEN, calling, clear, waiting
from tests.asterisk.strange_line import StrangeCitizen, StrangeLine, Terms, caller_hears_after
from tests.kit.at_seats import AtSeats, people
from tests.kit.conversations import PATIENCE, PROMPTS, hears, part_of_speech, says
from tests.kit.instance import HotlineInstance, free_port, running
from tests.kit.lines.landmarks import a_law, landmarks
from tests.kit.lines.line import tick_all
from tests.kit.seats import CitizenPhone, SeatPhone, given_up_after, is_remembered, sign_in, until

CITIZEN, NEXT = "13800001234", "13800005678"
QUESTION = [prompt for prompt in PROMPTS if prompt.key == "satisfaction-ask"]


@pytest.fixture(scope="module")
def hotline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HotlineInstance]:
    """A hotline that may call back, and what calls back at work."""
    outbound = {
        "HOTLINE_SIP__OUTBOUND": f"127.0.0.1:{free_port(socket.SOCK_DGRAM)}",
        "HOTLINE_CALLBACK__RING_SECONDS": "5",
        "HOTLINE_SEATS__LONGEST_WAIT_SECONDS": "60",
    }
    yield from running(tmp_path_factory.mktemp("callbacks"), ("asterisk", "agi", "seats"), OPEN | outbound)


@pytest.fixture(scope="module")
def office(hotline: HotlineInstance) -> AtSeats:
    return people(hotline, 2)


@pytest.fixture
def db(hotline: HotlineInstance) -> Iterator[Database]:
    """Its database; in the end nobody waits to be called back."""
    database = Database(hotline.settings.database_url)
    yield database
    with database.writing() as session:
        for each in session.scalars(select(Callback).where(Callback.state == CallbackState.OPEN)):
            callbacks.cancel(session, each.id, datetime.now(UTC))
    clear(hotline)


def asks_to_be_called_back(caller: Caller) -> None:
    """Press 1, and 2; hear that it is noted, and hang up."""
    caller.presses("1")
    caller.begins_to_hear("callback-offer", timeout=PATIENCE)
    caller.presses("2")
    caller.begins_to_hear("callback-number-is", timeout=PATIENCE)
    caller.hangs_up()


def waiting_caller(hotline: HotlineInstance, folder: Path, number: str, place: int = 1) -> Caller:
    """A caller who waits for a seat, at this place."""
    caller = calling(hotline, folder, number)
    caller.begins_to_hear("welcome-open", timeout=PATIENCE)
    caller.presses("0")
    until(lambda: waiting(hotline) == place)
    return caller


def the_callback(db: Database, number: str = CITIZEN) -> Callback:
    """The last one of this number."""
    with db.reading() as session:
        query = select(Callback).where(Callback.number == number).order_by(Callback.id.desc())
        return session.scalars(query).first() or pytest.fail(f"{number} has no callback")


def ask(hotline: HotlineInstance, db: Database) -> datetime:
    """Ask for a callback, as a supervisor does; returns when."""
    now = datetime.now(UTC)
    with db.writing() as session:
        callbacks.request(session, CITIZEN, "of-a-call.1", "zh", now, now, hotline.settings.hours.timezone)
    return now


def own_number(hotline: HotlineInstance, db: Database, told: str) -> str:
    """Take in what the seat has recorded of our call to the citizen; the number of that recording alone."""
    taken: list[str] = []

    def is_taken_in() -> bool:
        sweep.sweep(hotline.settings, db, lambda: time.time() + 60)
        ours = select(Recording.case_number).where(Recording.call_id.startswith(f"callback-{told}-"))
        with db.reading() as session:
            taken.extend(session.scalars(ours))
        return bool(taken)

    until(is_taken_in)
    return taken[0]


def is_told(db: Database, number: str) -> str:
    """What whoever asks with the number is told."""
    with db.reading() as session:
        status = enquiries.look_up(session, number, "Asia/Shanghai")
    return status.state if status else "nothing"


def busy(hotline: HotlineInstance, seat: SeatPhone, folder: Path) -> Caller:
    """A caller who keeps the seat busy."""
    first = calling(hotline, folder, "13800000001")
    first.presses("0")
    seat.answers()
    return first


def are_connected(hotline: HotlineInstance, seat: SeatPhone, citizen: CitizenPhone) -> None:
    """The seat is rung before the citizen, and the citizen sees the hotline's number."""
    assert CITIZEN in seat.does("ringing")["peer"]
    assert citizen.times("ringing") == 0
    seat.answers_ringing()
    assert hotline.settings.number in citizen.does("ringing")["peer"]
    citizen.answers_ringing()


def hear_each_other(seat: SeatPhone, citizen: CitizenPhone, folder: Path) -> bool:
    of_citizen, of_agent = part_of_speech(folder, 3.0), part_of_speech(folder, 3.0, begin=4.0)
    seat.speaks(of_agent)
    citizen.speaks(of_citizen)
    return hears(citizen.heard(), of_agent) and hears(seat.heard(seat.times("recording")), of_citizen)


def test_the_place_in_the_queue_is_kept(hotline: HotlineInstance, db: Database, tmp_path: Path) -> None:
    sign_in(hotline, "seat01")
    with (
        SeatPhone(hotline, "seat01", tmp_path) as seat,
        CitizenPhone(hotline, CITIZEN, tmp_path) as citizen,
        busy(hotline, seat, tmp_path),
        waiting_caller(hotline, tmp_path, CITIZEN) as asking,
        waiting_caller(hotline, tmp_path, NEXT, place=2) as second,
    ):
        asks_to_be_called_back(asking)
        until(lambda: waiting(hotline) == 2)
        assert the_callback(db).state == CallbackState.OPEN
        assert citizen.times("ringing") == 0
        seat.hangs_up()
        are_connected(hotline, seat, citizen)
        until(lambda: hear_each_other(seat, citizen, tmp_path))
        until(lambda: the_callback(db).state == CallbackState.DONE)
        assert not second.ended
        seat.hangs_up()
        until(lambda: heard_prompts(citizen.heard(), QUESTION))
        citizen.presses("2")
        assert citizen.does("over")["by"] == "hotline"
        assert NEXT in seat.does("ringing")["peer"]
    is_noted(hotline, db)


def is_noted(hotline: HotlineInstance, db: Database) -> None:
    """The callback is done, and both calls are in the list: the citizen's, and ours."""
    callback = the_callback(db)
    assert (callback.seat, callback.attempts, callback.open_number) == ("seat01", 1, None)
    queue_log.read(hotline.settings, db)
    assert own_number(hotline, db, callback.case_number) != callback.case_number
    assert is_told(db, callback.case_number) == "callback_done"
    with db.reading() as session:
        [call] = session.scalars(
            select(CallRecord).where(CallRecord.caller == CITIZEN, CallRecord.seat != "")
        )
        assert (call.ending, call.offered_at, is_ours(call.call_id)) == (CallEnding.ANSWERED, None, True)
        assert call.satisfaction == 2
        [left] = session.scalars(select(CallRecord).where(CallRecord.call_id == callback.call_id))
        assert left.ending == CallEnding.CALLBACK


def test_what_a_citizen_says_is_kept_when_the_line_begins_anew(
    hotline: HotlineInstance, db: Database, tmp_path: Path
) -> None:
    first, second = part_of_speech(tmp_path, 3.0), part_of_speech(tmp_path, 3.0, begin=8.0)

    async def talk(seat: SeatPhone) -> None:
        citizen = StrangeCitizen(Terms(sequence=20000))
        ticking = asyncio.create_task(tick_all([citizen]))
        answering = asyncio.create_task(asyncio.to_thread(seat.answers))
        await citizen.is_called(int(hotline.settings.sip.outbound.partition(":")[2]))
        await answering
        await asyncio.wait_for(citizen.hears_something.wait(), PATIENCE)  # of the seat's telephone
        await citizen.speaks(a_law(first))
        citizen.outgoing.jump(sequence=5000, source=True)
        await citizen.speaks(a_law(second))
        citizen.hangs_up()
        await asyncio.to_thread(seat.does, "over")
        ticking.cancel()
        citizen.close()

    sign_in(hotline, "seat01")
    with SeatPhone(hotline, "seat01", tmp_path) as seat:
        ask(hotline, db)
        asyncio.run(talk(seat))
        assert hears(seat.heard(), first) and hears(seat.heard(), second)
    number = own_number(hotline, db, the_callback(db).case_number)
    with db.reading() as session:
        recording = session.scalars(select(Recording).where(Recording.case_number == number)).one()
        [of_citizen] = [part for part in recording.parts if part.speaker == Speaker.CALLER]
    sound = read_audio(hotline.settings.store_dir / of_citizen.store_key)
    assert says(sound, first) and says(sound, second)


def test_nobody_answers(hotline: HotlineInstance, db: Database, tmp_path: Path) -> None:
    sign_in(hotline, "seat01")
    with SeatPhone(hotline, "seat01", tmp_path) as seat, CitizenPhone(hotline, CITIZEN, tmp_path) as citizen:
        asked = ask(hotline, db)
        seat.answers()
        citizen.does("ringing")
        assert citizen.does("over")["code"] == 487
        seat.does("over")
        until(lambda: the_callback(db).attempt == "")
        assert "callback-unanswered" in [heard.key for heard in heard_prompts(seat.heard(), PROMPTS)]
    callback = the_callback(db)
    assert (callback.state, callback.attempts) == (CallbackState.OPEN, 1)
    assert callback.last_outcome == "no_answer"
    first = hotline.settings.callback.retry_minutes[0]
    assert first - 1 < (callback.next_attempt_at - asked).total_seconds() / 60 < first + 1
    assert own_number(hotline, db, callback.case_number) != callback.case_number
    assert is_told(db, callback.case_number) == "callback_open"


def test_open_callbacks_survive_asterisk_and_the_service(
    hotline: HotlineInstance, db: Database, tmp_path: Path
) -> None:
    sign_in(hotline, "seat01")
    (again := tmp_path / "again").mkdir()
    with CitizenPhone(hotline, CITIZEN, tmp_path) as citizen:
        with SeatPhone(hotline, "seat01", tmp_path) as seat:
            until(lambda: is_remembered(hotline, "seat01"))
            ask(hotline, db)
            seat.answers()
            citizen.does("ringing")
            for part in ("asterisk", "seats"):
                hotline.stop_part(part)  # kill -9, while the citizen's telephone rings
            hotline.start("asterisk", "seats")
            for phone in (citizen, seat):  # nobody has told them that the call is over
                phone.hangs_up()
        with SeatPhone(hotline, "seat01", again) as seat:  # Asterisk forgets who registered a second ago
            seat.does("ringing", timeout=2 * PATIENCE)
            seat.answers_ringing()
            citizen.answers()
            until(lambda: the_callback(db).state == CallbackState.DONE)
            assert the_callback(db).attempts == 2
            citizen.hangs_up()


@pytest.mark.parametrize("lose", [SeatPhone.pulled_out, SeatPhone.vanishes])
def test_a_citizen_whose_seat_was_lost_is_called_again(
    hotline: HotlineInstance, db: Database, tmp_path: Path, lose: Callable[[SeatPhone], None]
) -> None:
    sign_in(hotline, "seat01", "seat02")
    with given_up_after(hotline, 3), CitizenPhone(hotline, CITIZEN, tmp_path) as citizen:
        with SeatPhone(hotline, "seat01", tmp_path) as lost:
            ask(hotline, db)
            lost.answers()
            citizen.answers()
            until(lambda: the_callback(db).state == CallbackState.DONE)
            lose(lost)
            citizen.does("over", timeout=2 * PATIENCE)
        until(lambda: the_callback(db).last_outcome == AttemptOutcome.LOST)
        assert the_callback(db).state == CallbackState.OPEN
        with SeatPhone(hotline, "seat02", tmp_path) as seat:
            seat.answers()
            citizen.answers()
            until(lambda: the_callback(db).state == CallbackState.DONE)
            assert (the_callback(db).seat, the_callback(db).attempts) == ("seat02", 2)
            citizen.hangs_up()


@pytest.mark.parametrize("lost", ["asking", "asked"])
def test_a_seat_that_does_not_have_the_citizen_is_lost(
    hotline: HotlineInstance, office: AtSeats, db: Database, tmp_path: Path, lost: str
) -> None:
    """The other one has, and both of them have talked: nobody is called again."""
    sign_in(hotline, "seat01", "seat02")
    with (
        given_up_after(hotline, 3),
        CitizenPhone(hotline, CITIZEN, tmp_path) as citizen,
        SeatPhone(hotline, "seat01", tmp_path) as first,
        SeatPhone(hotline, "seat02", tmp_path) as second,
    ):
        ask(hotline, db)
        until(lambda: first.times("ringing") or second.times("ringing"))
        own, other = (first, second) if first.times("ringing") else (second, first)
        own.answers()
        citizen.answers()
        until(lambda: the_callback(db).state == CallbackState.DONE)
        office.does(own.name, Order.CONSULT, to=other.name)
        other.answers()
        office.becomes(other.name, SeatState.ON_A_CALL)
        gone, left = (own, other) if lost == "asking" else (other, own)
        gone.pulled_out()
        office.becomes(gone.name, SeatState.WRAP_UP)
        citizen.hangs_up()
        left.does("over")
        until(lambda: the_callback(db).attempt == "")
    assert (the_callback(db).state, the_callback(db).last_outcome) == (
        CallbackState.DONE,
        AttemptOutcome.TALKED,
    )


def test_a_cancelled_callback_leaves_the_queue(
    hotline: HotlineInstance, db: Database, tmp_path: Path
) -> None:
    sign_in(hotline, "seat01")
    with SeatPhone(hotline, "seat01", tmp_path) as seat, CitizenPhone(hotline, CITIZEN, tmp_path) as citizen:
        with busy(hotline, seat, tmp_path):
            ask(hotline, db)
            until(lambda: waiting(hotline) == 1)
            with db.writing() as session:
                assert callbacks.cancel(session, the_callback(db).id, datetime.now(UTC))
            until(lambda: waiting(hotline) == 0)
        until(lambda: the_callback(db).attempt == "")
        assert the_callback(db).state == CallbackState.CANCELLED
        assert citizen.times("ringing") == 0


WITHHELD = "13877776666"
TO_A_CALLBACK = landmarks(PROJECT / "sounds" / "zh", ("welcome-open", "callback-offer", "callback-number-is"))


def test_a_withheld_number_is_called_back_unseen(
    hotline: HotlineInstance, office: AtSeats, db: Database, tmp_path: Path
) -> None:
    """Neither the seat's telephone nor any table, log or file name ever has it."""

    async def asks() -> None:
        line = StrangeLine(Terms(headers="Privacy: id\r\n"))
        await line.calls(("127.0.0.1", hotline.sip_port), hotline.settings.number, WITHHELD)
        ticking = asyncio.create_task(tick_all([line]))
        await line.hears(TO_A_CALLBACK["welcome-open"], PATIENCE)
        await line.presses("0")
        while not await asyncio.to_thread(waiting, hotline):
            await asyncio.sleep(0.1)
        await caller_hears_after(line, TO_A_CALLBACK["callback-offer"], "1", line.presses)
        await caller_hears_after(line, TO_A_CALLBACK["callback-number-is"], "2", line.presses)
        await line.has_hung_up()
        ticking.cancel()

    sign_in(hotline, "seat01")
    with (
        SeatPhone(hotline, "seat01", tmp_path) as seat,
        CitizenPhone(hotline, WITHHELD, tmp_path) as citizen,
        busy(hotline, seat, tmp_path),
    ):
        asyncio.run(asks())
        until(lambda: withheld_number(db, the_callback(db, "").call_id) == WITHHELD)
        seat.hangs_up()
        rung = seat.does("ringing")["peer"]
        seat.answers_ringing()
        citizen.does("ringing")
        citizen.answers_ringing()
        until(lambda: the_callback(db, "").state == CallbackState.DONE)
        during = in_tables(db)
        seat.hangs_up()
    queue_log.read(hotline.settings, db)
    own_number(hotline, db, the_callback(db, "").case_number)
    assert WITHHELD not in rung
    assert during == in_tables(db) == {"withheld_numbers"}
    logs = [*(hotline.state_dir / "asterisk" / "log").iterdir(), *hotline.state_dir.glob("*.out")]
    assert not [each for each in logs if WITHHELD in each.read_text(errors="replace")]
    assert not [each for each in hotline.state_dir.rglob("*") if WITHHELD in each.name]


def withheld_number(db: Database, call_id: str) -> str:
    with db.reading() as session:
        return withheld_numbers.number_of(session, call_id)


def in_tables(db: Database) -> set[str]:
    """The tables that have the withheld number."""
    with db.reading() as session:
        tables = metadata.sorted_tables
        return {each.name for each in tables for row in session.execute(select(each)) if WITHHELD in str(row)}
