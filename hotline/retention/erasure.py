"""What a kind of things that is kept beside recordings has to say of itself."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Erasure:
    """How things of a kind are found and taken away.

    ``period``: which of ``[retention]`` it goes by. ``subject``: the word of the audit trail for them.
    ``older``: the keys of those that are there and at least so old, the oldest first. ``settled_at``: from
    when the months of one are counted, None while it must be kept, or where it is gone. ``erase``: takes one
    away, in the transaction it is given.
    """

    period: str
    subject: str
    older: Callable[[Session, datetime], Sequence[str]]
    settled_at: Callable[[Session, str, datetime], datetime | None]
    erase: Callable[[Session, str, datetime], None]
