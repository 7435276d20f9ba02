"""Whether most calls show one number, or none: then many people share what is meant for one.

So it is where a trunk shows its main number for all who call, or none. Counted over a week, and not before
there are enough calls to tell.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hotline.callbacks.callbacks import PREFIX
from hotline.calls.calls import SeatCall
from hotline.telephone_numbers import normal

LATELY = timedelta(days=7)
FEWEST = 50
MOST_SHOWN = 100
"""So many numbers, those with the most calls first, are joined where one is written in several ways."""


@dataclass(frozen=True)
class OneNumber:
    """The number that more than half of the calls show; empty where they show none."""

    number: str
    calls: int
    of: int


def shown_by_most(session: Session, now: datetime) -> OneNumber | None:
    """The number of most calls of the last seven days, if one is."""
    lately = (SeatCall.arrived_at > now - LATELY, ~SeatCall.call_id.startswith(PREFIX))
    all_calls = session.scalar(select(func.count()).select_from(SeatCall).where(*lately)) or 0
    if all_calls < FEWEST:
        return None
    count = func.count()
    query = select(SeatCall.caller, count).where(*lately).group_by(SeatCall.caller)
    counted: Counter[str] = Counter()
    for caller, calls in session.execute(query.order_by(count.desc()).limit(MOST_SHOWN)):
        counted[normal(caller)] += calls
    [(number, calls)] = counted.most_common(1)
    return OneNumber(number, calls, all_calls) if 2 * calls > all_calls else None
