"""The sections of ``hotline.toml``: their keys, built-in values and what is allowed."""

import json
from datetime import date, time
from ipaddress import IPv4Address, IPv4Network
from typing import Annotated, Literal, Self, TypeVar
from zoneinfo import available_timezones

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator
from pydantic_settings import NoDecode

Port = Annotated[int, Field(ge=1, le=65535)]


def _split(value: object) -> object:
    """A list as an environment variable holds it: with commas between, or as JSON."""
    if isinstance(value, str) and not value.lstrip().startswith("["):
        return [part.strip() for part in value.split(",") if part.strip()]
    return json.loads(value) if isinstance(value, str) else value


T = TypeVar("T")
Several = Annotated[tuple[T, ...], NoDecode, BeforeValidator(_split)]


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Hours(Section):
    """Office hours. ``override`` opens or closes the line by hand; ``auto`` follows the calendar."""

    override: Literal["auto", "open", "closed"] = "auto"
    timezone: str = "Asia/Shanghai"
    opens: Several[time] = (time(8, 30), time(14, 30))
    closes: Several[time] = (time(12, 0), time(18, 0))
    extra_holidays: Several[date] = ()
    extra_workdays: Several[date] = ()

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


class Sip(Section):
    bind: IPv4Address = IPv4Address("127.0.0.1")
    port: Port = 5060
    trunk_hosts: Several[IPv4Network] = (IPv4Network("127.0.0.1/32"),)


class Rtp(Section):
    start: Port = 10000
    end: Port = 10999

    @model_validator(mode="after")
    def _rising(self) -> Self:
        if self.end <= self.start:
            raise ValueError("end must be greater than start")
        return self


class Agi(Section):
    port: Port = 4573


class Ami(Section):
    port: Port = 5038


class Web(Section):
    bind: IPv4Address = IPv4Address("127.0.0.1")
    port: Port = 8080
    secure_cookies: bool = False  # true behind HTTPS
    idle_minutes: int = Field(30, ge=1, le=24 * 60)


class Message(Section):
    """Limits of a recorded message, in seconds."""

    max_seconds: int = Field(300, ge=10, le=3600)
    silence_seconds: int = Field(8, ge=2, le=60)
    min_speech_seconds: float = Field(2.0, ge=0, le=10)


class Transcription(Section):
    """``model`` is a name from ``hotline models list``; empty means the engine's own default."""

    engine: Literal["auto", "vosk", "whisper"] = "auto"
    model: str = ""
    workers: int = Field(1, ge=1, le=64)
