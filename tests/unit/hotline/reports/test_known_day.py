"""A known day is replayed: what its queue log says is told in ``kit/known_day/day.md``, and every number of
every report is compared with what was reckoned from that story by hand.

24 November 2026 in China, with a call over midnight at either end, two agents at one seat, a lunch break,
a restart of Asterisk, a callback and a call that was passed on.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from fractions import Fraction
from shutil import copy
from zoneinfo import ZoneInfo

import pytest

from hotline import people
from hotline.callbacks.callbacks import Callback, CallbackState
from hotline.calls import abandoned_calls
from hotline.calls.follow_up import Settled
from hotline.database import Database
from hotline.people import Role
from hotline.refusals import Refused
from hotline.reports import report_table, reports, today_figures
from hotline.reports.report_periods import ReportBy, ReportRequest
from hotline.reports.report_table import FigureUnit
from hotline.settings_file import Settings
from tests.kit.known_day import DAY, MESSAGES, call_id, replay
from tests.kit.postgresql import emptied

CHINA = ZoneInfo("Asia/Shanghai")
LATER = datetime(2026, 11, 26, tzinfo=UTC)
AGENTS = {"zhao": "赵敏", "qian": "钱进", "sun": "孙丽", "zhou": "周涛"}  # users 1 to 4


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def replayed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """The day, read from its log into a database of each kind."""
    settings = Settings(state_dir=tmp_path_factory.mktemp("known-day"))
    if request.param == "sqlite":
        copy(request.getfixturevalue("migrated"), settings.state_dir)
        db = Database(settings.database_url)
    else:
        db = emptied(Database(request.getfixturevalue("postgresql").url))
    with db.writing() as session:
        for number, (name, full_name) in enumerate(AGENTS.items(), start=1):
            people.add(session, name, full_name, Role.CLERK, "a long password").id = number
    replay(settings, db)
    yield db
    db.engine.dispose()


def shown(db: Database, by: ReportBy, first: date = DAY, last: date = DAY) -> dict[str, dict[str, object]]:
    """A report as its table shows it; what is nothing is left out, so that nothing can be overlooked."""
    with db.reading() as session:
        table = report_table.table(reports.report(session, ReportRequest(first, last, by, CHINA, 30), LATER))
    rows = table.report.rows | {"all": table.report.total}
    return {
        name: {
            column.key: round(float(value), 4) if column.unit == FigureUnit.SHARE else round(value, 2)
            for column, value in zip(table.columns, table.values(row), strict=True)
            if value
        }
        for name, row in rows.items()
    }


HOURS: dict[str, dict[str, object]] = {
    "00": {"arrived": 1, "messages": 1, "connect_rate": 1, "signed_in": 3600},
    "01": {"signed_in": 3600},
    "02": {"signed_in": 3600},
    "03": {"arrived": 1, "abandoned": 1, "signed_in": 3600},
    "04": {"signed_in": 3600},
    "05": {"signed_in": 3600},
    "06": {"arrived": 1, "served": 1, "connect_rate": 1, "signed_in": 3600},
    "07": {"arrived": 1, "abandoned": 1, "signed_in": 3600},
    "08": {
        "arrived": 8, "offered": 5, "answered": 5, "within_15_s": 3, "service_level": 0.6,
        "served": 1, "refused": 1, "abandoned": 1, "connect_rate": 0.8571,
        "mean_wait": 40.2, "median_wait": 7, "longest_wait": 160,
        "mean_talk": 168, "talk": 840, "wrap_up": 150, "signed_in": 7620,
        "paused": 1174, "paused: no answer": 1174,
        "satisfied": 2, "fairly_satisfied": 1, "not_satisfied": 1, "satisfaction": 0.75,
    },
    "09": {
        "arrived": 9, "offered": 9, "answered": 5, "within_15_s": 4, "service_level": 0.4444,
        "messages": 1, "callbacks": 1, "abandoned": 2, "connect_rate": 0.6667, "called_back": 1,
        "mean_wait": 8.6, "median_wait": 6, "longest_wait": 16,
        "mean_talk": 440, "talk": 2400, "wrap_up": 180, "signed_in": 7200,
        "satisfied": 4, "fairly_satisfied": 1, "satisfaction": 1,
    },
    "10": {
        "arrived": 5, "offered": 5, "answered": 4, "within_15_s": 4, "service_level": 0.8,
        "abandoned": 1, "connect_rate": 0.8,
        "mean_wait": 4.25, "median_wait": 4, "longest_wait": 6,
        "mean_talk": 300, "talk": 1140, "wrap_up": 160, "signed_in": 7200,
        "paused": 900, "paused: break": 900,
        "satisfied": 1, "fairly_satisfied": 1, "satisfaction": 1,
    },
    "11": {
        "arrived": 3, "offered": 3, "answered": 2, "within_15_s": 2, "service_level": 0.6667,
        "served": 1, "connect_rate": 1,
        "mean_wait": 6.5, "median_wait": 6.5, "longest_wait": 9,
        "mean_talk": 270, "talk": 345, "wrap_up": 30, "signed_in": 7200,
        "paused": 300, "paused: meal": 300,
        "satisfied": 2, "satisfaction": 1,
    },
    "12": {
        "arrived": 1, "messages": 1, "connect_rate": 1, "talk": 195, "wrap_up": 30, "signed_in": 3900,
        "paused": 3600, "paused: meal": 3600,
    },
    "13": {
        "arrived": 2, "refused": 1, "abandoned": 1, "signed_in": 3600, "paused": 3600, "paused: meal": 3600,
    },
    "14": {
        "arrived": 3, "offered": 2, "answered": 2, "within_15_s": 1, "service_level": 0.5,
        "served": 1, "connect_rate": 1,
        "mean_wait": 14, "median_wait": 14, "longest_wait": 20,
        "mean_talk": 330, "talk": 660, "wrap_up": 60, "signed_in": 5700,
        "paused": 1800, "paused: meal": 1800,
        "not_satisfied": 1,
    },
    "15": {"arrived": 1, "offered": 1, "messages": 1, "connect_rate": 1, "signed_in": 7200},
    "16": {
        "arrived": 1, "offered": 1, "answered": 1, "within_15_s": 1, "service_level": 1, "connect_rate": 1,
        "mean_wait": 6, "median_wait": 6, "longest_wait": 6,
        "mean_talk": 1800, "talk": 1800, "wrap_up": 30, "signed_in": 7200,
        "satisfied": 1, "satisfaction": 1,
    },
    "17": {
        "arrived": 2, "offered": 2, "answered": 2, "within_15_s": 1, "service_level": 0.5, "connect_rate": 1,
        "mean_wait": 20, "median_wait": 20, "longest_wait": 30,
        "mean_talk": 180, "talk": 204, "wrap_up": 30, "signed_in": 7200,
        "satisfied": 1, "fairly_satisfied": 1, "satisfaction": 1,
    },
    "18": {"talk": 156, "wrap_up": 30, "signed_in": 600},
    "19": {},
    "20": {"arrived": 1, "messages": 1, "connect_rate": 1},
    "21": {},
    "22": {},
    "23": {"arrived": 1, "messages": 1, "connect_rate": 1},
}  # fmt: skip
WHOLE_DAY: dict[str, object] = {
    "arrived": 41, "offered": 28, "answered": 21, "within_15_s": 16, "service_level": 0.5714,
    "messages": 6, "served": 4, "callbacks": 1, "refused": 2, "abandoned": 7,
    "connect_rate": 0.7949, "called_back": 1,
    "mean_wait": 16.57, "median_wait": 6, "longest_wait": 160,
    "mean_talk": 368.57, "talk": 7740, "wrap_up": 700, "signed_in": 93420,
    "paused": 11374, "paused: meal": 9300, "paused: no answer": 1174, "paused: break": 900,
    "satisfied": 11, "fairly_satisfied": 4, "not_satisfied": 2, "satisfaction": 0.8824,
}  # fmt: skip
SEATS: dict[str, dict[str, object]] = {
    "seat01": {
        "rung": 15, "taken": 15, "mean_wait": 20.15, "median_wait": 6, "longest_wait": 160,
        "mean_talk": 280.77, "talk": 4140, "wrap_up": 400, "signed_in": 26700,
        "satisfied": 7, "fairly_satisfied": 2, "not_satisfied": 2, "satisfaction": 0.8182,
    },
    "seat02": {
        "rung": 8, "taken": 8, "mean_wait": 10.75, "median_wait": 6.5, "longest_wait": 25,
        "mean_talk": 511.25, "talk": 3600, "wrap_up": 300, "signed_in": 34320,
        "paused": 10200, "paused: meal": 9300, "paused: break": 900,
        "satisfied": 4, "fairly_satisfied": 2, "satisfaction": 1,
    },
    "seat03": {
        "rung": 2, "not_taken": 2, "signed_in": 32400, "paused": 1174, "paused: no answer": 1174,
    },
}  # fmt: skip
AGENTS_ROWS: dict[str, dict[str, object]] = {
    "周涛 (zhou)": SEATS["seat03"],
    "孙丽 (sun)": {
        "rung": 3, "taken": 3, "mean_wait": 16, "median_wait": 10, "longest_wait": 30,
        "mean_talk": 320, "talk": 960, "wrap_up": 90, "signed_in": 13500,
        "satisfied": 1, "fairly_satisfied": 1, "not_satisfied": 1, "satisfaction": 0.6667,
    },
    "赵敏 (zhao)": {
        "rung": 12, "taken": 12, "mean_wait": 21.4, "median_wait": 4.5, "longest_wait": 160,
        "mean_talk": 269, "talk": 3180, "wrap_up": 310, "signed_in": 13200,
        "satisfied": 6, "fairly_satisfied": 1, "not_satisfied": 1, "satisfaction": 0.875,
    },
    "钱进 (qian)": SEATS["seat02"],
}  # fmt: skip
OF_ALL = {"rung": 25, "taken": 23, "not_taken": 2} | {
    key: value
    for key, value in WHOLE_DAY.items()
    if key.startswith(("paused", "mean", "median", "longest")) or key in ("talk", "wrap_up", "signed_in")
    or "satisf" in key
}  # fmt: skip


def test_by_hour(replayed: Database) -> None:
    assert shown(replayed, ReportBy.HOUR) == HOURS | {"all": WHOLE_DAY}


def test_by_day(replayed: Database) -> None:
    found = shown(replayed, ReportBy.DAY, date(2026, 11, 23), date(2026, 11, 25))
    assert found["2026-11-23"] == {"arrived": 1, "messages": 1, "connect_rate": 1, "signed_in": 25200}
    assert found["2026-11-24"] == WHOLE_DAY
    assert found["2026-11-25"] == {"arrived": 1, "abandoned": 1}
    assert set(found) == {"2026-11-23", "2026-11-24", "2026-11-25", "all"}


def test_by_month(replayed: Database) -> None:
    found = shown(replayed, ReportBy.MONTH, date(2026, 10, 15), date(2026, 11, 30))
    three_days = WHOLE_DAY | {
        "arrived": 43, "messages": 7, "abandoned": 8, "connect_rate": 0.7805, "signed_in": 93420 + 25200,
    }  # fmt: skip
    assert found == {"2026-10": {}, "2026-11": three_days, "all": three_days}


def test_by_seat(replayed: Database) -> None:
    assert shown(replayed, ReportBy.SEAT) == SEATS | {"all": OF_ALL}


def test_by_agent(replayed: Database) -> None:
    assert shown(replayed, ReportBy.AGENT) == AGENTS_ROWS | {"all": OF_ALL}


def test_the_wallboard_at_the_end_of_the_day(replayed: Database) -> None:
    at = datetime(2026, 11, 24, 23, 59, 59, tzinfo=CHINA)
    with replayed.reading() as session:
        found = today_figures.figures(session, at, CHINA)
    assert (found.decided, found.answered, found.within_15_s, found.abandoned) == (28, 21, 16, 7)
    assert (found.service_level, found.connect_rate_24h) == (Fraction(16, 28), Fraction(31, 39))
    assert found.messages_waiting == len(MESSAGES)


def test_abandoned_calls_and_what_settled_them(replayed: Database) -> None:
    begin, end = ReportRequest(DAY, DAY, ReportBy.DAY, CHINA, 30).span
    at = datetime(2026, 11, 24, 12, tzinfo=CHINA)

    def found(*, only_to_do: bool) -> dict[str, tuple[int, Settled]]:
        wanted = abandoned_calls.AbandonedFilter(begin, end, only_to_do)
        return {
            each.call.caller[-2:]: (each.waited_seconds, each.settled)
            for each in abandoned_calls.find(session, wanted, LATER)
        }

    with replayed.reading() as session:
        for number, state in (("13800000003", CallbackState.DONE), ("13800000005", CallbackState.OPEN)):
            open_number = number if state == CallbackState.OPEN else None
            session.add(
                Callback(
                    call_id="",
                    case_number=number[-10:],
                    number=number,
                    open_number=open_number,
                    language="zh",
                    joined_at=at,
                    asked_at=at,
                    next_attempt_at=at,
                    state=state,
                    ended_at=at if state == CallbackState.DONE else None,
                )
            )
        session.flush()
        assert abandoned_calls.settle(session, call_id(16), 1, at)
        assert not abandoned_calls.settle(session, call_id(16), 2, at)
        assert found(only_to_do=False) == {
            "": (2, Settled.OPEN),
            "25": (40, Settled.OPEN),
            "18": (320, Settled.OPEN),
            "15": (36, Settled.BY_HAND),
            "12": (3, Settled.ANSWERED),
            "05": (12, Settled.BEING_CALLED),
            "03": (4, Settled.CALLED_BACK),
        }
        assert set(found(only_to_do=True)) == {"", "25", "18", "05"}
        session.rollback()


@pytest.mark.parametrize(
    ("part", "whole", "read"),
    [(57, 100, "57.0"), (9496, 10_000, "94.9"), (29, 100, "29.0"), (0, 7, "0.0"), (7, 7, "100.0")],
)
def test_a_share_is_cut_off_and_never_rounded_up(part: int, whole: int, read: str) -> None:
    found = today_figures.share(part, whole)
    assert found is not None and today_figures.percent(found) == read
    assert report_table.written(found, FigureUnit.SHARE) == f"{read} %"


def test_nothing_is_written_only_where_there_is_no_figure() -> None:
    figures = (
        (0, FigureUnit.COUNT),
        (0.0, FigureUnit.SECONDS),
        (0, FigureUnit.DURATION),
        (None, FigureUnit.COUNT),
    )
    assert [report_table.written(*each) for each in figures] == ["0", "0.0 s", "0:00:00", ""]


def test_a_period_that_is_too_long_is_refused(replayed: Database) -> None:
    with pytest.raises(Refused, match="at most 31 days"):
        shown(replayed, ReportBy.HOUR, date(2026, 1, 1), date(2026, 3, 1))
