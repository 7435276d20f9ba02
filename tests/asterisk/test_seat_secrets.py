"""Whoever leaves a seat leaves its telephone: a secret read there is worth nothing afterwards."""

import re
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from hotline import audit
from hotline.audit import AuditEntry
from hotline.people import User
from hotline.running.processes import HOTLINE
from hotline.seats import seat_secrets, seat_sittings
from hotline.seats.seat_orders import Order
from hotline.seats.seats import SeatState
from hotline.seats.telephone_guesses import UNUSUAL_GUESSES, TelephoneGuess
from hotline.sign_ins import BrowserSession
from ivr.softphone.caller import Caller
from ivr.softphone.process import Dial
from tests.asterisk.raw_telephone import RawTelephone, ha1
from tests.kit.at_seats import AtSeats, people
from tests.kit.conversations import PATIENCE, PROMPTS
from tests.kit.instance import HotlineInstance, running
from tests.kit.seats import SeatPhone, seats_command, until

IDLE = timedelta(minutes=30)
SEATS = 2
OPEN = {
    "HOTLINE_HOURS__OVERRIDE": "open",
    "HOTLINE_SEATS__COUNT": str(SEATS),
    "HOTLINE_SEATS__RING_SECONDS": "10",
    "HOTLINE_SEATS__WRAP_UP_SECONDS": "1",
}
REFUSED = (401, 403)


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HotlineInstance]:
    yield from running(tmp_path_factory.mktemp("secrets"), ("asterisk", "agi", "seats"), OPEN)


@pytest.fixture(scope="module")
def everybody(instance: HotlineInstance) -> AtSeats:
    return people(instance, SEATS)


@pytest.fixture
def office(everybody: AtSeats) -> Iterator[AtSeats]:
    """User 1 sits at seat01 with a browser; afterwards nobody sits anywhere and everybody may again."""
    with everybody.db.writing() as session:
        session.execute(update(User).values(active=True))
        session.execute(delete(BrowserSession))
    until(lambda: everybody.order("seat01", Order.TAKE_SEAT) == "")
    until(lambda: everybody.seat("seat01").user_id == 1)
    yield everybody
    processes = everybody.hotline.processes
    everybody.hotline.start(*(part for part in processes if processes[part].poll() is not None))
    until(lambda: everybody.order("seat01", Order.LEAVE_SEAT) == "")
    everybody.becomes("seat01", SeatState.UNSTAFFED, user_id=None)
    until(everybody.hotline.nobody_calls)


def browser(office: AtSeats, seat: str = "seat01", token: str = "1" * 64, *, take: bool = False) -> str:
    """A browser's session claims the telephone as the page does; the secret, once Asterisk knows it."""
    now, user = datetime.now(UTC), int(seat.removeprefix("seat"))
    with office.db.writing() as session:
        user = office.seat(seat).user_id or user
        if session.get(BrowserSession, token) is None:
            session.add(BrowserSession(token_hash=token, user_id=user, seen_at=now, begun_at=now))
            session.flush()
        secret = seat_sittings.claim(session, seat, user, token, now, IDLE, take=take)

    def is_known() -> bool:
        with office.db.reading() as session:
            return seat_sittings.is_known(session, seat, secret)

    until(is_known, 8)
    return secret


def is_telephone(office: AtSeats, name: str = "seat01-web") -> bool:
    return f"Contact:  {name}/" in office.hotline.console("pjsip show contacts")


def test_a_secret_serves_its_sitting(office: AtSeats) -> None:
    with RawTelephone(office.hotline, "seat01-web", browser(office)) as telephone:
        assert telephone.registers() == 200
        assert telephone.registers() == 200  # again, as each minute
        assert is_telephone(office)


def signed_out(office: AtSeats) -> None:
    office.does("seat01", Order.LEAVE_SEAT)


def disabled(office: AtSeats) -> None:
    with office.db.writing() as session:
        session.get_one(User, 1).active = False


def session_ended(office: AtSeats) -> None:
    with office.db.writing() as session:
        session.execute(delete(BrowserSession))


def idled_out(office: AtSeats) -> None:
    with office.db.writing() as session:
        session.execute(update(BrowserSession).values(seen_at=datetime.now(UTC) - IDLE))


def taken_over(office: AtSeats) -> None:
    browser(office, token="2" * 64, take=True)


@pytest.mark.parametrize("leaves", [signed_out, disabled, session_ended, idled_out, taken_over])
def test_who_has_left_is_no_telephone(
    office: AtSeats, leaves: Callable[[AtSeats], None], tmp_path: Path
) -> None:
    with ExitStack() as stack:
        thief = stack.enter_context(RawTelephone(office.hotline, "seat01-web", browser(office)))
        assert thief.registers(7200) == 200
        leaves(office)
        until(lambda: not is_telephone(office))
        assert thief.registers() == 401
        again = stack.enter_context(RawTelephone(office.hotline, "seat01-web", thief.secret))
        assert again.registers() == 401
        assert not is_telephone(office)
        if leaves in (signed_out, disabled):
            until(lambda: office.seat("seat01").user_id is None)
            office.does("seat01", Order.TAKE_SEAT, by=2)
        own = stack.enter_context(SeatPhone(office.hotline, "seat01", tmp_path))
        office.becomes("seat01", SeatState.READY)
        caller = stack.enter_context(calling(office, tmp_path))
        caller.is_answered(PATIENCE)
        caller.presses("0")
        own.answers()
        assert (thief.rung, again.rung) == (0, 0)


def calling(office: AtSeats, folder: Path) -> Caller:
    dial = Dial(port=office.hotline.sip_port, own_number="13800001234")
    return Caller(dial, PROMPTS, folder / "caller.wav")


def test_the_next_ones_secret_is_another(office: AtSeats) -> None:
    first = browser(office)
    assert browser(office) == first  # the page was loaded again
    signed_out(office)
    office.does("seat01", Order.TAKE_SEAT, by=2)
    second = browser(office, token="3" * 64)
    assert second != first
    with RawTelephone(office.hotline, "seat01-web", first) as leaver:
        assert leaver.registers() == 401
    with RawTelephone(office.hotline, "seat01-web", second) as sits:
        assert sits.registers() == 200


def test_asterisk_starts_again(office: AtSeats) -> None:
    """It remembers the secret of who still sits there, and is told of who has left meanwhile."""
    with RawTelephone(office.hotline, "seat01-web", browser(office)) as telephone:
        assert telephone.registers() == 200
    office.hotline.stop_part("asterisk")
    office.hotline.start("asterisk")
    with RawTelephone(office.hotline, "seat01-web", telephone.secret) as same:
        until(lambda: same.registers() == 200)
        office.hotline.stop_part("asterisk")
    session_ended(office)
    office.hotline.start("asterisk")
    with RawTelephone(office.hotline, "seat01-web", telephone.secret) as leaver:
        until(lambda: leaver.registers() == 401 and not is_telephone(office))


def test_the_service_dies_and_catches_up(office: AtSeats) -> None:
    with RawTelephone(office.hotline, "seat01-web", browser(office)) as telephone:
        assert telephone.registers() == 200
        office.hotline.signal("seats", signal.SIGKILL)
        office.hotline.processes["seats"].wait()
        session_ended(office)
        office.hotline.start("seats")
        until(lambda: not is_telephone(office))
        assert telephone.registers() == 401


@pytest.mark.parametrize("transport", ["udp", "tls"])
@pytest.mark.parametrize("method", ["REGISTER", "INVITE"])
def test_a_browsers_telephone_comes_by_the_web_socket_only(
    office: AtSeats, transport: str, method: str
) -> None:
    secret = browser(office)
    with RawTelephone(office.hotline, "seat01-web", secret, transport, "127.0.0.77") as other:
        assert other.asks(method) in REFUSED
    assert not is_telephone(office)


def test_the_desk_phones_password_opens_no_browser(office: AtSeats) -> None:
    password = seat_secrets.passwords(office.hotline.settings)["seat01"]
    browser(office)
    with RawTelephone(office.hotline, "seat01-web", ha1("seat01-web", password)) as before:
        assert before.registers() == 401
    with RawTelephone(office.hotline, "seat01", ha1("seat01", password), "udp") as desk_phone:
        assert desk_phone.registers() == 200


def replaced(office: AtSeats, seat: str = "seat01") -> str:
    """The password that ``hotline seats phone --new`` prints."""
    printed = seats_command(office.hotline, "phone", seat, "--new")
    assert "seats.json" not in printed and "Asterisk" not in printed, printed
    return password_in(printed)


def password_in(printed: str) -> str:
    found = re.search(r"^password  (\S+)$", printed, re.MULTILINE)
    assert found, printed
    return found[1]


def registers(office: AtSeats, password: str) -> int:
    """As the desk phone of seat01."""
    with RawTelephone(office.hotline, "seat01", ha1("seat01", password), "udp") as desk_phone:
        return desk_phone.registers()


def test_a_desk_phones_password_is_replaced(office: AtSeats, tmp_path: Path) -> None:
    """In the middle of its talk, which goes on; the other seat's phone stays."""
    before = seat_secrets.passwords(office.hotline.settings)
    with ExitStack() as stack:
        desk_phone = stack.enter_context(SeatPhone(office.hotline, "seat01", tmp_path))
        stack.enter_context(SeatPhone(office.hotline, "seat02", tmp_path))
        office.becomes("seat01", SeatState.READY)
        caller = stack.enter_context(calling(office, tmp_path))
        caller.is_answered(PATIENCE)
        caller.presses("0")
        desk_phone.answers()
        new = replaced(office)
        until(lambda: not is_telephone(office, "seat01"))
        assert (registers(office, before["seat01"]), registers(office, new)) == (401, 200)
        assert is_telephone(office, "seat02") and desk_phone.in_call()
        desk_phone.hangs_up()
        caller.begins_to_hear("satisfaction-ask", timeout=PATIENCE)
        caller.hangs_up()
    assert seat_secrets.passwords(office.hotline.settings) == before | {"seat01": new}
    with office.db.reading() as session:
        act = select(AuditEntry.user_id).where(AuditEntry.action == audit.REPLACE_TELEPHONE)
        assert session.execute(act.where(AuditEntry.subject == "seat seat01")).all()


@pytest.mark.parametrize("away", ["seats", "asterisk"])
def test_a_password_replaced_while_a_part_is_dead(office: AtSeats, away: str) -> None:
    """Asterisk is told at once where it runs, and else when it is back; who had registered is forgotten."""
    before = seat_secrets.passwords(office.hotline.settings)["seat01"]
    assert registers(office, before) == 200
    office.hotline.stop_part(away)
    printed = seats_command(office.hotline, "phone", "seat01", "--new")
    assert ("Asterisk cannot be told now" in printed) == (away == "asterisk")
    new = password_in(printed)
    if away == "seats":
        assert registers(office, before) == 401
    office.hotline.start(away)
    until(lambda: registers(office, before) == 401)
    until(lambda: not is_telephone(office, "seat01"))
    assert registers(office, new) == 200


def test_a_password_replaced_on_the_page_reaches_asterisk(office: AtSeats) -> None:
    """The page writes the file alone; the seats' service does the rest."""
    before = seat_secrets.passwords(office.hotline.settings)["seat01"]
    assert registers(office, before) == 200
    new = seat_secrets.replace(office.hotline.settings, "seat01")
    until(lambda: not is_telephone(office, "seat01"))
    assert (registers(office, before), registers(office, new)) == (401, 200)


def test_there_is_no_new_password_for_no_seat(office: AtSeats) -> None:
    before = seat_secrets.passwords(office.hotline.settings)
    assert "no seat 'seat99'" in seats_command(office.hotline, "phone", "seat99", "--new")
    assert seat_secrets.passwords(office.hotline.settings) == before


def test_guesses_are_counted(office: AtSeats) -> None:
    with RawTelephone(office.hotline, "seat01-web", "0" * 32) as stranger:
        assert stranger.registers() == 401
    with RawTelephone(office.hotline, "seat01", "0" * 32, "udp", "127.0.0.78") as stranger:
        assert stranger.registers() == 401

    def counted() -> set[tuple[str, str]]:
        with office.db.reading() as session:
            return {(each.account, each.address) for each in session.scalars(select(TelephoneGuess))}

    until(lambda: {("seat01-web", "127.0.0.1"), ("seat01", "127.0.0.78")} <= counted())
    assert "the last for seat01 from 127.0.0.78" in office.hotline.output("seats")


def test_doctor_says_when_passwords_are_guessed(office: AtSeats) -> None:
    """Real wrong answers of one address, and what the administrator reads."""
    with RawTelephone(office.hotline, "seat02", "0" * 32, "udp", "127.0.0.79") as stranger:
        for _ in range(UNUSUAL_GUESSES):
            assert stranger.registers() == 401

    def said() -> str:
        command = [HOTLINE, "doctor"]
        done = subprocess.run(
            command, env=office.hotline.environment, capture_output=True, text=True, check=False
        )
        return done.stdout

    remedy = re.compile("keep these addresses away from the telephones' ports: .*127[.]0[.]0[.]79")
    until(lambda: remedy.search(said()), 6 * PATIENCE)
