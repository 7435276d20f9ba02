"""What Asterisk is told, and where it may write."""

import configparser
import re
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

import pytest
from jinja2 import UndefinedError

from hotline.sections import Ami, Sip
from hotline.settings import PROJECT, Settings
from ivr import asterisk_config, asterisk_tree
from ivr.asterisk_config import UnusablePath
from ivr.asterisk_tree import AsteriskMissing, Installation

INSTALLED = Installation(("/usr/sbin/asterisk",))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        state_dir=tmp_path / "state",
        number="1234567",
        sip=Sip(bind=IPv4Address("127.0.0.3"), port=5099, trunk_hosts=(IPv4Network("192.0.2.0/24"),)),
        ami=Ami(port=5098),
    )


@pytest.fixture
def rendered(settings: Settings) -> Path:
    return asterisk_config.render(settings, INSTALLED).parent


def text(directory: Path, name: str) -> str:
    """A rendered file without its comments."""
    return re.sub(r"(?m)^\s*;.*\n", "", (directory / name).read_text())


def test_everything_asterisk_writes_lies_under_the_state_directory(
    rendered: Path, settings: Settings
) -> None:
    directories = dict(re.findall(r"(?m)^(ast\w+dir) => (.*)$", text(rendered, "asterisk.conf")))
    outside = {key for key, path in directories.items() if not path.startswith(str(settings.state_dir))}
    assert outside == {"astagidir"}  # only read
    assert {"astvarlibdir", "astdbdir", "astspooldir", "astrundir", "astlogdir"} <= set(directories)


def test_the_tree_brings_its_own_modules_and_data(settings: Settings) -> None:
    tree = Installation(("loader", "asterisk"), Path("/tree/modules"), Path("/tree/data"))
    asterisk = asterisk_config.render(settings, tree).read_text()
    assert "astmoddir => /tree/modules" in asterisk
    assert "astdatadir => /tree/data" in asterisk


def test_the_dialplan_dials_nobody(rendered: Path) -> None:
    dialplan = text(rendered, "extensions.conf")
    applications = set(re.findall(r"(?m)(?:^exten => [^,]+,1|same => n(?:\(\w+\))?),(\w+)\(", dialplan))
    assert applications == {
        "Answer",
        "AGI",
        "Background",
        "Goto",
        "GotoIf",
        "Hangup",
        "Playback",
        "Record",
        "Set",
    }


def test_only_our_number_is_answered(rendered: Path) -> None:
    inbound = text(rendered, "extensions.conf").split("[from-trunk]")[1].split("[")[0]
    assert re.findall(r"exten => ([^,]+),", inbound) == ["1234567"]


def test_calls_come_from_the_trunk_only(rendered: Path) -> None:
    pjsip = text(rendered, "pjsip.conf")
    assert re.findall(r"(?m)^match = (.*)$", pjsip) == ["192.0.2.0/24"]
    assert "bind = 127.0.0.3:5099" in pjsip
    assert "identify_by = ip" in pjsip


def test_the_manager_is_for_this_machine_with_a_secret_of_its_own(rendered: Path, settings: Settings) -> None:
    manager = configparser.ConfigParser()
    manager.read_string(text(rendered, "manager.conf"))
    assert manager["general"]["bindaddr"] == "127.0.0.1"
    assert manager["general"]["port"] == "5098"
    assert manager["hotline"]["secret"] == asterisk_config.ami_secret(settings)
    assert len(manager["hotline"]["secret"]) > 40


def test_a_secret_is_made_once_and_read_by_its_owner_only(rendered: Path, settings: Settings) -> None:
    before = (rendered / "manager.conf").read_text()
    asterisk_config.render(settings, INSTALLED)
    assert (rendered / "manager.conf").read_text() == before
    for file in [settings.state_dir / "secrets" / "ami", *rendered.iterdir()]:
        assert file.stat().st_mode & 0o077 == 0


def test_every_start_has_identifiers_of_its_own(rendered: Path, settings: Settings) -> None:
    before = re.search(r"systemname = (\w+)", text(rendered, "asterisk.conf"))
    asterisk_config.render(settings, INSTALLED)
    after = re.search(r"systemname = (\w+)", text(rendered, "asterisk.conf"))
    assert before and after and before[1] != after[1]


def test_a_name_no_template_knows_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        asterisk_config.fill("rtp.conf.j2", {})


@pytest.mark.parametrize("name", ["a;b", "a,b", "${X}", "a&b", 'a"b', "a\nb", "a(b", "a>b"])
def test_a_path_that_means_something_else_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(UnusablePath, match="choose a directory without it"):
        asterisk_config.render(Settings(state_dir=tmp_path / name), INSTALLED)
    assert not (tmp_path / name).exists()


@pytest.mark.parametrize("name", ["with space", "信访", "a.b-c_d"])
def test_ordinary_paths_are_taken(name: str, tmp_path: Path) -> None:
    assert asterisk_config.render(Settings(state_dir=tmp_path / name), INSTALLED).exists()


def test_a_path_too_long_for_the_console_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnusablePath, match="shorter"):
        asterisk_config.check_paths(tmp_path / ("x" * 100))


def test_no_asterisk_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(AsteriskMissing, match="make install"):
        asterisk_tree.find(tmp_path)


@pytest.mark.parametrize(
    ("says", "major"), [("Asterisk 20.6.0~dfsg", 20), ("Asterisk 22.10.1", 22), ("nothing", 0)]
)
def test_the_version_of_an_installed_asterisk(says: str, major: int, tmp_path: Path) -> None:
    asterisk = tmp_path / "asterisk"
    asterisk.write_text(f"#!/bin/sh\necho '{says}'\n")
    asterisk.chmod(0o755)
    assert asterisk_tree.major_version(str(asterisk)) == major


def test_an_old_asterisk_is_passed_over_for_the_tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = tmp_path / "asterisk"
    old.write_text("#!/bin/sh\necho Asterisk 16.2.1\n")
    old.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    library = tmp_path / "tree" / "usr" / "lib" / "x86_64-linux-gnu"
    for file in (library / "ld-linux-x86-64.so.2", tmp_path / "tree" / "usr" / "sbin" / "asterisk"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    (library / "asterisk" / "modules").mkdir(parents=True)
    assert asterisk_tree.find(tmp_path / "tree").modules == library / "asterisk" / "modules"


def test_the_templates_are_all_there() -> None:
    names = {file.name for file in (PROJECT / "asterisk_conf").iterdir()}
    assert {"asterisk.conf.j2", "extensions.conf.j2", "modules.conf.j2", "pjsip.conf.j2"} <= names
    assert all(name.endswith(".conf.j2") for name in names)
