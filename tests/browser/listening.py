"""What is heard at the desk, and what became of it."""

from playwright.sync_api import Page
from sqlalchemy import select

from hotline.cases.cases import Case, is_of_call
from hotline.recordings.recordings import Recording
from tests.browser.desk import DeskRoom, until

TIME = "document.getElementById('audio').currentTime"
PAUSED = "document.getElementById('audio').paused"


def case_of(desk: DeskRoom, path: str) -> Case | None:
    with desk.db.reading() as session:
        return session.scalars(
            select(Case)
            .join(Recording, is_of_call(Recording.call_id))
            .where(Recording.id == path.rsplit("/", 1)[1])
        ).first()


def playing_past(page: Page, seconds: float) -> None:
    """Wait until the sound has really been played up to a time."""
    until(page, f"{TIME} > {seconds} && !{PAUSED}")
