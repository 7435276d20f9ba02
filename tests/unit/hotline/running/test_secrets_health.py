"""The doctor says that a settings file with a password is open to others; one without may be."""

from pathlib import Path

import pytest

from hotline import settings_file
from hotline.running import secrets_health

NONE = "number = '2391555'\n"
DATABASE = "database_url = 'postgresql+psycopg://hotline:p%40ss-w0rd@db/hotline'\n"
BROKER = "broker_url = 'amqp://hotline:Kx-9@queue//'\n"
NO_PASSWORD = "database_url = 'postgresql+psycopg:///hotline'\n"


@pytest.mark.parametrize(
    ("text", "mode", "well"),
    [
        (NONE, 0o644, True),
        (NO_PASSWORD, 0o644, True),
        (DATABASE, 0o644, False),
        (DATABASE, 0o604, False),
        (DATABASE, 0o642, False),
        (DATABASE, 0o640, True),
        (DATABASE, 0o600, True),
        (BROKER, 0o644, False),
        (BROKER, 0o400, True),
    ],
)
def test_who_may_read_a_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, mode: int, well: bool
) -> None:
    file = tmp_path / "hotline.toml"
    file.write_text(text, encoding="utf-8")
    file.chmod(mode)
    monkeypatch.setenv("HOTLINE_CONFIG", str(file))
    (found,) = secrets_health.check(settings_file.load())
    assert found.ok == well and f"chmod 600 {file}" in found.remedy
    assert "w0rd" not in found.message and "Kx-9" not in found.message


def test_a_password_of_the_environment_is_in_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "hotline.toml"
    file.write_text(NONE, encoding="utf-8")
    monkeypatch.setenv("HOTLINE_CONFIG", str(file))
    monkeypatch.setenv("HOTLINE_DATABASE_URL", "postgresql+psycopg://hotline:s3cret@db/hotline")
    assert [each.ok for each in secrets_health.check(settings_file.load())] == [True]
