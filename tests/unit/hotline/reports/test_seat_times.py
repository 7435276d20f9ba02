"""How long a seat did what, from its events."""

from datetime import UTC, datetime, timedelta

import pytest

from hotline.reports.seat_times import SeatActivity, SeatMoment, SeatStretch, SeatTimes, stretches

BEGIN = datetime(2026, 11, 24, 1, tzinfo=UTC)
WRAP_UP = 30


def at(seconds: int) -> datetime:
    return BEGIN + timedelta(seconds=seconds)


def played(*events: tuple[int, str], now: int = 1000) -> list[tuple[str, int, int]]:
    """What comes of events of one seat: what it did, from when until when."""
    found = stretches([SeatMoment(at(when), "seat01", what) for when, what in events], WRAP_UP, at(now))
    return [(str(each.doing), seconds(each.begin), seconds(each.end)) for each in found]


def seconds(moment: datetime) -> int:
    return int((moment - BEGIN).total_seconds())


SIGNED_IN = (0, "signed_in")
OUT = (900, "signed_out")


def test_what_goes_on_counts_until_now() -> None:
    assert played(SIGNED_IN, (10, "paused")) == [("staffed", 0, 1000), ("paused", 10, 1000)]


@pytest.mark.parametrize(
    ("after_the_talk", "wrapped_up_until"),
    [
        ((), 130),  # the log says nothing: as long as the setting
        (((140, "answered"), (200, "agent_hung_up"), (205, "wrap_up_over")), 130),
        (((110, "answered"), (200, "agent_hung_up"), (205, "wrap_up_over")), 110),
        (((115, "paused"), (116, "wrap_up_over")), 115),
        (((190, "wrap_up_over"),), 190),  # extended
        (((105, "wrap_up_over"),), 105),  # ended early
        (((112, "signed_out"), (112, "wrap_up_over")), 112),
        (((120, "exchange_started"),), 120),
    ],
)
def test_wrap_up_ends_in_many_ways(
    after_the_talk: tuple[tuple[int, str], ...], wrapped_up_until: int
) -> None:
    found = played(SIGNED_IN, (50, "answered"), (100, "caller_hung_up"), *after_the_talk, OUT)
    first = next(each for each in found if each[0] == "wrap_up")
    assert first == ("wrap_up", 100, wrapped_up_until)


def test_no_wrap_up_where_nobody_would_be_rung() -> None:
    paused = played(
        SIGNED_IN, (50, "answered"), (60, "paused"), (100, "agent_hung_up"), (130, "wrap_up_over"), OUT
    )
    gone = played(
        SIGNED_IN, (50, "answered"), (60, "signed_out"), (100, "agent_hung_up"), (130, "wrap_up_over")
    )
    for found in (paused, gone):
        assert ("talking", 50, 100) in found
        assert "wrap_up" not in [what for what, *_ in found]


def test_a_talk_whose_end_nobody_knows_is_not_counted() -> None:
    crashed = played(SIGNED_IN, (50, "answered"), (100, "exchange_started"), OUT)
    forgotten = played(SIGNED_IN, (50, "answered"), (300, "answered"), (310, "agent_hung_up"), OUT)
    ages_ago = played(SIGNED_IN, (50, "answered"), now=3 * 3600)
    going_on = played(SIGNED_IN, (50, "answered"), now=80)
    assert "talking" not in [what for what, *_ in [*crashed, *ages_ago]]
    assert [each for each in forgotten if each[0] == "talking"] == [("talking", 300, 310)]
    assert ("talking", 50, 80) in going_on


def test_a_pause_with_another_reason_is_another_pause() -> None:
    events = [
        SeatMoment(at(0), "seat01", "signed_in"),
        SeatMoment(at(10), "seat01", "paused", "break"),
        SeatMoment(at(20), "seat01", "paused", "meal"),
        SeatMoment(at(50), "seat01", "resumed"),
    ]
    paused = [each for each in stretches(events, WRAP_UP, at(60)) if each.doing == SeatActivity.PAUSED]
    assert [(each.reason, each.begin, each.end) for each in paused] == [
        ("break", at(10), at(20)),
        ("meal", at(20), at(50)),
    ]


@pytest.mark.parametrize("order", [("signed_in", "sat_down"), ("sat_down", "signed_in")])
def test_who_takes_over_a_seat_gets_the_time_from_then_on(order: tuple[str, str]) -> None:
    events = [
        *(SeatMoment(at(0), "seat01", what, user_id=7) for what in order),
        SeatMoment(at(40), "seat01", "sat_down", user_id=8),
        SeatMoment(at(100), "seat01", "signed_out"),
    ]
    found = stretches(events, WRAP_UP, at(200))
    assert [(each.user_id, each.begin, each.end) for each in found] == [
        (7, at(0), at(40)),
        (8, at(40), at(100)),
    ]


def test_times_are_cut_at_the_border_and_add_up() -> None:
    stretch = SeatStretch("seat01", None, SeatActivity.PAUSED, at(0), at(100), "meal")
    before, after, elsewhere = SeatTimes(), SeatTimes(), SeatTimes()
    before.add(stretch, at(-50), at(30))
    after.add(stretch, at(30), at(500))
    elsewhere.add(stretch, at(100), at(200))
    assert (before.paused["meal"], after.paused["meal"], elsewhere.paused.total()) == (30, 70, 0)
    assert (before + after).paused == {"meal": 100}
