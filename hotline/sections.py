"""The sections of ``hotline.toml``: their keys, built-in values and what is allowed."""

import json
import re
from datetime import date, time
from ipaddress import IPv4Address, IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Literal, Self, TypeVar
from zoneinfo import available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    field_validator,
    model_validator,
)
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


class Periods(Section):
    """How long what is to be done with a case may take; "R" is an article of 信访工作条例 (2022).

    An office may be quicker than the regulations and no slower, so these are the longest.
    """

    dispatch_days: Annotated[int, Field(ge=1, le=15)] = 15  # from receipt to the responsible unit, R22
    notice_days: Annotated[int, Field(ge=1, le=15)] = 15  # from the unit's receipt to its notice, R23
    objection_working_days: Annotated[int, Field(ge=1, le=5)] = 5  # from the unit's receipt, R23
    handling_days: Annotated[int, Field(ge=1, le=60)] = 60  # from acceptance to the reply, R34
    extension_days: Annotated[int, Field(ge=1, le=30)] = 30  # from the day it was due, at most, R34


HostAndPort = Annotated[str, StringConstraints(pattern=r"^([A-Za-z0-9.-]{1,100}:[0-9]{1,5})?$")]


class Sip(Section):
    bind: IPv4Address = IPv4Address("127.0.0.1")
    port: Port = 5060
    tls_port: Port = 5061  # seats' telephones only
    outbound: HostAndPort = ""  # where callbacks are dialled; empty: nobody is called back
    trunk_hosts: Several[IPv4Network] = (IPv4Network("127.0.0.1/32"),)

    @model_validator(mode="after")
    def _ports_differ(self) -> Self:
        """A call's port tells whether it came by the trunk."""
        if self.port == self.tls_port:
            raise ValueError(f"port and tls_port must differ, but are both {self.port}")
        return self


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
    demand_second_factor: bool = False  # of all but clerks and wallboards
    proxies: Several[IPv4Network | IPv6Network] = ()  # whose X-Forwarded-For is believed


Reason = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f;|,]{1,40}$")]


WssUrl = Annotated[str, StringConstraints(pattern=r"^(wss://[A-Za-z0-9.:/_-]{1,200})?$")]


def _compiles(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"no regular expression: {error}") from None
    return pattern


Pattern = Annotated[str, AfterValidator(_compiles)]


class Seats(Section):
    """The seats (座席) where agents answer by day, and how callers wait for them."""

    count: int = Field(16, ge=1, le=200)
    ring_seconds: int = Field(20, ge=5, le=60)
    longest_wait_seconds: int = Field(300, ge=10, le=3600)
    queue_length: int = Field(30, ge=1, le=99)
    wrap_up_seconds: int = Field(30, ge=0, le=600)
    wrap_up_extension_seconds: int = Field(60, ge=10, le=600)
    pause_reasons: Several[Reason] = ("break", "meal", "meeting", "training")
    recording_pause_reasons: Several[Reason] = ("bank details", "identity card", "caller asked")
    wss_port: Port = 8089  # browser telephones, on this machine only
    wss_url: WssUrl = ""  # what browsers are told; empty: this machine's wss_port


Minutes = Annotated[int, Field(ge=1, le=7 * 24 * 60)]


class Callback(Section):
    """Calling back who would rather not wait; needs ``sip.outbound``."""

    retry_minutes: Several[Minutes] = Field((10, 60), max_length=5)
    """So long after each attempt the next; so two of them make three attempts."""
    numbers: Pattern = r"1[3-9]\d{9}|0[1-9]\d{8,10}|[2-8]\d{6,7}"
    """Numbers that may be called, whole: mobiles, other cities, this city."""
    ring_seconds: int = Field(40, ge=5, le=120)
    """So long the citizen's telephone rings."""

    @field_validator("retry_minutes")
    @classmethod
    def _rising(cls, minutes: tuple[int, ...]) -> tuple[int, ...]:
        if list(minutes) != sorted(set(minutes)):
            raise ValueError("each must be longer than the one before, such as 10, 60")
        return minutes


class Nuisance(Section):
    """How many callers of one number may be at the seats at once, and come there in an hour; all others leave
    a message. Who withholds the number is not counted."""

    calls_at_once: int = Field(3, ge=1, le=100)
    calls_per_hour: int = Field(20, ge=1, le=1000)


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


class Evidence(Section):
    """Where the head of the audit trail's chain is written each hour, besides the database."""

    head_file: Path | None = None
    mail_to: str = ""
    mail_from: str = "hotline@localhost"
    mail_server: HostAndPort = "localhost:25"

    @model_validator(mode="after")
    def _server(self) -> Self:
        if self.mail_to and not self.mail_server:
            raise ValueError("mail_to needs a mail_server, such as localhost:25")
        return self

    @field_validator("head_file", mode="before")
    @classmethod
    def _none(cls, value: object) -> object:
        return value or None

    @field_validator("mail_to", "mail_from")
    @classmethod
    def _one_line(cls, address: str) -> str:
        if address and not re.fullmatch(r"[^\s<>,]+@[^\s<>,]+", address):
            raise ValueError("not an address, such as audit@office.example")
        return address


Months = Annotated[int, Field(ge=0, le=1200)]


class Retention(Section):
    """For how many months things are kept after a case was closed or a message decided; 0: for ever."""

    sound_months: Months = 0
    transcripts_months: Months = 0  # and what else was written of a call (hotline.retention.beside)
    documents_months: Months = 0  # of a case, counted from its closing
    numbers_months: Months = 0  # the caller's, on recordings and calls, and what is kept under it


class Documents(Section):
    """What is taken as a document (``hotline.documents.kinds``)."""

    most_megabytes: Annotated[int, Field(ge=1, le=200)] = 20  # of one file


Recipient = Annotated[str, StringConstraints(pattern=r"^age1[02-9ac-hj-np-z]{58}$")]


class Backup(Section):
    """Who can read backups, and with which key they are sealed."""

    key_file: str = ""  # empty: hotline-backup.key beside the state directory
    recipients: Several[Recipient] = ()
    """Public keys of age; without any, backups are not encrypted."""
