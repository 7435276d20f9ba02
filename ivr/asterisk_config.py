"""Asterisk's configuration: rendered at every start from ``asterisk_conf/`` into the state directory."""

import secrets
import sys
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from hotline.calls import call_limits
from hotline.private import write_private
from hotline.seats.seat_sittings import REALM
from hotline.settings_file import PROJECT, Settings
from ivr import asterisk_data, asterisk_modules, asterisk_seats
from ivr.asterisk_secrets import KEEPER, SERVICE, agi_secret, ami_secret
from ivr.asterisk_tree import Installation
from ivr.seats.events import VARIABLES
from ivr.watchdog import STALE_SECONDS

MUSIC = (PROJECT / ".local" / "music", *(each / "moh" for each in asterisk_data.BUILT_IN))
TEMPLATES = PROJECT / "asterisk_conf"
SOCKET_PATH_LIMIT = 107  # bytes of a UNIX socket's path, unix(7)
UNSAFE_IN_PATHS = ";,&|$\"'`\\()[]{}<>\n\r\t"
"""Each of them means something in a configuration file or in the dialplan."""


class UnusablePath(Exception):
    """A directory whose name Asterisk could not be told; the message says which and why."""


def render(settings: Settings, installation: Installation) -> Path:
    """Write the configuration files and make Asterisk's directories. Returns the path of asterisk.conf."""
    state = settings.state_dir / "asterisk"
    check_paths(settings.state_dir, PROJECT, settings.asterisk_root, Path(sys.executable))
    own = [state / name for name in ("etc", "run", "lib", "lib/keys", "log", "spool", "cache")]
    for directory in (*own, settings.spool_dir, settings.run_dir):
        directory.mkdir(parents=True, exist_ok=True)
    with_ours = asterisk_modules.link(state / "modules", settings.asterisk_root, installation)
    values = settings.model_dump() | asterisk_seats.values(settings) | _secrets(settings) | _limits(settings)
    values |= {
        "state": state,
        "project": PROJECT,
        "python": sys.executable,
        "modules": with_ours or installation.modules,
        "steady": with_ours is not None,
        "data": asterisk_data.link(state / "data", installation),
        "music": asterisk_data.music(*MUSIC),
        "run_dir": settings.run_dir,
        "spool_dir": settings.spool_dir,
        "stale_seconds": STALE_SECONDS,
        "boot": secrets.token_hex(3),
        "product": REALM,
        "channel_variables": VARIABLES,
    }
    for template in sorted(TEMPLATES.glob("*.conf.j2")):
        write_private(state / "etc" / template.stem, fill(template.name, values))
    return state / "etc" / "asterisk.conf"


def _secrets(settings: Settings) -> dict[str, object]:
    """What proves who somebody is; ``nobodys`` proves nothing to anybody."""
    return {
        "nobodys": secrets.token_urlsafe(24),
        "ami_secret": ami_secret(settings),
        "ami_service_secret": ami_secret(settings, SERVICE),
        "ami_keeper_secret": ami_secret(settings, KEEPER),
        "agi_secret": agi_secret(settings),
    }


def _limits(settings: Settings) -> dict[str, object]:
    """How many calls there may be at once, and which file says that one was turned away for which limit."""
    return {
        "limits": call_limits.limits_of(settings),
        "full_file": call_limits.FILE_ALL,
        "unknown_full_file": call_limits.FILE_UNKNOWN,
        "number_full_file": call_limits.FILE_NUMBER,
    }


def fill(name: str, values: dict[str, object]) -> str:
    """One template with ``values`` in it; a name it does not know is an error."""
    environment = Environment(  # noqa: S701 - no HTML; every value is checked where it comes in
        loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template(name).render(values) + "\n"


def check_paths(state_dir: Path, *others: Path) -> None:
    """Raise UnusablePath for a path that would be read as something else by Asterisk."""
    for path in (state_dir, *others):
        if found := set(UNSAFE_IN_PATHS) & set(str(path)):
            raise UnusablePath(f"{str(path)!r} contains {min(found)!r}: choose a directory without it")
    console = bytes(control_socket(state_dir))
    if len(console) > SOCKET_PATH_LIMIT:
        raise UnusablePath(f"state_dir = {state_dir} is too long for Asterisk: choose a shorter path")


def control_socket(state_dir: Path) -> Path:
    """The console's socket, there while Asterisk runs."""
    return state_dir / "asterisk" / "run" / "asterisk.ctl"
