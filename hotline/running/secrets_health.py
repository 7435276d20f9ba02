"""What ``hotline doctor`` says of secrets: passwords in a settings file that others may read."""

from collections.abc import Iterator

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from hotline import settings_file
from hotline.finding import Finding
from hotline.settings_file import Settings

FOR_OTHERS = 0o007


def check(settings: Settings) -> Iterator[Finding]:
    """A settings file that holds a password is its owner's and its group's alone."""
    file = settings_file.file_in_use()
    if not file.is_file():
        return
    text, open_to_others = file.read_text(encoding="utf-8"), bool(file.stat().st_mode & FOR_OTHERS)
    holds = any(secret and secret in text for secret in _passwords(settings))
    what = "holds a password" if holds else "holds no password"
    remedy = f"run: chmod 600 {file}, or 640 where its group is the hotline's own"
    message = f"{file} {what}" + (
        " and every account of this machine may read it" * (holds and open_to_others)
    )
    yield Finding("settings file", not (holds and open_to_others), message, remedy)


def _passwords(settings: Settings) -> Iterator[str]:
    """The passwords in addresses; as they are written, so before what URLs escape is taken back."""
    for address in (settings.database_url, settings.broker_url):
        try:
            password = make_url(
                address.partition("+")[2] if address.startswith("sqla+") else address
            ).password
        except (ArgumentError, ValueError):
            continue
        if password:
            yield address.rpartition("@")[0].rpartition(":")[2]
