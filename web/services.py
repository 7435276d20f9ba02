"""What a view needs beside its request: the settings, the database and the clock."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import current_app

from hotline.database import Database
from hotline.settings_file import Settings


@dataclass(frozen=True)
class Services:
    """One instance's surroundings, handed to the factory of the application."""

    settings: Settings
    database: Database
    clock: Callable[[], datetime]

    def now(self) -> datetime:
        """This moment, in UTC."""
        return self.clock()


def services() -> Services:
    """The surroundings of the request that is being answered."""
    surroundings: Services = current_app.extensions["hotline"]
    return surroundings
