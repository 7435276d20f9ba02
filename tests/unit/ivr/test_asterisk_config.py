"""What Asterisk is told, and where it may write."""

import configparser
import json
import os
import pty
import re
import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from jinja2 import UndefinedError

from hotline.seats import seat_secrets
from hotline.sections import Ami, Seats, Sip
from hotline.settings_file import PROJECT, Settings
from ivr import asterisk, asterisk_config, asterisk_modules, asterisk_secrets, asterisk_tree, health
from ivr.asterisk_config import UnusablePath
from ivr.asterisk_tree import AsteriskMissing, Installation
from tests.kit.dialplan import INSTALLED, contexts, dialplan, text
from tests.kit.instance import free_port


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        state_dir=tmp_path / "state",
        asterisk_root=tmp_path / "asterisk",
        number="1234567",
        sip=Sip(
            bind=IPv4Address("127.0.0.3"),
            port=5099,
            tls_port=free_port(),
            trunk_hosts=(IPv4Network("192.0.2.0/24"),),
        ),
        ami=Ami(port=5098),
        seats=Seats(wss_port=free_port()),
    )


@pytest.fixture
def rendered(settings: Settings) -> Path:
    return asterisk_config.render(settings, INSTALLED).parent


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


def applications(context: str) -> set[str]:
    return set(re.findall(r"(?m)(?:^exten => [^,]+,1|same => n(?:\(\w+\))?),(\w+)\(", context))


def test_the_dialplan_dials_nobody_but_seats(rendered: Path) -> None:
    found = contexts(dialplan(rendered))
    assert set().union(*(applications(each) for each in found.values())) == {
        "Answer",
        "AGI",
        "Background",
        "ChanSpy",
        "Dial",
        "Gosub",
        "Goto",
        "GotoIf",
        "Hangup",
        "MixMonitor",
        "NoOp",
        "Originate",
        "PauseQueueMember",
        "Playback",
        "Queue",
        "QueueLog",
        "Record",
        "Return",
        "Set",
        "Wait",
    }
    dialled = {
        name: found[name].split("Dial(")[1].split(",")[0]
        for name in found
        if "Dial" in applications(found[name])
    }
    another_seat = "Local/seat${IF($[${EXTEN} < 100]?${EXTEN:1}:${EXTEN})}@seat-ring/n"
    assert dialled == {
        "seat-ring": "${TELEPHONES}",
        "transfer": "Local/${EXTEN}@seat-ring/n",
        "consult": another_seat,
        "supervise-ring": "${TELEPHONES}",
    }
    assert "Originate(Local/${SEAT}@wrap-up/n,app,Wait," in found["seat-ring"]
    by_us_alone = r"(?:Goto|GotoIf|Gosub)\(.*\b(?:seat-ring|transfer|consult|supervise|supervise-ring),"
    assert [name for name, lines in found.items() if re.search(by_us_alone, lines)] == []
    assert re.findall(r"(\w+)=\$\{IF\(.*?\?(.*?)\)\}", found["telephones"]) == [
        ("DESK", "PJSIP/${ARG1}"),
        ("WEB", "PJSIP/${ARG1}-web"),
    ]


def test_a_seat_dials_nobody(rendered: Path) -> None:
    assert contexts(dialplan(rendered))["from-seat"].strip() == ""
    pjsip = text(rendered, "pjsip.conf")
    assert re.findall(r"(?m)^context = (.*)$", pjsip) == ["from-trunk", *["from-seat"] * 2]


def test_there_are_as_many_seats_as_wished(settings: Settings) -> None:
    seats = settings.seats.model_copy(update={"count": 101})
    more = settings.model_copy(update={"seats": seats})
    before = seat_secrets.passwords(settings)
    asterisk_config.render(more, INSTALLED)
    passwords = seat_secrets.passwords(more)
    assert list(passwords)[15:17] + list(passwords)[-2:] == ["seat16", "seat17", "seat100", "seat101"]
    assert {seat: passwords[seat] for seat in before} == before
    assert len(set(passwords.values())) == 101
    pjsip = text(settings.state_dir / "asterisk" / "etc", "pjsip.conf")
    both = {f"{seat}{kind}" for seat in passwords for kind in ("", "-web")}
    assert set(re.findall(r"(?m)^username = (.*)$", pjsip)) == both
    assert set(re.findall(r"(?m)^auth = (.*)$", pjsip)) == both
    [nobodys] = set(re.findall(r"(?m)^username = seat\d+-web\npassword = (.*)$", pjsip))
    assert len(nobodys) > 30 and nobodys not in passwords.values()  # a browser's is not in a file


def test_waiting_callers_hear_our_own_sounds(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "data" / "documentation").mkdir(parents=True)
    tree = Installation(("asterisk",), tmp_path / "modules", tmp_path / "data")
    asterisk = asterisk_config.render(settings, tree).read_text()
    assert f"astdatadir => {settings.state_dir}" in asterisk
    data = settings.state_dir / "asterisk" / "data"
    for language in ("zh", "en"):
        sounds = data / "sounds" / language
        for name in ("queue-thereare", "queue-youarenext", "queue-callswaiting", "queue-holdtime"):
            assert (sounds / f"{name}.wav").resolve() == PROJECT / "sounds" / language / f"{name}.wav"
        assert {int(file.stem) for file in (sounds / "digits").iterdir()} >= {*range(1, 21), 30, 90}


def test_the_installations_data_stay_where_they_are(settings: Settings, tmp_path: Path) -> None:
    for name in ("documentation", "keys", "sounds"):
        (tmp_path / "data" / name).mkdir(parents=True)
    tree = Installation(("asterisk",), tmp_path / "modules", tmp_path / "data")
    ours = settings.state_dir / "asterisk" / "data"
    (ours / "keys").mkdir(parents=True)  # somebody's own
    for _ in range(2):
        asterisk_config.render(settings, tree)
    assert not (ours / "keys").is_symlink()
    assert (ours / "documentation").resolve() == tmp_path / "data" / "documentation"
    assert not (ours / "sounds").is_symlink()


def test_an_asterisk_whose_data_are_elsewhere_keeps_them(
    settings: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    asterisk = asterisk_config.render(settings, Installation(("asterisk",), None, tmp_path)).read_text()
    assert "astdatadir" not in asterisk
    assert "do not hear their place" in caplog.text


def test_telephones_may_be_encrypted(rendered: Path, settings: Settings) -> None:
    pjsip = text(rendered, "pjsip.conf")
    assert "protocol = wss" in pjsip and f"bind = 127.0.0.3:{settings.sip.tls_port}" in pjsip
    assert (
        re.findall(r"media_encryption_optimistic = yes", pjsip) == ["media_encryption_optimistic = yes"] * 16
    )
    assert f"tlsbindaddr = 127.0.0.1:{settings.seats.wss_port}" in text(rendered, "http.conf")


def test_browsers_have_no_port_of_the_trunks_number(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    """By the number of the port the dialplan tells them from the trunk."""
    seats = settings.seats.model_copy(update={"wss_port": settings.sip.port})
    etc = asterisk_config.render(settings.model_copy(update={"seats": seats}), INSTALLED).parent
    assert "protocol = wss" not in text(etc, "pjsip.conf")
    assert "seats.wss_port = 5099 is sip.port, too" in caplog.text


def test_the_trunk_pays_nothing_for_browsers(rendered: Path) -> None:
    trunk = text(rendered, "pjsip.conf").split("type = endpoint")[1].split("[")[0]
    assert "ice_support = no" in trunk
    assert re.findall(r"(?m)^(?:stun|turn)addr", text(rendered, "rtp.conf")) == []


def test_a_port_that_another_has_costs_its_transport_alone(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.create_server(("127.0.0.3", 0)) as other:
        seats = settings.seats.model_copy(update={"wss_port": settings.web.port})
        sip = settings.sip.model_copy(update={"tls_port": other.getsockname()[1]})
        clashing = settings.model_copy(update={"seats": seats, "sip": sip})
        etc = asterisk_config.render(clashing, INSTALLED).parent
    assert "protocol = udp" in text(etc, "pjsip.conf")
    assert set(re.findall(r"protocol = (\w+)", text(etc, "pjsip.conf"))) == {"udp"}
    assert "enabled = no" in text(etc, "http.conf")
    assert "seats.wss_port = 8080 is web.port, too: set wss_port" in caplog.text
    assert "HOTLINE_SIP__TLS_PORT" in caplog.text


@pytest.mark.parametrize("broken", ["", "{", "[1]", '{"seat01": "a\\n[trunk]"}', '{"seat01": 5}', "\udcff"])
def test_passwords_that_cannot_be_read_cost_the_telephones_alone(
    broken: str, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    file = settings.state_dir / "secrets" / "seats.json"
    file.parent.mkdir(parents=True)
    file.write_bytes(broken.encode(errors="surrogateescape"))
    etc = asterisk_config.render(settings, INSTALLED).parent
    assert "username = " not in text(etc, "pjsip.conf")
    assert "endpoint = trunk" in text(etc, "pjsip.conf")
    assert "bring it back from a backup" in caplog.text
    assert file.read_bytes() == broken.encode(errors="surrogateescape")


@pytest.mark.parametrize("openssl", [None, "#!/bin/sh\nexit 1\n", "#!/bin/sh\nexec sleep 60\n"])
def test_without_openssl_there_are_plain_telephones(
    openssl: str | None,
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    if openssl:
        (tmp_path / "openssl").write_text(openssl)
        (tmp_path / "openssl").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/nowhere" if openssl is None else f"{tmp_path}:/bin:/usr/bin")
    monkeypatch.setattr(seat_secrets, "OPENSSL_SECONDS", 0.5)
    etc = asterisk_config.render(settings, INSTALLED).parent
    assert set(re.findall(r"protocol = (\w+)", text(etc, "pjsip.conf"))) == {"udp"}
    assert "username = seat01" in text(etc, "pjsip.conf")
    assert "apt install openssl" in caplog.text


def test_the_offices_own_certificate_stays(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    file = seat_secrets.certificate(settings)
    before = file.read_bytes()
    assert seat_secrets.certificate(settings).read_bytes() == before
    file.write_text("no certificate")
    asterisk_config.render(settings, INSTALLED)
    assert file.read_text() == "no certificate"
    assert "remove it, so that it is made anew" in caplog.text


def test_an_encrypted_key_is_refused_without_asking(settings: Settings) -> None:
    file = seat_secrets.certificate(settings)
    command = ["openssl", "pkey", "-in", str(file), "-aes256", "-passout", "pass:secret"]
    encrypted = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    certificate = file.read_text()[file.read_text().index("-----BEGIN CERTIFICATE") :]
    file.write_text(encrypted + certificate)
    program = (
        "import sys; from hotline.seats import seat_secrets; from hotline.settings_file import Settings;"
        "seat_secrets.certificate(Settings(state_dir=sys.argv[1]))"
    )
    asking, answering = pty.openpty()
    try:
        done = subprocess.run(
            [sys.executable, "-c", program, str(settings.state_dir)],
            stdin=answering,
            stderr=subprocess.PIPE,
            text=True,
            timeout=20,
            start_new_session=True,
            check=False,
        )
    finally:
        os.close(asking)
        os.close(answering)
    assert "take the password off its key" in done.stderr


def test_passwords_that_two_processes_make_at_once_are_the_same(settings: Settings) -> None:
    together = threading.Barrier(8)

    def passwords() -> dict[str, str]:
        together.wait()
        return seat_secrets.passwords(settings)

    with ThreadPoolExecutor(8) as several:
        made = [several.submit(passwords) for _ in range(8)]
        assert {json.dumps(each.result()) for each in made} == {json.dumps(seat_secrets.passwords(settings))}


def test_who_can_be_called_back_is_told_so(settings: Settings) -> None:
    def thanks(outbound: str) -> list[str]:
        sip = settings.sip.model_copy(update={"outbound": outbound})
        etc = asterisk_config.render(settings.model_copy(update={"sip": sip}), INSTALLED).parent
        return re.findall(r"(?m)^queue-thankyou = (.*)$", text(etc, "queues.conf"))

    assert thanks("trunk.example:5060") == ["queue-thankyou-callback"]
    assert thanks("") == []


def test_only_our_number_is_answered(rendered: Path) -> None:
    inbound = contexts(dialplan(rendered))["from-trunk"]
    assert re.findall(r"exten => ([^,]+),", inbound) == ["1234567"]
    assert '"${CUT(AT,:,2)}" = "" | "${CUT(AT,:,2)}" = "5099"]?ours)' in inbound  # by UDP
    assert "same => n,Hangup(21)\n same => n(ours),Gosub(caller,s,1)\n same => n,Goto(answer,s,1)" in inbound


def test_calls_come_from_the_trunk_only(rendered: Path) -> None:
    pjsip = text(rendered, "pjsip.conf")
    assert re.findall(r"(?m)^match = (.*)$", pjsip) == ["192.0.2.0/24"]
    assert "bind = 127.0.0.3:5099" in pjsip
    assert "identify_by = ip" in pjsip


def test_the_manager_is_for_this_machine_with_a_secret_of_its_own(rendered: Path, settings: Settings) -> None:
    manager = configparser.ConfigParser(strict=False)  # an account has several filters
    manager.read_string(text(rendered, "manager.conf"))
    assert manager["general"]["bindaddr"] == "127.0.0.1"
    assert manager["general"]["port"] == "5098"
    may = {
        "hotline": {"agent", "reporting"},
        "hotline-seats": {"agent", "call", "originate", "reporting"},
        "telephones": {"system"},
    }
    assert set(manager.sections()) == {"general", *may}
    for account, classes in may.items():
        assert manager[account]["secret"] == asterisk_secrets.ami_secret(settings, account)
        assert len(manager[account]["secret"]) > 40
        assert set(manager[account]["write"].split(",")) == classes
    assert manager["hotline"]["secret"] != manager["hotline-seats"]["secret"]
    assert "read" not in manager["hotline"]


def test_a_secret_is_made_once_and_read_by_its_owner_only(rendered: Path, settings: Settings) -> None:
    before = (rendered / "manager.conf").read_text()
    asterisk_config.render(settings, INSTALLED)
    assert (rendered / "manager.conf").read_text() == before
    for file in [*(settings.state_dir / "secrets").iterdir(), *rendered.iterdir()]:
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
def test_ordinary_paths_are_taken(name: str) -> None:
    with TemporaryDirectory() as folder:  # its path is short, which that of a test need not be
        assert asterisk_config.render(Settings(state_dir=Path(folder, name)), INSTALLED).exists()


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


@pytest.mark.thorough  # needs an Asterisk
def test_another_version_than_the_tested_one_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    tested = asterisk_tree.tested_version()
    assert re.fullmatch(r"2\d\.\d+\.\d+", tested)
    for there, is_told in ((tested, False), ("22.99.1", True)):
        monkeypatch.setattr(asterisk_tree, "version", lambda _, there=there: there)
        found = next(health.exchange(Settings()))
        assert found.ok and found.message.startswith(f"{there}, ")
        assert (f"tested with {tested}" in found.message) == is_told


@pytest.fixture
def module(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Our module, as if it had been built for the Asterisk that is used."""
    monkeypatch.setattr(asterisk_tree, "version", lambda _: "22.10.1")
    folder = settings.asterisk_root.with_name(settings.asterisk_root.name + ".module") / "22.10.1"
    folder.mkdir(parents=True)
    (folder / asterisk_modules.STEADY).touch()
    return folder / asterisk_modules.STEADY


@pytest.fixture
def tree(tmp_path: Path) -> Installation:
    (tmp_path / "modules").mkdir()
    (tmp_path / "modules" / "app_record.so").touch()
    return Installation(("loader", "asterisk"), tmp_path / "modules", tmp_path / "data")


def test_our_module_stands_beside_those_of_the_installation(
    settings: Settings, module: Path, tree: Installation
) -> None:
    folder = settings.state_dir / "asterisk" / "modules"
    for _ in range(2):  # each start makes the links anew
        configuration = asterisk_config.render(settings, tree)
    assert f"astmoddir => {folder}" in configuration.read_text()
    assert {each.name for each in folder.iterdir()} == {"app_record.so", asterisk_modules.STEADY}
    assert (folder / asterisk_modules.STEADY).resolve() == module.resolve()
    assert f"load = {asterisk_modules.STEADY}" in (configuration.parent / "modules.conf").read_text()
    assert "Set(STEADY(sound)=yes)" in (configuration.parent / "extensions.conf").read_text()


@pytest.mark.usefixtures("module")
def test_a_module_for_another_asterisk_is_none(
    settings: Settings, tree: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asterisk_tree, "version", lambda _: "22.11.0")
    assert asterisk_modules.link(settings.state_dir, settings.asterisk_root, tree) is None
    configuration = asterisk_config.render(settings, tree)
    assert "STEADY" not in (configuration.parent / "extensions.conf").read_text()


def test_without_our_module_nothing_asks_for_it(settings: Settings, tree: Installation) -> None:
    configuration = asterisk_config.render(settings, tree)
    assert f"astmoddir => {tree.modules}" in configuration.read_text()
    assert "STEADY" not in (configuration.parent / "extensions.conf").read_text()
    assert "steady" not in (configuration.parent / "modules.conf").read_text()


def test_the_doctor_says_that_our_module_is_missing(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asterisk_tree, "find", lambda _: Installation(("true",)))
    *_, sound = health.exchange(settings)
    assert (sound.part, sound.ok) == ("sound", False)
    assert "make install" in sound.remedy


def test_the_doctor_says_that_our_module_was_not_loaded(
    settings: Settings, module: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asterisk_tree, "find", lambda _: Installation(("true",)))
    for shown, is_fine in (("", True), ("0 modules loaded\n", False), (f"{module.name} … 1 modules", True)):
        monkeypatch.setattr(asterisk, "console", lambda *_, shown=shown: shown)
        *_, sound = health.exchange(settings)
        assert sound.ok == is_fine


def test_no_line_is_given_up_for_sending_nothing(rendered: Path) -> None:
    """Many send nothing while nobody speaks: a line that is gone is found by asking (RFC 4028)."""
    trunk = text(rendered, "pjsip.conf").partition("[trunk]\ntype = endpoint")[2].partition("\n[")[0]
    assert "rtp_timeout" not in trunk
    assert "timers = yes" in trunk  # always: who answers a question with an error is hung up on
