"""Settings: one ``hotline.toml``, every key overridable by an environment variable or a credential.

``HOTLINE_NUMBER`` overrides ``number``, ``HOTLINE_SIP__PORT`` overrides ``port`` in ``[sip]``. The file is
``hotline.toml`` in the working directory, or the one that ``HOTLINE_CONFIG`` names. A credential is a file
with the name of such a variable in the folder that systemd makes for a service, ``CREDENTIALS_DIRECTORY``.
"""

import os
from functools import cache
from pathlib import Path
from typing import Annotated, Self

from pydantic import (
    StringConstraints,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    NestedSecretsSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from hotline.sections import (
    Agi,
    Ami,
    Backup,
    Callback,
    Documents,
    Evidence,
    Hours,
    Message,
    Nuisance,
    Periods,
    Retention,
    Rtp,
    Seats,
    Sip,
    Transcription,
    Web,
)

PROJECT = Path(__file__).resolve().parent.parent

_OTHER_VARIABLES = {"HOTLINE_CONFIG", "HOTLINE_SCREENSHOTS", "HOTLINE_BENCH_AUDIO"}


class SettingsError(Exception):
    """A setting has a wrong value; the message is one line naming key, value and what is allowed."""


class Settings(BaseSettings):
    """All settings of one instance. Two instances differ in ports and state directory."""

    model_config = SettingsConfigDict(
        env_prefix="HOTLINE_", env_nested_delimiter="__", extra="forbid", frozen=True
    )

    state_dir: Path = PROJECT / "state"
    number: Annotated[str, StringConstraints(pattern=r"^[0-9]{3,15}$")] = "2391555"
    database_url: str = ""
    broker_url: str = ""
    models_dir: Path = PROJECT / ".local" / "models"
    asterisk_root: Path = PROJECT / ".local" / "asterisk"
    hours: Hours = Hours()
    sip: Sip = Sip()
    rtp: Rtp = Rtp()
    agi: Agi = Agi()
    ami: Ami = Ami()
    web: Web = Web()
    seats: Seats = Seats()
    callback: Callback = Callback()
    nuisance: Nuisance = Nuisance()
    periods: Periods = Periods()
    message: Message = Message()
    transcription: Transcription = Transcription()
    documents: Documents = Documents()
    evidence: Evidence = Evidence()
    backup: Backup = Backup()
    retention: Retention = Retention()

    @field_validator("state_dir")
    @classmethod
    def _absolute(cls, path: Path) -> Path:
        return path.expanduser().resolve()

    @model_validator(mode="after")
    def _ports_differ(self) -> Self:
        ports = [self.agi.port, self.ami.port, self.web.port]  # those of the seats: hotline.ports
        if len(set(ports)) < len(ports):
            raise ValueError(f"agi.port, ami.port and web.port must differ, but are {ports}")
        return self

    @model_validator(mode="after")
    def _complete(self) -> Self:
        # frozen: __dict__ is the only way to complete a value that depends on another
        if not self.database_url:
            self.__dict__["database_url"] = f"sqlite:///{self.state_dir / 'hotline.db'}"
        if not self.broker_url:
            self.__dict__["broker_url"] = f"sqla+sqlite:///{self.state_dir / 'broker.db'}"
        return self

    @property
    def spool_dir(self) -> Path:
        """Where Asterisk writes recordings; emptied by intake and by the sweep."""
        return self.state_dir / "spool"

    @property
    def store_dir(self) -> Path:
        """Where recordings are kept for good, read-only."""
        return self.state_dir / "store"

    @property
    def documents_dir(self) -> Path:
        """Where documents are kept for good, read-only."""
        return self.state_dir / "documents"

    @property
    def run_dir(self) -> Path:
        """Heartbeats, pid files, rendered configuration."""
        return self.state_dir / "run"

    @property
    def unfinished_restore(self) -> Path:
        """There as long as a restore has not come to its end: nothing starts beside it."""
        return self.state_dir / "unfinished-restore"

    @property
    def backup_key_file(self) -> Path:
        """The key of the backups' seals; beside the state directory unless the settings name a place."""
        named = self.backup.key_file
        return Path(named).expanduser().resolve() if named else self.state_dir.parent / "hotline-backup.key"

    @property
    def queue_log_places(self) -> Path:
        """How far Asterisk's queue log is in the database; without it all of the log is read again."""
        return self.run_dir / "queue-log.json"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        toml = TomlConfigSettingsSource(settings_cls, file_in_use())
        credentials = NestedSecretsSettingsSource(
            file_secret_settings, secrets_dir=credentials_in_use(), secrets_dir_missing="error"
        )
        return init_settings, env_settings, credentials, toml


def credentials_in_use() -> Path | None:
    """The folder of this service's credentials, as systemd names it."""
    named = os.environ.get("CREDENTIALS_DIRECTORY")
    return Path(named) if named else None


def file_in_use() -> Path:
    named = os.environ.get("HOTLINE_CONFIG")
    if named and not Path(named).exists():
        raise SettingsError(
            f"HOTLINE_CONFIG = {named!r}: there is no such file; name an existing hotline.toml"
        )
    return Path(named or "hotline.toml")


def _refuse_unknown_variables() -> None:
    credentials = credentials_in_use()
    files = [each.name for each in credentials.glob("HOTLINE_*")] if credentials else []
    for name in (*os.environ, *files):
        top = name.removeprefix("HOTLINE_").split("__")[0].lower()
        if name.startswith("HOTLINE_") and name not in _OTHER_VARIABLES and top not in Settings.model_fields:
            raise SettingsError(f"{name}: there is no such setting; see hotline.toml for all of them")


def load() -> Settings:
    """Read the settings afresh. Raises SettingsError with one line for the first wrong key."""
    _refuse_unknown_variables()
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"]) or "settings"
        shown = "" if isinstance(first["input"], dict) else f" = {first['input']!r}"
        raise SettingsError(f"{key}{shown}: {first['msg']}") from None
    except (ValueError, OSError) as error:
        raise SettingsError(str(error)) from None


@cache
def current() -> Settings:
    """The settings of this process, read once."""
    return load()
