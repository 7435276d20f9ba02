"""Settings: the file, the environment, and one clear line for a wrong value."""

from pathlib import Path

import pytest

from hotline import settings_file
from hotline.settings_file import SettingsError


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "hotline.toml"
    file.write_text('number = "12345"\n[sip]\nport = 5070\n[message]\nmax_seconds = 60\n')
    monkeypatch.setenv("HOTLINE_CONFIG", str(file))
    monkeypatch.setenv("HOTLINE_SIP__PORT", "5080")
    settings = settings_file.load()
    assert (settings.number, settings.sip.port, settings.message.max_seconds) == ("12345", 5080, 60)


def test_the_state_directory_decides_where_everything_lies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOTLINE_STATE_DIR", str(tmp_path / "one"))
    settings = settings_file.load()
    assert settings.database_url == f"sqlite:///{tmp_path}/one/hotline.db"
    assert settings.broker_url == f"sqla+sqlite:///{tmp_path}/one/broker.db"
    assert settings.spool_dir == tmp_path / "one" / "spool"


@pytest.mark.parametrize(
    ("name", "value", "key", "allowed"),
    [
        ("HOTLINE_SIP__PORT", "70000", "sip.port", "65535"),
        ("HOTLINE_HOURS__OVERRIDE", "maybe", "hours.override", "'auto', 'open' or 'closed'"),
        ("HOTLINE_NUMBER", "0471-1", "number", "[0-9]"),
        ("HOTLINE_RTP__START", "12000", "rtp", "end must be greater than start"),
        ("HOTLINE_HOURS__OPENS", '["18:00", "14:30"]', "hours", "rising times"),
        ("HOTLINE_HOURS__TIMEZONE", "Asia/Atlantis", "hours.timezone", "Asia/Shanghai"),
        ("HOTLINE_SIP__TRUNK_HOSTS", "trunk.example", "sip.trunk_hosts", "IPv4"),
        ("HOTLINE_SPI__PORT", "5070", "HOTLINE_SPI__PORT", "no such setting"),
        ("HOTLINE_SIP__PROT", "5070", "sip.prot", "not permitted"),
        ("HOTLINE_AMI__PORT", "4573", "settings", "must differ"),
        ("HOTLINE_SIP__TLS_PORT", "5060", "sip", "must differ"),
        ("HOTLINE_CONFIG", "/nonexistent/hotline.toml", "HOTLINE_CONFIG", "no such file"),
        ("HOTLINE_CALLBACK__RETRY_MINUTES", "0, 60", "callback.retry_minutes", "greater than or equal to 1"),
        ("HOTLINE_CALLBACK__RETRY_MINUTES", "10, 10", "callback.retry_minutes", "such as 10, 60"),
        ("HOTLINE_CALLBACK__RETRY_MINUTES", "60, 10", "callback.retry_minutes", "such as 10, 60"),
        ("HOTLINE_CALLBACK__RETRY_MINUTES", "1,2,3,4,5,6", "callback.retry_minutes", "at most 5"),
        ("HOTLINE_TRANSCRIPTION__ENGINE", "ear", "transcription.engine", "'vosk' or 'whisper'"),
    ],
)
def test_a_wrong_value_is_one_line_with_key_value_and_what_is_allowed(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, key: str, allowed: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        settings_file.load()
    line = str(caught.value)
    assert line.startswith(key)
    assert allowed in line
    assert "\n" not in line


@pytest.mark.parametrize("value", ["203.0.113.7, 198.51.100.0/24", '["203.0.113.7", "198.51.100.0/24"]'])
def test_a_list_in_the_environment(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("HOTLINE_SIP__TRUNK_HOSTS", value)
    assert [str(host) for host in settings_file.load().sip.trunk_hosts] == [
        "203.0.113.7/32",
        "198.51.100.0/24",
    ]


def test_an_unknown_key_in_the_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "hotline.toml"
    file.write_text("[sip]\nprot = 5060\n")
    monkeypatch.setenv("HOTLINE_CONFIG", str(file))
    with pytest.raises(SettingsError, match=r"sip\.prot"):
        settings_file.load()


def test_a_file_that_is_no_toml_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "hotline.toml"
    file.write_text("number = \n")
    monkeypatch.setenv("HOTLINE_CONFIG", str(file))
    with pytest.raises(SettingsError):
        settings_file.load()


DATABASE = "postgresql+psycopg://hotline:s3cret@db/hotline"


@pytest.fixture
def credentials(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder as systemd makes it for a service with LoadCredential=, beside a settings file."""
    folder = tmp_path / "credentials"
    folder.mkdir()
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(folder))
    monkeypatch.setenv("HOTLINE_CONFIG", str(tmp_path / "hotline.toml"))
    (tmp_path / "hotline.toml").write_text("database_url = 'sqlite:///file.db'\n[sip]\nport = 5070\n")
    return folder


def test_a_credential_wins_over_the_file(credentials: Path) -> None:
    (credentials / "HOTLINE_DATABASE_URL").write_text(f"{DATABASE}\n")
    (credentials / "HOTLINE_BROKER_URL").write_text("amqp://hotline:pä55@queue//")
    (credentials / "HOTLINE_EVIDENCE__MAIL_TO").write_text("audit@office.example\n")
    (credentials / "HOTLINE_SIP__TRUNK_HOSTS").write_text("203.0.113.7, 198.51.100.0/24\n")
    (credentials / "somebody-elses").write_text("not of ours")
    settings = settings_file.load()
    assert (settings.database_url, settings.broker_url) == (DATABASE, "amqp://hotline:pä55@queue//")
    assert (settings.evidence.mail_to, settings.sip.port) == ("audit@office.example", 5070)
    assert [str(host) for host in settings.sip.trunk_hosts] == ["203.0.113.7/32", "198.51.100.0/24"]


def test_the_environment_wins_over_a_credential(credentials: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (credentials / "HOTLINE_DATABASE_URL").write_text(DATABASE)
    monkeypatch.setenv("HOTLINE_DATABASE_URL", "sqlite:///environment.db")
    assert settings_file.load().database_url == "sqlite:///environment.db"


def test_no_credential_for_it_leaves_the_file_in_force(credentials: Path) -> None:
    assert settings_file.load().database_url == "sqlite:///file.db"


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("HOTLINE_DATABSE_URL", DATABASE, "HOTLINE_DATABSE_URL: there is no such setting"),
        ("HOTLINE_SIP__PORT", "0", "sip.port"),
    ],
)
def test_a_wrong_credential_is_one_line(credentials: Path, name: str, value: str, told: str) -> None:
    (credentials / name).write_text(value)
    with pytest.raises(SettingsError, match=told) as caught:
        settings_file.load()
    assert "\n" not in str(caught.value) and "s3cret" not in str(caught.value)


def test_credentials_that_are_not_there_are_said(credentials: Path) -> None:
    credentials.rmdir()
    with pytest.raises(SettingsError, match="does not exist"):
        settings_file.load()
