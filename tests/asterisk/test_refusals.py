"""Who is refused, and what the strings of a hostile caller can do: nothing."""

from pathlib import Path

import pytest

from hotline.settings_file import PROJECT
from ivr.softphone.caller import Caller
from ivr.softphone.process import Dial
from ivr.softphone.sounds import load_prompts
from tests.kit.instance import HotlineInstance
from tests.kit.seats import SeatPhone

PROMPTS = load_prompts(PROJECT / "sounds")
STRANGER = "127.0.0.2"  # not among the hosts of the trunk
NOT_FOUND, UNAUTHORIZED = 404, 401


def refusal(dial: Dial, tmp_path: Path) -> int:
    with Caller(dial, PROMPTS, tmp_path / "heard.wav") as caller:
        return caller.is_refused()


@pytest.mark.parametrize(
    "number", ["110", "23915551", "239155", "s", "h", "i", "t", "o", "answer", "reserve", "seats", "seat01"]
)
def test_another_number_is_not_found(number: str, shared_hotline: HotlineInstance, tmp_path: Path) -> None:
    assert refusal(Dial(port=shared_hotline.sip_port, number=number), tmp_path) == NOT_FOUND


@pytest.mark.parametrize("own_number", ["13800001234", "trunk", "anonymous", "udp"])
def test_another_host_is_refused(own_number: str, shared_hotline: HotlineInstance, tmp_path: Path) -> None:
    dial = Dial(port=shared_hotline.sip_port, own_number=own_number, bind=STRANGER)
    assert refusal(dial, tmp_path) == UNAUTHORIZED


def test_the_name_of_a_seat_needs_its_password(shared_hotline: HotlineInstance, tmp_path: Path) -> None:
    for name in ("seat01", "seat01-web"):
        assert refusal(Dial(port=shared_hotline.sip_port, own_number=name), tmp_path) == UNAUTHORIZED


def test_a_seat_dials_nobody(shared_hotline: HotlineInstance, tmp_path: Path) -> None:
    with SeatPhone(shared_hotline, "seat01", tmp_path) as seat:
        for number in (shared_hotline.settings.number, "seat02", "s", "110"):
            assert seat.dials(number) == NOT_FOUND


HOSTILE = [
    ("138%24%7BSHELL(id)%7D0000", "${SHELL(touch /tmp/x)}"),
    ("1%22%2C%29%280", '"),Hangup(),(" | $[1+1]'),
    ("..%2F..%2Fetc%2Fpasswd", "../../../etc/passwd"),
    ("1" * 60, "长" * 40),
]


@pytest.mark.parametrize(("own_number", "name"), HOSTILE)
def test_hostile_names_and_numbers_are_only_text(
    own_number: str, name: str, shared_hotline: HotlineInstance, tmp_path: Path
) -> None:
    dial = Dial(port=shared_hotline.sip_port, own_number=own_number, name=name)
    with Caller(dial, PROMPTS, tmp_path / "heard.wav") as caller:
        caller.is_answered()
        assert caller.begins_to_hear("welcome-closed")


def test_the_log_names_no_caller(shared_hotline: HotlineInstance, tmp_path: Path) -> None:
    number = "13955557777"
    refusal(Dial(port=shared_hotline.sip_port, own_number=number, bind=STRANGER), tmp_path)
    refusal(Dial(port=shared_hotline.sip_port, own_number=number, number="110"), tmp_path)
    with Caller(
        Dial(port=shared_hotline.sip_port, own_number=number), PROMPTS, tmp_path / "heard.wav"
    ) as caller:
        caller.begins_to_hear("welcome-closed")
    written = (shared_hotline.state_dir / "asterisk" / "log").iterdir()
    logs = [log for log in written if log.name != "queue_log"]  # a record of calls, as the database is
    logs += shared_hotline.state_dir.glob("*.out")
    assert len(logs) > 1
    assert not [log for log in logs if number in log.read_text(errors="replace")]
