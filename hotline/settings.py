"""Settings: one ``hotline.toml``, every key overridable by an environment variable.

``HOTLINE_NUMBER`` overrides ``number``, ``HOTLINE_SIP__PORT`` overrides ``port`` in ``[sip]``. The file is
``hotline.toml`` in the working directory, or the one that ``HOTLINE_CONFIG`` names.
"""

import os
from datetime import date, time
from functools import cache
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path
from typing import Annotated, Literal, Self
from zoneinfo import available_timezones

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

PROJECT = Path(__file__).resolve().parent.parent

Port = Annotated[int, Field(ge=1, le=65535)]


class SettingsError(Exception):
    """A setting has a wrong value; the message is one line naming key, value and what is allowed."""


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Hours(_Section):
    """Office hours. ``override`` opens or closes the line by hand; ``auto`` follows the calendar."""

    override: Literal["auto", "open", "closed"] = "auto"
    timezone: str = "Asia/Shanghai"
    opens: tuple[time, ...] = (time(8, 30), time(14, 30))
    closes: tuple[time, ...] = (time(12, 0), time(18, 0))
    extra_holidays: tuple[date, ...] = ()
    extra_workdays: tuple[date, ...] = ()

    @field_validator("timezone")
    @classmethod
    def _known(cls, name: str) -> str:
        if name not in available_timezones():
            raise ValueError("not a time zone; name one of the IANA database, such as Asia/Shanghai")
        return name

    @model_validator(mode="after")
    def _pairs(self) -> Self:
        edges = [edge for pair in zip(self.opens, self.closes, strict=False) for edge in pair]
        if len(self.opens) != len(self.closes) or edges != sorted(set(edges)):
            raise ValueError(
                "opens and closes must be pairs of rising times, such as 08:30-12:00, 14:30-18:00"
            )
        return self


class Sip(_Section):
    bind: IPv4Address = IPv4Address("127.0.0.1")
    port: Port = 5060
    trunk_hosts: tuple[IPv4Network, ...] = (IPv4Network("127.0.0.1/32"),)


class Rtp(_Section):
    start: Port = 10000
    end: Port = 10999

    @model_validator(mode="after")
    def _rising(self) -> Self:
        if self.end <= self.start:
            raise ValueError("end must be greater than start")
        return self


class Agi(_Section):
    port: Port = 4573


class Ami(_Section):
    port: Port = 5038


class Web(_Section):
    bind: IPv4Address = IPv4Address("127.0.0.1")
    port: Port = 8080
    secure_cookies: bool = False  # true behind HTTPS
    idle_minutes: int = Field(30, ge=1, le=24 * 60)


class Message(_Section):
    """Limits of a recorded message, in seconds."""

    max_seconds: int = Field(300, ge=10, le=3600)
    silence_seconds: int = Field(8, ge=2, le=60)
    min_speech_seconds: float = Field(2.0, ge=0, le=10)


class Transcription(_Section):
    """``model`` is a name from ``hotline models list``; empty means the engine's own default."""

    engine: Literal["auto", "vosk", "whisper"] = "auto"
    model: str = ""
    workers: int = Field(1, ge=1, le=64)


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
    message: Message = Message()
    transcription: Transcription = Transcription()

    @model_validator(mode="after")
    def _absolute(self) -> Self:
        # frozen: __dict__ is the only way to complete a value that depends on another
        self.__dict__["state_dir"] = self.state_dir.expanduser().resolve()
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
    def run_dir(self) -> Path:
        """Heartbeats, pid files, rendered configuration."""
        return self.state_dir / "run"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        toml = TomlConfigSettingsSource(settings_cls, os.environ.get("HOTLINE_CONFIG", "hotline.toml"))
        return init_settings, env_settings, toml


def load() -> Settings:
    """Read the settings afresh. Raises SettingsError with one line for the first wrong key."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"]) or "settings"
        raise SettingsError(f"{key} = {first['input']!r}: {first['msg']}") from None
    except (ValueError, OSError) as error:
        raise SettingsError(str(error)) from None


@cache
def current() -> Settings:
    """The settings of this process, read once."""
    return load()
