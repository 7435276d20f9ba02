"""What Asterisk and our programs prove to each other with, made once and kept in the state directory."""

import secrets

from hotline.private import write_private
from hotline.settings_file import Settings

COMMANDS, SERVICE, KEEPER = "hotline", "hotline-seats", "telephones"
"""Accounts of the manager interface: for who looks and signs seats in and out, for the seats' service,
and for who keeps what telephones sign in with."""


def ami_secret(settings: Settings, account: str = COMMANDS) -> str:
    """The password of an account of the manager interface."""
    return _secret(settings, "ami" if account == COMMANDS else f"ami-{account}")


def agi_secret(settings: Settings) -> str:
    """What Asterisk says at the beginning of each call, so that nobody else is taken for it."""
    return _secret(settings, "agi")


def _secret(settings: Settings, name: str) -> str:
    """Made once for this state directory and readable by its owner."""
    file = settings.state_dir / "secrets" / name
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_private(file, secrets.token_urlsafe(32))
    return file.read_text().strip()
