"""The seats' service beside a real Asterisk: what happens becomes rows, what is ordered is done."""

import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import update

from hotline.recordings import spool
from hotline.seats.seat_orders import Order
from hotline.seats.seats import Seat, SeatState
from ivr import ami
from ivr.ami import ActionRefused
from ivr.softphone.caller import Caller
from ivr.softphone.process import Dial
from ivr.softphone.sounds import SAMPLE_RATE, Audio, read_audio
from tests.kit.at_seats import AtSeats, people
from tests.kit.conversations import PATIENCE, PROMPTS, hears, part_of_speech, says
from tests.kit.instance import HotlineInstance, running
from tests.kit.seats import SeatPhone, is_remembered, until

SEATS = 3
SUPERVISOR = SEATS + 1
SUPERVISORS_SIDE = 89
WRAP_UP, EXTENSION = 6, 10
NUMBER = "13800001234"
OPEN = {
    "HOTLINE_HOURS__OVERRIDE": "open",
    "HOTLINE_SEATS__COUNT": str(SEATS),
    "HOTLINE_SEATS__RING_SECONDS": "10",
    "HOTLINE_SEATS__WRAP_UP_SECONDS": str(WRAP_UP),
    "HOTLINE_SEATS__WRAP_UP_EXTENSION_SECONDS": str(EXTENSION),
}

LATER = 0.5
"""Seconds. So much later than it is said a sentence may be heard to its end."""

Ear = Callable[[], Audio]
"""All that somebody has heard so far."""


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HotlineInstance]:
    yield from running(tmp_path_factory.mktemp("service"), ("asterisk", "agi", "seats"), OPEN)


@pytest.fixture(scope="module")
def everybody(instance: HotlineInstance) -> AtSeats:
    return people(instance, SEATS)


@pytest.fixture(scope="module")
def phones(instance: HotlineInstance, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[SeatPhone]]:
    folder = tmp_path_factory.mktemp("phones")
    with ExitStack() as stack:
        yield [stack.enter_context(SeatPhone(instance, f"seat{number:02d}", folder)) for number in (1, 2, 3)]


@pytest.fixture
def office(everybody: AtSeats) -> Iterator[AtSeats]:
    """Somebody has signed in at the first seat, and afterwards nobody."""
    everybody.does("seat01", Order.TAKE_SEAT)
    everybody.becomes("seat01", SeatState.READY, user_id=1)
    yield everybody
    everybody.hotline.console("channel request hangup all")
    until(lambda: "0 active channels" in everybody.hotline.console("core show channels count"))
    for number in range(1, SEATS + 1):
        everybody.does(f"seat{number:02d}", Order.LEAVE_SEAT)
        everybody.becomes(f"seat{number:02d}", SeatState.UNSTAFFED, user_id=None, call_id="")


@pytest.fixture
def caller(office: AtSeats, tmp_path: Path) -> Iterator[Caller]:
    with Caller(Dial(port=office.hotline.sip_port, own_number=NUMBER), PROMPTS, tmp_path / "c.wav") as caller:
        yield caller


@pytest.fixture(scope="session")
def sentences(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path]:
    """Of the caller, of the agent, of a third person."""
    folder = tmp_path_factory.mktemp("sentences")
    first, second, third = (part_of_speech(folder, 2.2, begin=begin) for begin in (0.0, 4.0, 8.0))
    return first, second, third


def talks(office: AtSeats, caller: Caller, phone: SeatPhone) -> None:
    """The caller and the first seat."""
    caller.is_answered(PATIENCE)
    caller.presses("0")
    phone.answers()
    office.becomes(phone.name, SeatState.ON_A_CALL, caller=NUMBER)


def test_a_whole_call(office: AtSeats, caller: Caller, phones: list[SeatPhone]) -> None:
    seat = phones[0]
    assert "somebody else" in office.order("seat01", Order.TAKE_SEAT, by=2)
    assert "another seat" in office.order("seat02", Order.TAKE_SEAT, by=1)
    caller.is_answered(PATIENCE)
    caller.presses("0")
    ringing = office.becomes("seat01", SeatState.RINGING, caller=NUMBER)
    assert [(each.caller, each.call_id) for each in office.waiting()] == [(NUMBER, ringing.call_id)]
    seat.answers()
    office.becomes("seat01", SeatState.ON_A_CALL, caller=NUMBER, call_id=ringing.call_id)
    until(lambda: not office.waiting())
    office.does("seat01", Order.PAUSE, reason="meal")  # after this call
    office.becomes("seat01", SeatState.ON_A_CALL, reason="meal")
    office.does("seat01", Order.READY)
    office.does("seat01", Order.HANG_UP)
    wrap_up = office.becomes("seat01", SeatState.WRAP_UP, caller=NUMBER, call_id=ringing.call_id)
    assert wrap_up.wrap_up_until and wrap_up.wrap_up_until - wrap_up.since == timedelta(seconds=WRAP_UP)
    office.does("seat01", Order.EXTEND_WRAP_UP)
    extended = office.becomes("seat01", SeatState.WRAP_UP, wrap_up_extended=True)
    assert extended.wrap_up_until == wrap_up.wrap_up_until + timedelta(seconds=EXTENSION)
    assert "once already" in office.order("seat01", Order.EXTEND_WRAP_UP)
    office.does("seat01", Order.READY)
    office.becomes("seat01", SeatState.READY, call_id="", wrap_up_until=None)
    assert "not in wrap-up" in office.order("seat01", Order.EXTEND_WRAP_UP)
    office.does("seat01", Order.PAUSE, reason="meal")
    office.becomes("seat01", SeatState.PAUSED, reason="meal")
    assert "none of the reasons" in office.order("seat01", Order.PAUSE, reason="no answer")
    seat.does("over")


def test_wrap_up_ends_by_itself(office: AtSeats, caller: Caller, phones: list[SeatPhone]) -> None:
    talks(office, caller, phones[0])
    caller.hangs_up()
    phones[0].does("over")
    office.becomes("seat01", SeatState.WRAP_UP)
    assert office.becomes("seat01", SeatState.READY)


def test_a_call_is_handed_on(
    office: AtSeats, caller: Caller, phones: list[SeatPhone], sentences: tuple[Path, Path, Path]
) -> None:
    of_caller, of_agent, _ = sentences
    first, second, _ = phones
    talks(office, caller, first)
    assert "cannot be rung" in office.order("seat01", Order.TRANSFER, to="seat02")
    assert "no seat" in office.order("seat01", Order.TRANSFER, to="seat02@from-trunk")
    office.does("seat02", Order.TAKE_SEAT)
    office.becomes("seat02", SeatState.READY)
    office.does("seat01", Order.TRANSFER, to="seat02")
    office.becomes("seat01", SeatState.WRAP_UP)
    office.becomes("seat02", SeatState.RINGING, caller=NUMBER)
    second.answers()
    until(lambda: arrives(caller, of_caller, ear(second)))
    until(lambda: arrives(second, of_agent, caller.audio))
    first.does("over")
    second.hangs_up()
    office.becomes("seat02", SeatState.WRAP_UP)
    caller.hangs_up()
    assert legs(office) == {("seat01", 70), ("seat01", 71), ("seat02", 72), ("seat02", 73)}


def legs(office: AtSeats) -> set[tuple[str, int]]:
    """Seat and number of every part of the newest call."""
    parts = [spool.parse(file) for file in office.hotline.settings.spool_dir.glob("*.wav")]
    newest = max(parts, key=lambda part: part.path.stat().st_mtime).call_id
    return {(part.seat, part.number) for part in parts if part.call_id == newest}


def ear(phone: SeatPhone) -> Ear:
    """What this telephone hears in the call it is in."""
    return lambda: phone.heard(phone.times("recording"))


def has_listened(ear: Ear, before: int, sentence: Path) -> bool:
    """Whether so much more was heard as the sentence is long, and as it may come later."""
    return len(ear()) - before >= len(read_audio(sentence)) + LATER * SAMPLE_RATE


def arrives(speaker: SeatPhone | Caller, sentence: Path, ear: Ear) -> bool:
    """Say it, and look whether it is heard there: the two may not be connected yet."""
    before = len(ear())
    speaker.speaks(sentence)
    until(partial(has_listened, ear, before, sentence))
    return hears(ear()[before:], sentence)


def heard_by(speaker: SeatPhone, sentence: Path, expected: dict[Ear, bool]) -> dict[Ear, bool]:
    """Who has heard it: where it should be heard, it is said again until it is, for sound may be torn."""
    before = {ear: len(ear()) for ear in expected}

    def has_heard(ear: Ear) -> bool:
        return hears(ear()[before[ear] :], sentence)

    def hears_at_last(ear: Ear) -> bool:
        return has_heard(ear) or arrives(speaker, sentence, ear)

    speaker.speaks(sentence)
    for each, heard in before.items():
        until(partial(has_listened, each, heard, sentence))
    for listening in (ear for ear, should_hear in expected.items() if should_hear):
        until(partial(hears_at_last, listening))
    return {ear: has_heard(ear) for ear in expected}


def test_another_seat_is_asked_and_takes_over(
    office: AtSeats, caller: Caller, phones: list[SeatPhone], sentences: tuple[Path, Path, Path]
) -> None:
    of_caller, of_first, of_second = sentences
    first, second, _ = phones
    talks(office, caller, first)
    office.does("seat02", Order.TAKE_SEAT)
    office.becomes("seat02", SeatState.READY)
    assert "no other seat" in office.order("seat01", Order.COMPLETE)
    office.does("seat01", Order.CONSULT, to="seat02")
    second.answers()
    office.becomes("seat02", SeatState.ON_A_CALL, caller=NUMBER)
    before = len(caller.audio())
    until(lambda: arrives(first, of_first, ear(second)))
    until(lambda: arrives(second, of_second, ear(first)))
    assert not hears(caller.audio()[before:], of_first)
    assert "being asked" in office.order("seat01", Order.HOLD)
    office.does("seat01", Order.COMPLETE)
    first.does("over")
    office.becomes("seat01", SeatState.WRAP_UP)
    until(lambda: arrives(caller, of_caller, ear(second)))
    until(lambda: arrives(second, of_second, caller.audio))
    caller.hangs_up()
    second.does("over")


def test_another_seat_is_asked_and_left_and_a_caller_is_held(
    office: AtSeats, caller: Caller, phones: list[SeatPhone], sentences: tuple[Path, Path, Path]
) -> None:
    of_caller, of_first, _ = sentences
    first, second, _ = phones
    talks(office, caller, first)
    office.does("seat02", Order.TAKE_SEAT)
    office.becomes("seat02", SeatState.READY)
    office.does("seat01", Order.CONSULT, to="seat02")
    second.answers()
    until(lambda: office.order("seat01", Order.CANCEL) == "")
    second.does("over")
    until(lambda: office.order("seat01", Order.HOLD) == "")  # that the other has gone is known a moment later
    office.becomes("seat01", SeatState.ON_A_CALL, held=True)
    before = len(caller.audio())
    first.speaks(of_first)
    caller.waits(0.5)
    assert not hears(caller.audio()[before:], of_first)
    assert np.abs(caller.audio()[before:]).max() > 200  # music
    office.does("seat01", Order.RESUME)
    office.becomes("seat01", SeatState.ON_A_CALL, held=False)
    until(lambda: arrives(caller, of_caller, ear(first)))
    until(lambda: arrives(first, of_first, caller.audio))
    office.does("seat01", Order.HANG_UP)
    first.does("over")
    caller.hangs_up()


def test_the_recording_is_paused(
    office: AtSeats, caller: Caller, phones: list[SeatPhone], sentences: tuple[Path, Path, Path]
) -> None:
    of_caller, of_agent, secret = sentences
    talks(office, caller, phones[0])
    assert "none of the reasons" in office.order("seat01", Order.PAUSE_RECORDING, reason="lunch")
    office.does("seat01", Order.PAUSE_RECORDING, reason="bank details")
    office.becomes("seat01", SeatState.ON_A_CALL, recording_paused="bank details")
    office.does("seat02", Order.TAKE_SEAT)
    office.becomes("seat02", SeatState.READY)
    for order in (Order.TRANSFER, Order.CONSULT):  # to where nothing is paused
        assert "is paused" in office.order("seat01", order, to="seat02")
    caller.begins_to_speak(secret)
    phones[0].speaks(secret)
    caller.waits(0.5)
    office.does("seat01", Order.RESUME_RECORDING)
    office.becomes("seat01", SeatState.ON_A_CALL, recording_paused="")
    caller.begins_to_speak(of_caller)
    phones[0].speaks(of_agent)
    caller.waits(0.5)
    seconds = caller.now
    call_id = office.seat("seat01").call_id
    caller.hangs_up()
    phones[0].does("over")
    sides = sound(office, call_id)
    assert not any(says(side, secret) for side in sides.values())
    assert hears(sides[spool.CALLER_SIDE], of_caller) and hears(sides[spool.AGENT_SIDE], of_agent)
    assert {len(side) for side in sides.values()} == {len(sides[spool.CALLER_SIDE])}
    assert len(sides[spool.CALLER_SIDE]) / SAMPLE_RATE > 2 * 2.2
    assert len(sides[spool.CALLER_SIDE]) / SAMPLE_RATE <= seconds + 1.0  # until the hang-up has arrived
    log = (office.hotline.state_dir / "asterisk" / "log" / "queue_log").read_text()
    assert f"{call_id}|seats|seat01|RECORDINGPAUSED|bank details" in log
    assert f"{call_id}|seats|seat01|RECORDINGRESUMED|" in log


def sound(office: AtSeats, call_id: str) -> dict[int, Audio]:
    """The parts of a call, complete."""
    until(lambda: not any(map(spool.is_open, office.hotline.settings.spool_dir.glob(f"{call_id}*"))))
    parts = spool.parts_of(office.hotline.settings.spool_dir, call_id)
    return {part.number: read_audio(part.path) for part in parts}


def test_a_supervisor_joins_a_call(
    office: AtSeats, caller: Caller, phones: list[SeatPhone], sentences: tuple[Path, Path, Path]
) -> None:
    of_caller, of_agent, of_supervisor = sentences
    first, _, third = phones
    talks(office, caller, first)
    call_id = office.seat("seat01").call_id
    assert "only a supervisor" in office.order("seat03", Order.LISTEN, to="seat01")
    assert "no call" in office.order("seat03", Order.LISTEN, by=SUPERVISOR, to="seat02")
    for order, agent_hears, caller_hears in (
        (Order.LISTEN, False, False),
        (Order.WHISPER, True, False),
        (Order.BARGE, True, True),
    ):
        office.does("seat03", order, by=SUPERVISOR, to="seat01")
        third.answers()
        office.becomes("seat03", SeatState.ON_A_CALL, call_id="")
        until(lambda: arrives(first, of_agent, ear(third)))
        until(lambda: arrives(caller, of_caller, ear(third)))
        expected = {ear(first): agent_hears, caller.audio: caller_hears}
        assert heard_by(third, of_supervisor, expected) == expected, order
        third.hangs_up()
        office.becomes("seat03", SeatState.UNSTAFFED)
    caller.hangs_up()
    first.does("over")
    said = sound(office, call_id)
    assert [number for number, side in said.items() if says(side, of_supervisor)] == [SUPERVISORS_SIDE]
    assert set(said) == {spool.CALLER_SIDE, spool.AGENT_SIDE, SUPERVISORS_SIDE}
    assert legs(office) > {("seat03", SUPERVISORS_SIDE)}


def test_a_supervisor_joins_a_call_whose_recording_is_paused(
    office: AtSeats, caller: Caller, phones: list[SeatPhone], sentences: tuple[Path, Path, Path]
) -> None:
    before, secret, after = sentences
    first, _, third = phones
    talks(office, caller, first)
    call_id = office.seat("seat01").call_id
    office.does("seat01", Order.PAUSE_RECORDING, reason="bank details")
    assert "is paused" in office.order("seat03", Order.BARGE, by=SUPERVISOR, to="seat01")
    office.does("seat01", Order.RESUME_RECORDING)
    office.does("seat03", Order.BARGE, by=SUPERVISOR, to="seat01")
    third.answers()
    office.becomes("seat03", SeatState.ON_A_CALL, call_id="")
    until(lambda: arrives(third, before, caller.audio))
    office.does("seat01", Order.PAUSE_RECORDING, reason="bank details")
    until(lambda: arrives(third, secret, caller.audio))
    office.does("seat01", Order.RESUME_RECORDING)
    until(lambda: arrives(third, after, caller.audio))
    third.hangs_up()
    office.becomes("seat03", SeatState.UNSTAFFED)
    office.does("seat03", Order.BARGE, by=SUPERVISOR, to="seat01")
    third.does("ringing")
    office.does("seat01", Order.PAUSE_RECORDING, reason="bank details")
    third.answers_ringing()
    assert third.does("over")["by"] == "hotline"
    caller.hangs_up()
    first.does("over")
    recorded = sound(office, call_id)[SUPERVISORS_SIDE]
    assert [says(recorded, each) for each in sentences] == [True, False, True]


@pytest.mark.parametrize(
    ("action", "headers"),
    [
        ("Command", {"Command": "core show channels"}),
        ("DBPut", {"Family": "a", "Key": "b", "Val": "c"}),
        ("GetConfig", {"Filename": "manager.conf"}),
        ("ModuleLoad", {"LoadType": "reload"}),
        ("UserEvent", {"UserEvent": "a"}),
        ("Originate", {"Channel": "Local/000@consult", "Application": "System", "Data": "true"}),
    ],
)
def test_what_the_manager_interface_is_not_allowed(
    instance: HotlineInstance, action: str, headers: dict[str, str]
) -> None:
    with (
        ami.current(instance.settings, followed=True) as connection,
        pytest.raises(ActionRefused, match=r"denied|Forbidden|rejected"),
    ):
        connection.action(action, **headers)


@pytest.mark.parametrize(
    ("action", "headers"),
    [
        ("Setvar", {"Variable": "SPOOL", "Value": "/elsewhere"}),
        (
            "Originate",
            {"Channel": "PJSIP/1@outbound", "Context": "callback-dial", "Exten": "s", "Priority": "1"},
        ),
        ("Hangup", {"Channel": "/^PJSIP/"}),
        ("Redirect", {"Channel": "x", "Context": "transfer", "Exten": "seat01", "Priority": "1"}),
        ("Command", {"Command": "core stop now"}),
    ],
)
def test_what_commands_are_not_allowed(
    instance: HotlineInstance, action: str, headers: dict[str, str]
) -> None:
    with ami.current(instance.settings) as connection, pytest.raises(ActionRefused, match="denied"):
        connection.action(action, **headers)


def test_a_service_that_begins_again_sees_the_call_that_lasts(
    office: AtSeats, caller: Caller, phones: list[SeatPhone]
) -> None:
    talks(office, caller, phones[0])
    office.does("seat01", Order.PAUSE_RECORDING, reason="bank details")
    before = office.becomes("seat01", SeatState.ON_A_CALL, recording_paused="bank details")
    office.hotline.stop_part("seats")
    with office.db.writing() as session:
        session.execute(update(Seat).values(recording_paused="", caller="", state=SeatState.READY))
    office.hotline.start("seats")
    seen = office.becomes("seat01", SeatState.ON_A_CALL, recording_paused="bank details", caller=NUMBER)
    assert (seen.call_id, seen.user_id) == (before.call_id, 1)
    office.hotline.stop_part("seats")
    stopped = office.as_of()
    caller.hangs_up()  # while nobody looks
    phones[0].does("over")
    office.hotline.start("seats")
    office.becomes("seat01", SeatState.WRAP_UP, user_id=1, recording_paused="")
    until(lambda: office.as_of() > stopped)


def test_asterisk_restarted(office: AtSeats, tmp_path: Path, phones: list[SeatPhone]) -> None:
    office.does("seat02", Order.TAKE_SEAT)
    office.becomes("seat02", SeatState.READY)
    office.does("seat02", Order.PAUSE, reason="training")
    office.becomes("seat02", SeatState.PAUSED, reason="training", user_id=2)
    until(lambda: is_remembered(office.hotline, "seat02", "training"))
    office.hotline.signal("asterisk", signal.SIGKILL)
    office.hotline.processes["asterisk"].wait()
    assert "out of reach" in office.order("seat01", Order.PAUSE, reason="meal")
    lost = office.as_of()
    office.hotline.start("asterisk")
    until(lambda: office.as_of() > lost)
    office.becomes("seat02", SeatState.PAUSED, reason="training", user_id=2)
    office.becomes("seat01", SeatState.READY, user_id=1)
    number = "13800005678"
    with Caller(Dial(port=office.hotline.sip_port, own_number=number), PROMPTS, tmp_path / "d.wav") as caller:
        caller.is_answered(PATIENCE)
        caller.presses("0")
        phones[0].does("ringing")
        office.becomes("seat01", SeatState.RINGING, caller=number)
