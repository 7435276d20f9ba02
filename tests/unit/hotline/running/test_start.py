"""Before the start: one hotline for each state directory, free ports, and what is prepared once."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import click
import pytest

from hotline import database
from hotline.cases import units
from hotline.database import Database
from hotline.running import instance_lock, ports, prepare, processes
from hotline.sections import Agi, Ami, Sip, Web
from hotline.settings_file import Settings

HOLD = (
    "import sys; from pathlib import Path\n"
    "from hotline.running import instance_lock; from hotline.settings_file import Settings\n"
    "with instance_lock.locked(Settings(state_dir=Path(sys.argv[1]))): print('held', flush=True); input()"
)


@pytest.fixture
def other_hotline(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Another process that runs on the same state directory."""
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout and process.stdout.readline() == b"held\n"
        yield process
        process.kill()


def test_a_second_start_is_refused_and_says_who_runs(
    other_hotline: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    with (
        pytest.raises(instance_lock.AlreadyRunning, match=f"process {other_hotline.pid}"),
        instance_lock.locked(Settings(state_dir=tmp_path)),
    ):
        raise AssertionError("held twice")


def test_the_lock_ends_with_its_owner(other_hotline: subprocess.Popen[bytes], tmp_path: Path) -> None:
    other_hotline.kill()
    other_hotline.wait()
    with instance_lock.locked(Settings(state_dir=tmp_path)):
        assert instance_lock.lock_file(Settings(state_dir=tmp_path)).read_text()


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def taken_udp_port() -> Iterator[int]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        yield server.getsockname()[1]


def test_each_taken_port_is_named_with_its_setting(taken_udp_port: int) -> None:
    with ExitStack() as held:
        servers = [held.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(3)]
        agi, ami, web = (server.getsockname()[1] for server in servers)
        settings = Settings(
            sip=Sip(port=taken_udp_port), agi=Agi(port=agi), ami=Ami(port=ami), web=Web(port=web)
        )
        sentences = list(ports.taken(settings))
    named = [sentence.split(" = ")[0] for sentence in sentences]
    assert named == ["sip.port", "agi.port", "ami.port", "web.port"]
    assert all(
        f"HOTLINE_{name}__PORT" in text
        for name, text in zip(("SIP", "AGI", "AMI", "WEB"), sentences, strict=True)
    )


def test_free_ports_are_no_problem(taken_port: int) -> None:
    assert ports.bind_problem("127.0.0.1", 0, socket.SOCK_STREAM) == ""
    assert ports.bind_problem("127.0.0.1", taken_port, socket.SOCK_DGRAM) == ""


def test_the_password_is_shown_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(state_dir=tmp_path)
    own = Database(settings.database_url)
    monkeypatch.setattr(database, "current", lambda: own)
    prepare.prepare(settings)
    assert "password" in capsys.readouterr().out
    prepare.prepare(settings)
    assert capsys.readouterr().out == ""
    with own.reading() as session:
        assert session.query(units.Unit).count() > 0


def test_a_database_that_does_not_answer_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path / 'missing' / 'hotline.db'}"
    monkeypatch.setattr(database, "current", lambda: Database(url))
    with pytest.raises(click.ClickException, match="check database_url") as refusal:
        prepare.prepare(Settings(state_dir=tmp_path / "state", database_url=url))
    assert "\n" not in str(refusal.value)


def test_a_state_directory_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file")
    with pytest.raises(click.ClickException, match="state_dir = "):
        prepare.prepare(Settings(state_dir=tmp_path / "state"))


def test_the_ready_line_says_where_and_how() -> None:
    settings = Settings(number="12345", sip=Sip(port=5099), web=Web(port=8099))
    line = processes.ready_line(settings)
    assert line.startswith("ready: ")
    assert "\n" not in line
    for part in ("http://127.0.0.1:8099/", "sip:12345@127.0.0.1:5099", "hotline call --wav FILE"):
        assert part in line


def test_every_part_gets_the_same_settings_wherever_it_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("HOTLINE_CONFIG")
    environment = processes.environment_of(Settings(state_dir=Path("here")))
    assert environment["HOTLINE_CONFIG"] == str(tmp_path / "hotline.toml")
    assert environment["HOTLINE_STATE_DIR"] == str(tmp_path / "here")
