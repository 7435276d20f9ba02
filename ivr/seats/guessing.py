"""Whether somebody tries passwords of seats' telephones: for ``hotline doctor``."""

from collections.abc import Iterator
from datetime import UTC, datetime

from sqlalchemy.exc import SQLAlchemyError

from hotline import database
from hotline.running.health import Finding
from hotline.seats import telephone_guesses
from hotline.settings import Settings

MANY = 20
"""An agent's telephone is refused a few times a day: its sitting has ended, and it does not know yet."""


def check(_chosen: Settings) -> Iterator[Finding]:
    """Few wrong passwords within a day."""
    try:
        with database.current().reading() as session:
            counted = telephone_guesses.by_address(session, datetime.now(UTC))
    except SQLAlchemyError:  # the check of the database says so
        return
    worst = sorted(counted, key=lambda address: counted[address], reverse=True)[:3]
    total = sum(counted.values())
    remedy = f"keep these addresses away from the telephones' ports: {', '.join(worst)}"
    yield Finding("telephone passwords", total < MANY, f"{total} wrong ones within a day", remedy)
