"""``hotline web``: what it says when it cannot serve, and what it leaves on the disk."""

import os
import socket
from pathlib import Path

import pytest
from click import ClickException

from hotline.sections import Web
from hotline.settings_file import Settings
from web import commands, session_key


def test_a_taken_port_is_one_clear_sentence(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        settings = Settings(state_dir=tmp_path, web=Web(port=other.getsockname()[1]))
        with pytest.raises(ClickException, match=r"cannot use 127.0.0.1:\d+ .*HOTLINE_WEB__PORT"):
            commands.refuse_taken_port(settings)
    commands.refuse_taken_port(settings)


def test_nothing_that_a_page_needs_is_missed_only_there() -> None:
    vendor = commands.HERE / "static" / "vendor"
    assert set(vendor.glob("*.js")) == {file for file in commands.NEEDED if file.parent == vendor}


def test_the_server_writes_nothing_outside_the_state_directory(tmp_path: Path) -> None:
    options = commands.options(Settings(state_dir=tmp_path))
    assert Path(options["worker_tmp_dir"]).is_relative_to(tmp_path)
    assert options["control_socket_disable"] is True


def test_the_key_is_made_once_and_for_the_owner_alone(tmp_path: Path) -> None:
    first = session_key.read_or_make(tmp_path)
    assert len(first) == 32 and session_key.read_or_make(tmp_path) == first
    folder = tmp_path / "secrets"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert [file.name for file in folder.iterdir()] == ["web-session-key"]
    assert (folder / "web-session-key").stat().st_mode & 0o777 == 0o600


def test_two_who_make_the_key_at_once_agree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = b"x" * 32
    link = os.link

    def too_late(source: Path, target: Path) -> None:
        Path(target).write_bytes(theirs)
        link(source, target)

    monkeypatch.setattr(os, "link", too_late)
    assert session_key.read_or_make(tmp_path) == theirs
