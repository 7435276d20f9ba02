"""Whether most calls show one number, or none: then many people share what is meant for one.

So it is where a trunk shows its main number for all who call, or none. Counted over a week, and not before
there are enough calls to tell.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hotline.callbacks.callbacks import CALLBACK_PREFIX
from hotline.calls.calls import CallRecord
from hotline.telephone_numbers import normal

COUNTED_OVER = timedelta(days=7)
FEWEST_CALLS = 50
MOST_SHOWN = 100
"""So many numbers, those with the most calls first, are joined where one is written in several ways."""


@dataclass(frozen=True)
class SharedNumber:
    """The number that more than half of the calls show; empty where they show none."""

    number: str
    calls: int
    of: int


def shown_by_most(session: Session, now: datetime) -> SharedNumber | None:
    """The number of most calls of the last seven days, if one is."""
    lately = (CallRecord.arrived_at > now - COUNTED_OVER, ~CallRecord.call_id.startswith(CALLBACK_PREFIX))
    all_calls = session.scalar(select(func.count()).select_from(CallRecord).where(*lately)) or 0
    if all_calls < FEWEST_CALLS:
        return None
    count = func.count()
    query = select(CallRecord.caller, count).where(*lately).group_by(CallRecord.caller)
    counted: Counter[str] = Counter()
    for caller, calls in session.execute(query.order_by(count.desc()).limit(MOST_SHOWN)):
        counted[normal(caller)] += calls
    [(number, calls)] = counted.most_common(1)
    return SharedNumber(number, calls, all_calls) if 2 * calls > all_calls else None
