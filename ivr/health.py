"""What ``hotline doctor`` asks of the telephone: is there an Asterisk, and can it say everything?"""

import tomllib
from collections.abc import Iterator

from hotline.finding import Finding
from hotline.settings_file import Settings
from ivr import asterisk, asterisk_modules, asterisk_tree
from ivr.asterisk_tree import AsteriskMissing, Installation
from ivr.prompts import SOUNDS, Prompts
from ivr.seats import unreadable_events

LANGUAGES = ("zh", "en")


def exchange(settings: Settings) -> Iterator[Finding]:
    """There is an Asterisk to run, and what it tells can be read."""
    if count := unreadable_events.noted(settings.run_dir):
        message = f"{count} events of Asterisk could not be read since the seats' service started"
        yield Finding("events", False, message, "look for who sends them: docs/security.md")
    try:
        found = asterisk_tree.find(settings.asterisk_root)
    except AsteriskMissing as error:
        yield Finding("Asterisk", False, str(error), "run: make install")
        return
    there, tested = asterisk_tree.version(found.command), asterisk_tree.tested_version()
    difference = "" if there == tested else f" (tested with {tested}; see docs/operate.md, Upgrading)"
    yield Finding("Asterisk", True, f"{there}, {found.command[-1]}{difference}")
    yield _steady(settings, found)


def _steady(settings: Settings, installation: Installation) -> Finding:
    """Our module is there, and Asterisk, where it runs, has loaded it."""
    remedy = "run: make install, then start the hotline again; which lines: docs/operate.md"
    gaps = "lines that number their sound anew, or send none in pauses, are recorded with gaps"
    if asterisk_modules.own(settings.asterisk_root, installation) is None:
        return Finding("sound", False, f"the module for this Asterisk is not built: {gaps}", remedy)
    loaded = asterisk.console(settings, f"module show like {asterisk_modules.STEADY}")
    if loaded and asterisk_modules.STEADY not in loaded:
        return Finding("sound", False, f"Asterisk has not loaded its module: {gaps}", remedy)
    return Finding("sound", True, "comes steadily")


def prompts(_: Settings) -> Iterator[Finding]:
    """Every sentence of the catalogue has been spoken in each language."""
    with (SOUNDS / "catalogue.toml").open("rb") as file:
        keys = tomllib.load(file).keys()
    known = Prompts()
    missing = [f"{each}/{key}" for each in LANGUAGES for key in keys if not known.has(each, key)]
    message = f"missing: {', '.join(missing[:5])}" if missing else f"{len(keys)} in each language"
    yield Finding("prompts", not missing, message, "run: make sounds")
