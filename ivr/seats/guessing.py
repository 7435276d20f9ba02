"""Whether somebody tries passwords of seats' telephones: for ``hotline doctor``."""

from collections.abc import Iterator
from datetime import UTC, datetime

from sqlalchemy.exc import SQLAlchemyError

from hotline import database
from hotline.finding import Finding
from hotline.seats import telephone_guesses
from hotline.settings_file import Settings


def check(_chosen: Settings) -> Iterator[Finding]:
    """Few wrong passwords within a day."""
    try:
        with database.current().reading() as session:
            now = datetime.now(UTC)
            counted = telephone_guesses.by_address(session, now)
            unusual = telephone_guesses.is_unusual(session, now)
    except SQLAlchemyError:  # the check of the database says so
        return
    worst = sorted(counted, key=lambda address: counted[address], reverse=True)[:3]
    total = sum(counted.values())
    remedy = f"keep these addresses away from the telephones' ports: {', '.join(worst)}"
    yield Finding("telephone passwords", not unusual, f"{total} wrong ones within a day", remedy)
