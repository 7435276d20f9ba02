"""Lines are cut in a call: the service's own to Asterisk, and a seat's while its caller hears music."""

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest

from hotline.seats.seat_orders import Order
from hotline.seats.seats import SeatState
from ivr.softphone.caller import Caller
from ivr.softphone.process import Dial
from tests.kit.at_seats import AtSeats, people
from tests.kit.conversations import PATIENCE, PROMPTS
from tests.kit.instance import HotlineInstance, running
from tests.kit.seats import SeatPhone, given_up_after, until

NUMBER = "13800001234"
OPEN = {
    "HOTLINE_HOURS__OVERRIDE": "open",
    "HOTLINE_SEATS__COUNT": "2",
    "HOTLINE_SEATS__WRAP_UP_SECONDS": "60",
}
"""Wrap-up lasts until somebody ends it, however long it takes to be seen."""


class Cable:
    """Between the service and Asterisk's manager interface."""

    def __init__(self, to: int) -> None:
        self.to = to
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self.listening.getsockname()[1])
        self.ends: list[socket.socket] = []
        self.connections = 0
        threading.Thread(target=self._connect, daemon=True).start()

    def cut(self) -> None:
        """Both ends find the line closed; the next connection works."""
        for end in self.ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _connect(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self.listening.accept()
                far = socket.create_connection(("127.0.0.1", self.to))
                self.ends += near, far
                self.connections += 1
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=carry, args=(one, other), daemon=True).start()


def carry(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):
        while data := one.recv(65536):
            other.sendall(data)
    with suppress(OSError):
        other.shutdown(socket.SHUT_RDWR)


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HotlineInstance]:
    yield from running(tmp_path_factory.mktemp("cut"), ("asterisk", "agi"), OPEN)


@pytest.fixture(scope="module")
def cable(instance: HotlineInstance) -> Iterator[Cable]:
    """The service knows no other way to Asterisk."""
    cable = Cable(instance.settings.ami.port)
    usual = instance.environment
    instance.environment = usual | {"HOTLINE_AMI__PORT": str(cable.port)}
    instance.start("seats")
    instance.environment = usual
    yield cable
    cable.listening.close()


@pytest.fixture(scope="module")
def everybody(instance: HotlineInstance, cable: Cable) -> AtSeats:
    return people(instance, 2)


@pytest.fixture
def office(everybody: AtSeats) -> Iterator[AtSeats]:
    office, instance = everybody, everybody.hotline
    for seat in ("seat01", "seat02"):
        until(partial(obeyed, office, seat, Order.TAKE_SEAT))
    yield office
    instance.console("channel request hangup all")
    until(lambda: "0 active channels" in instance.console("core show channels count"))
    for seat in ("seat01", "seat02"):
        until(partial(obeyed, office, seat, Order.LEAVE_SEAT))


def obeyed(office: AtSeats, seat: str, order: Order) -> bool:
    return office.order(seat, order) == ""


@pytest.fixture
def phones(office: AtSeats, tmp_path: Path) -> Iterator[tuple[SeatPhone, SeatPhone]]:
    with (
        SeatPhone(office.hotline, "seat01", tmp_path) as first,
        SeatPhone(office.hotline, "seat02", tmp_path) as second,
    ):
        yield first, second


@pytest.fixture
def caller(office: AtSeats, tmp_path: Path) -> Iterator[Caller]:
    with Caller(Dial(port=office.hotline.sip_port, own_number=NUMBER), PROMPTS, tmp_path / "c.wav") as caller:
        caller.is_answered(PATIENCE)
        yield caller


def talks(
    caller: Caller, phones: tuple[SeatPhone, SeatPhone], office: AtSeats
) -> tuple[SeatPhone, SeatPhone]:
    """The seat that has answered the caller, and the other one."""
    caller.presses("0")
    until(lambda: any(phone.times("ringing") for phone in phones))
    own, other = phones if phones[0].times("ringing") else phones[::-1]
    own.answers()
    office.becomes(own.name, SeatState.ON_A_CALL, caller=NUMBER)
    return own, other


def test_the_line_to_asterisk_is_cut_and_comes_back(
    office: AtSeats, phones: tuple[SeatPhone, SeatPhone], caller: Caller, cable: Cable
) -> None:
    own, _ = talks(caller, phones, office)
    before, connections = office.as_of(), cable.connections
    cable.cut()
    caller.hangs_up()  # perhaps while nobody looks
    own.does("over")
    until(lambda: cable.connections > connections)
    office.becomes(own.name, SeatState.WRAP_UP)
    until(lambda: office.as_of() > before)
    office.does(own.name, Order.READY)
    assert office.becomes(own.name, SeatState.READY, call_id="")


def test_an_agent_hangs_up_while_the_caller_is_held(
    office: AtSeats, phones: tuple[SeatPhone, SeatPhone], caller: Caller
) -> None:
    own, _ = talks(caller, phones, office)
    office.does(own.name, Order.HOLD)
    office.becomes(own.name, SeatState.ON_A_CALL, held=True)
    own.hangs_up()
    office.becomes(own.name, SeatState.WRAP_UP)
    assert caller.begins_to_hear("satisfaction-ask", timeout=PATIENCE)


def test_a_telephone_is_pulled_out_while_the_caller_is_held(
    office: AtSeats, phones: tuple[SeatPhone, SeatPhone], caller: Caller
) -> None:
    with given_up_after(office.hotline, 3):
        own, other = talks(caller, phones, office)
        office.does(own.name, Order.HOLD)
        own.pulled_out()
        caller.begins_to_hear("fault-apology", timeout=PATIENCE)
        other.answers()
        assert not caller.ended


def test_an_agent_hangs_up_while_another_seat_is_rung(
    office: AtSeats, phones: tuple[SeatPhone, SeatPhone], caller: Caller
) -> None:
    own, other = talks(caller, phones, office)
    office.does(own.name, Order.CONSULT, to=other.name)
    other.does("ringing")
    own.hangs_up()
    other.answers_ringing()
    office.becomes(other.name, SeatState.ON_A_CALL, caller=NUMBER)
    assert not caller.ended


def test_an_agent_hangs_up_while_asking_another_seat(
    office: AtSeats, phones: tuple[SeatPhone, SeatPhone], caller: Caller
) -> None:
    own, other = talks(caller, phones, office)
    office.does(own.name, Order.CONSULT, to=other.name)
    other.answers()
    office.becomes(other.name, SeatState.ON_A_CALL)
    own.hangs_up()
    office.becomes(own.name, SeatState.WRAP_UP)
    office.becomes(other.name, SeatState.ON_A_CALL, caller=NUMBER)
    caller.hangs_up()
    assert other.does("over")


def consultation(office: AtSeats, call_id: str) -> list[str]:
    """What the log tells of it: seat, event and whom it asked."""
    log = (office.hotline.state_dir / "asterisk" / "log" / "queue_log").read_text()
    fields = [line.split("|") for line in log.splitlines() if "|CONSULT" in line]
    return [" ".join(rest).strip() for _, call, _, *rest in fields if call == call_id]


def asks(own: SeatPhone, other: SeatPhone, office: AtSeats) -> list[str]:
    """One seat asks the other; what the log will tell of it in the end."""
    office.does(own.name, Order.CONSULT, to=other.name)
    other.answers()
    office.becomes(other.name, SeatState.ON_A_CALL)
    return [f"{own.name} CONSULTBEGINS {other.name}", f"{own.name} CONSULTENDS"]


def test_a_telephone_is_pulled_out_while_it_is_asked(
    office: AtSeats, phones: tuple[SeatPhone, SeatPhone], caller: Caller
) -> None:
    with given_up_after(office.hotline, 3):
        own, other = talks(caller, phones, office)
        told, call_id = asks(own, other, office), office.seat(own.name).call_id
        other.pulled_out()
        until(lambda: consultation(office, call_id) == told)
        for order in (Order.HOLD, Order.RESUME):  # the two are together again
            until(partial(obeyed, office, own.name, order))
        own.hangs_up()
        heard = caller.begins_to_hear("satisfaction-ask", "fault-apology", timeout=PATIENCE)
        assert heard.key == "satisfaction-ask"


def test_a_telephone_is_pulled_out_after_it_has_taken_over(
    office: AtSeats, phones: tuple[SeatPhone, SeatPhone], caller: Caller
) -> None:
    with given_up_after(office.hotline, 3):
        own, other = talks(caller, phones, office)
        told, call_id = asks(own, other, office), office.seat(own.name).call_id
        until(lambda: office.order(own.name, Order.COMPLETE) == "")  # known a moment after the answer
        own.does("over")
        until(lambda: consultation(office, call_id) == told)
        office.becomes(own.name, SeatState.WRAP_UP)  # between talk and wrap-up a seat counts as ready already
        office.does(own.name, Order.READY)
        office.becomes(own.name, SeatState.READY)
        other.pulled_out()
        caller.begins_to_hear("fault-apology", timeout=PATIENCE)
        own.answers()
        assert not caller.ended
        assert consultation(office, call_id) == told


def test_a_telephone_is_pulled_out_while_it_asks(
    office: AtSeats, phones: tuple[SeatPhone, SeatPhone], caller: Caller
) -> None:
    with given_up_after(office.hotline, 3):
        own, other = talks(caller, phones, office)
        told, call_id = asks(own, other, office), office.seat(own.name).call_id
        own.pulled_out()
        until(lambda: consultation(office, call_id) == told)
        office.becomes(other.name, SeatState.ON_A_CALL, caller=NUMBER)
        other.hangs_up()
        heard = caller.begins_to_hear("satisfaction-ask", "fault-apology", timeout=PATIENCE)
        assert heard.key == "satisfaction-ask"
