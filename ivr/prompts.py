"""Prompts: which sound files there are, and how numbers, dates and cases are put together from them.

A prompt is named by its key in ``sounds/catalogue.toml``; its file is ``sounds/<language>/<key>.wav``.
Asterisk wants the path without the suffix.
"""

import logging
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from hotline.cases import case_number
from hotline.settings_file import PROJECT

if TYPE_CHECKING:
    from hotline.enquiries.enquiries import CaseStatus

log = logging.getLogger(__name__)

SOUNDS = PROJECT / "sounds"
BETWEEN_GROUPS = "silence-600"


class Prompts:
    """The sound files of a directory, looked for once."""

    def __init__(self, directory: Path = SOUNDS) -> None:
        self._directory = directory
        found = directory.rglob("*.wav")
        self._known = {str(path.relative_to(directory).with_suffix("")) for path in found}

    def has(self, language: str, key: str) -> bool:
        """Whether a prompt can be spoken. The name of a new unit may have been spoken since the start."""
        name = f"{language}/{key}"
        if name not in self._known and (self._directory / f"{name}.wav").is_file():
            self._known.add(name)
        return name in self._known

    def sounds(self, language: str, keys: Iterable[str]) -> list[str]:
        """What Asterisk is to play. A prompt without a file is left out: the call goes on without it."""
        missing = [key for key in keys if not self.has(language, key)]
        if missing:
            log.error("no sound file for %s in %s: run `make sounds`", ", ".join(missing), language)
        return [f"{self._directory}/{language}/{key}" for key in keys if key not in missing]


def number(digits: str) -> list[str]:
    """A case number, digit by digit, with a pause between its groups."""
    keys: list[str] = []
    for group in case_number.groups(digits):
        keys += [BETWEEN_GROUPS] * bool(keys) + [f"digit-{digit}" for digit in group]
    return keys


def day(on: date, language: str) -> list[str]:
    """A date, in the order of the language."""
    year, month, number_of_day = f"year-{on.year}", f"month-{on.month}", f"day-{on.day}"
    return [month, number_of_day, year] if language == "en" else [year, month, number_of_day]


def status(case: "CaseStatus", language: str, prompts: Prompts) -> list[str]:
    """Where a case stands, in sentences: number, state, unit in charge, received, due."""
    keys = ["case-number", *number(case.number), f"case-state-{case.state.replace('_', '-')}"]
    if case.unit_code:
        unit = f"units/{case.unit_code}"
        keys += ["case-unit", unit] if prompts.has(language, unit) else ["case-unit-unnamed"]
    keys += ["case-received-on", *day(case.received_on, language)]
    if case.due_on:
        keys += ["case-due-on", *day(case.due_on, language)]
    return keys
