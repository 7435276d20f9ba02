"""Two hotlines on one machine: nothing of one reaches the other, and nothing is written elsewhere."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from hotline.settings_file import PROJECT
from ivr.softphone.caller import Caller
from ivr.softphone.process import Dial
from ivr.softphone.sounds import load_prompts
from tests.kit.instance import HotlineInstance

PROMPTS = load_prompts(PROJECT / "sounds")
LOOPBACK, SECOND_LOOPBACK = "0100007F", "0200007F"  # 127.0.0.1 and .2 as /proc/net/tcp writes them


@pytest.fixture(scope="module")
def second_hotline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HotlineInstance]:
    instance = HotlineInstance(tmp_path_factory.mktemp("second"), {"HOTLINE_NUMBER": "7654321"})
    try:
        instance.start("asterisk", "agi")
        yield instance
    finally:
        instance.stop()


def test_each_answers_its_own_number(
    shared_hotline: HotlineInstance, second_hotline: HotlineInstance, tmp_path: Path
) -> None:
    for instance, other in ((shared_hotline, second_hotline), (second_hotline, shared_hotline)):
        own, foreign = instance.settings.number, other.settings.number
        with Caller(Dial(port=instance.sip_port, number=own), PROMPTS, tmp_path / "own.wav") as caller:
            caller.is_answered()
            caller.begins_to_hear("welcome-closed")
        with Caller(Dial(port=instance.sip_port, number=foreign), PROMPTS, tmp_path / "no.wav") as caller:
            assert caller.is_refused() == 404


def test_files_are_written_in_the_state_directory_only(second_hotline: HotlineInstance) -> None:
    written = {path for process in second_hotline.processes.values() for path in files_to_write(process.pid)}
    assert written
    assert [path for path in written if not path.is_relative_to(second_hotline.state_dir)] == []


def files_to_write(pid: int) -> Iterator[Path]:
    """Regular files that a process has open for writing."""
    for link in Path("/proc", str(pid), "fd").iterdir():
        target = link.readlink()
        flags = re.search(r"flags:\s+(\d+)", Path("/proc", str(pid), "fdinfo", link.name).read_text())
        if target.is_file() and flags and int(flags[1], 8) & (os.O_WRONLY | os.O_RDWR):
            yield target


def test_nothing_listens_beyond_this_machine(second_hotline: HotlineInstance) -> None:
    listening = {line for process in second_hotline.processes.values() for line in listeners(process.pid)}
    assert {int(address.split(":")[1], 16) for address in listening} == {
        second_hotline.settings.agi.port,
        second_hotline.settings.ami.port,
        second_hotline.settings.seats.wss_port,
        second_hotline.settings.sip.tls_port,
    }
    assert {address.split(":")[0] for address in listening} == {LOOPBACK, SECOND_LOOPBACK}


def listeners(pid: int) -> Iterator[str]:
    """Local addresses of the TCP ports on which a process accepts connections."""
    own = {str(link.readlink()) for link in Path("/proc", str(pid), "fd").iterdir()}
    for table in ("tcp", "tcp6"):
        for line in Path("/proc/net", table).read_text().splitlines()[1:]:
            field = line.split()
            if field[3] == "0A" and f"socket:[{field[9]}]" in own:
                yield field[1]
