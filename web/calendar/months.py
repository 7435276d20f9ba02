"""A year as its months, and each month as its weeks from Monday to Sunday."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from hotline.hours.calendar_year import ShownDay

Week = list[ShownDay | None]


@dataclass(frozen=True)
class Month:
    """``weeks``: seven places each; empty where the day belongs to another month."""

    first: date
    weeks: list[Week]

    @property
    def working(self) -> int:
        """How many of its days work."""
        return sum(day.works for week in self.weeks for day in week if day)


def of_year(days: Sequence[ShownDay]) -> list[Month]:
    """The months of a year of which every day is given, in order."""
    return [
        Month(date(days[0].day.year, month, 1), _weeks(list(of_it)))
        for month, of_it in groupby(days, key=lambda each: each.day.month)
    ]


def _weeks(days: list[ShownDay]) -> list[Week]:
    places: Week = [None] * days[0].day.weekday() + list(days)
    places += [None] * (-len(places) % 7)
    return [places[start : start + 7] for start in range(0, len(places), 7)]
