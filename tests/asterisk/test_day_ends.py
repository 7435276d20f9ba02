"""How calls by day end: one question, a refusal, the line closed by hand; what the queue log says of each."""

import json
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from hotline import people
from hotline.callers import nuisance
from hotline.database import Database
from hotline.people import Role
from hotline.running.processes import HOTLINE
from hotline.seats import seat_secrets
from ivr.office import ORDERS_SECONDS
from ivr.softphone.process import SoftphoneProcess
from tests.asterisk.day import calling
from tests.kit.conversations import PATIENCE, hears, part_of_speech
from tests.kit.instance import HotlineInstance, running
from tests.kit.seats import SeatPhone, sign_in, states, until

OPEN = {
    "HOTLINE_HOURS__OVERRIDE": "open",
    "HOTLINE_SEATS__COUNT": "2",
    "HOTLINE_SEATS__WRAP_UP_SECONDS": "0",
}


@pytest.fixture(scope="module")
def hotline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HotlineInstance]:
    """Open, and somebody sits at seat01."""
    for instance in running(tmp_path_factory.mktemp("ends"), ("asterisk", "agi"), OPEN):
        sign_in(instance, "seat01")
        until(partial(has_no_telephone, instance))
        yield instance


def has_no_telephone(hotline: HotlineInstance) -> bool:
    return states(hotline)["seat01"].state == "no telephone"


@pytest.fixture(scope="module")
def seat(hotline: HotlineInstance, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SeatPhone]:
    """The desk phone of seat01, over TLS; until it is asked for, nobody can be rung."""
    folder = tmp_path_factory.mktemp("seat")
    with SeatPhone(hotline, "seat01", folder, process=encrypted_phone(hotline, folder)) as phone:
        until(lambda: states(hotline)["seat01"].state == "ready")
        yield phone


def encrypted_phone(hotline: HotlineInstance, folder: Path) -> SoftphoneProcess:
    (folder / "seat01").mkdir()
    server = f"127.0.0.1:{hotline.settings.sip.tls_port}"
    passwords = json.dumps({"seat01": seat_secrets.passwords(hotline.settings)["seat01"]})
    arguments = ("--registrar", server, "--folder", str(folder), "--encrypted")
    return SoftphoneProcess("seat", *arguments, SEAT_PASSWORDS=passwords)


def story(hotline: HotlineInstance, number: str) -> list[str]:
    """What the queue log says of the one call from this number: events, ours with what they add.

    The end of the call comes last; who ended the talk is told by another thread of Asterisk's, perhaps later.
    """
    log = (hotline.state_dir / "asterisk" / "log" / "queue_log").read_text().splitlines()
    lines = [line.split("|") for line in log]
    [call_id] = {line[1] for line in lines if line[4:6] == ["ARRIVED", number]}
    told = ("ARRIVED", "LEFT", "SERVED", "MESSAGE", "REFUSED", "RATED")
    of_call = [line[4:6] if line[4] in told else line[4:5] for line in lines if line[1] == call_id]
    return sorted(("|".join(each).rstrip("|") for each in of_call), key="GONE".__eq__)


def assert_told(hotline: HotlineInstance, number: str, *events: str) -> None:
    """Wait until the log says this of the call, and see that it says no more."""
    until(lambda: len(story(hotline, number)) >= len(events))
    assert story(hotline, number) == [f"ARRIVED|{number}", *events[1:]]


def test_a_caller_who_leaves_in_the_greeting(hotline: HotlineInstance, tmp_path: Path) -> None:
    with calling(hotline, tmp_path, "13800000003") as caller:
        caller.begins_to_hear("welcome-busy")  # no telephone
        caller.hangs_up()
    assert_told(hotline, "13800000003", "ARRIVED", "LEFT|greeting")


def test_a_caller_who_leaves_a_message(hotline: HotlineInstance, tmp_path: Path) -> None:
    with calling(hotline, tmp_path, "13800000010") as caller:
        caller.begins_to_hear("welcome-busy")
        caller.presses("1")
        caller.begins_to_hear("message-ask")
        caller.presses("1")
        caller.hears("beep", timeout=PATIENCE)
        caller.waits(1.0)
        caller.hangs_up()
    assert_told(hotline, "13800000010", "ARRIVED", "MESSAGE")


def test_a_blocked_number(hotline: HotlineInstance, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    with Database(hotline.settings.database_url).writing() as session:
        by = people.add(session, "zhao", "赵", Role.SUPERVISOR, "lamp-street-night").id
        nuisance.block(session, "1389990", True, "abuse", now + timedelta(days=1), by, now)
    with calling(hotline, tmp_path, "13899900005") as caller:
        caller.begins_to_hear("refused-blocked")
        caller.hangs_up()
    assert_told(hotline, "13899900005", "ARRIVED", "REFUSED|blocked")


def test_when_the_seat_hangs_up_the_caller_is_asked(
    hotline: HotlineInstance, seat: SeatPhone, tmp_path: Path
) -> None:
    speech = part_of_speech(tmp_path, 3.0)
    with calling(hotline, tmp_path, "13800000001") as caller:
        caller.presses("0")
        seat.does("ringing")
        seat._order(do="answer")
        assert seat.does("recording")["encrypted"]
        seat.speaks(speech)
        assert hears(caller.audio(), speech)
        seat.hangs_up()
        caller.begins_to_hear("satisfaction-ask")
        caller.presses("2")
        caller.hears("goodbye")
        assert caller.is_over() == "hotline"
    assert_told(hotline, "13800000001", "ARRIVED", "ENTERQUEUE", "CONNECT", "COMPLETEAGENT", "RATED|2")


def test_a_page_closed_in_a_call_is_no_hang_up(
    hotline: HotlineInstance, seat: SeatPhone, tmp_path: Path
) -> None:
    with calling(hotline, tmp_path, "13800000007") as caller:
        caller.presses("0")
        seat.answers()
        seat.vanishes()
        caller.begins_to_hear("fault-apology", timeout=PATIENCE)
        assert seat.does("ringing")
        caller.hangs_up()


def test_who_hangs_up_first_is_not_asked(hotline: HotlineInstance, seat: SeatPhone, tmp_path: Path) -> None:
    with calling(hotline, tmp_path, "13800000002") as caller:
        caller.presses("0")
        seat.answers()
        caller.waits(1.0)
        caller.hangs_up()
    seat.does("over")
    assert_told(hotline, "13800000002", "ARRIVED", "ENTERQUEUE", "CONNECT", "COMPLETECALLER", "GONE")


def test_an_open_line_is_closed_by_hand(hotline: HotlineInstance, tmp_path: Path) -> None:
    order_line(hotline, "close", "--until", tomorrow(), "--reason", "power cut")
    with calling(hotline, tmp_path, "13800000006") as caller:
        caller.begins_to_hear("welcome-closed")
        caller.hangs_up()
    assert_told(hotline, "13800000006", "ARRIVED", "LEFT|greeting")
    order_line(hotline, "lift")


def order_line(hotline: HotlineInstance, *arguments: str) -> None:
    """By the command line; the server believes for a moment what it has read before."""
    subprocess.run([HOTLINE, "line", *arguments], env=hotline.environment, check=True, capture_output=True)
    time.sleep(ORDERS_SECONDS)


def tomorrow() -> str:
    return f"{datetime.now().astimezone() + timedelta(days=1):%Y-%m-%d %H:%M}"


def test_without_our_server_nobody_is_asked(
    hotline: HotlineInstance, seat: SeatPhone, tmp_path: Path
) -> None:
    with calling(hotline, tmp_path, "13800000008") as caller:
        caller.presses("0")
        seat.answers()
        hotline.stop_part("agi")
        caller.waits(3.0)  # its heartbeat is old
        seat.hangs_up()
        caller.hears("goodbye")
        assert caller.is_over() == "hotline"
    assert_told(hotline, "13800000008", "ARRIVED", "ENTERQUEUE", "CONNECT", "COMPLETEAGENT", "GONE")
    with calling(hotline, tmp_path, "13800000009") as caller:  # the script answers
        caller.begins_to_hear("welcome-open", timeout=PATIENCE)
        caller.hangs_up()
    assert_told(hotline, "13800000009", "ARRIVED", "LEFT|greeting")


def test_a_closed_line_is_opened_by_hand(hotline: HotlineInstance, seat: SeatPhone, tmp_path: Path) -> None:
    hotline.stop_part("agi")
    order_line(hotline, "open", "--until", tomorrow(), "--reason", "flood")
    hotline.environment |= {"HOTLINE_HOURS__OVERRIDE": "closed"}
    hotline.start("agi")
    with calling(hotline, tmp_path, "13800000011") as caller:
        caller.begins_to_hear("welcome-open", timeout=PATIENCE)
        seat.does("ringing")
        caller.hangs_up()
    assert_told(hotline, "13800000011", "ARRIVED", "ENTERQUEUE", "RINGCANCELED", "ABANDON", "GONE")
    order_line(hotline, "lift")
    with calling(hotline, tmp_path, "13800000012") as caller:
        caller.begins_to_hear("welcome-closed", timeout=PATIENCE)
        caller.hangs_up()
    assert_told(hotline, "13800000012", "ARRIVED", "LEFT|greeting")
