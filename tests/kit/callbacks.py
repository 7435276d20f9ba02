"""A citizen who waits to be called back, and a step of the program that calls."""

from datetime import UTC, datetime
from typing import cast

from sqlalchemy.orm import Session

from hotline.callbacks import callbacks
from hotline.callbacks.callbacks import Callback
from hotline.database import Database
from hotline.settings_file import Settings
from ivr.ami import Ami
from ivr.seats import callbacks as calling_back
from tests.kit.paper_exchange import PaperExchange

CHINA = "Asia/Shanghai"
NUMBER = "13800001234"
MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""Ten in the morning in Shanghai."""


def ask(
    session: Session,
    number: str = NUMBER,
    joined_at: datetime = MONDAY,
    by_id: int | None = None,
    now: datetime = MONDAY,
) -> Callback:
    return callbacks.request(session, number, "1763885000.1", "zh", joined_at, now, CHINA, by_id)


def one_step(settings: Settings, db: Database, exchange: PaperExchange, now: datetime = MONDAY) -> None:
    calling_back.step(settings, db, cast(Ami, exchange), now)
