"""Where the sound of a call is no talk with its caller: from the log's seconds to places in the sound."""

from datetime import UTC, datetime, timedelta

import pytest

from hotline.calls import call_stretches
from hotline.calls.call_stretches import CallStretch, HeardSpeaker, StretchKind
from hotline.recordings.recordings import RecordingPart, Speaker
from hotline.seats.seat_events import SeatEvent

BEGIN = datetime(2026, 11, 23, 2, tzinfo=UTC)
CALL = "a-1.0"


def part(number: int, seat: str, seconds: float) -> RecordingPart:
    speaker = Speaker.AGENT if number % 2 else Speaker.CALLER
    return RecordingPart(source=f"{CALL}.{number}@{seat}+138.wav", seconds=seconds, speaker=speaker)


def event(seconds: int, seat: str, what: str, detail: str = "") -> SeatEvent:
    at = BEGIN + timedelta(seconds=seconds)
    return SeatEvent(at=at, seat=seat, event=what, call_id=CALL, detail=detail)


ONE = [part(70, "seat01", 60.0), part(71, "seat01", 60.0)]
"""A talk of a minute."""
TWO = [*ONE, part(72, "seat02", 30.0), part(73, "seat02", 30.0)]
"""Handed on."""
CONNECT = event(5, "seat01", "answered", "5")


def found(parts: list[RecordingPart], *events: SeatEvent) -> list[CallStretch]:
    return call_stretches.stretches(call_stretches.talks(parts, events), events)


def test_a_pause_lies_behind_the_beginning_of_the_talk() -> None:
    paused = event(15, "seat01", "recording_paused", "bank details")
    assert found(ONE, CONNECT, paused, event(20, "seat01", "recording_resumed")) == [
        CallStretch(StretchKind.PAUSED, 10.0, 15.0, "bank details")
    ]


@pytest.mark.parametrize(
    ("begin", "end", "place"),
    [(15, None, (10.0, 60.0)), (15, 15, (10.0, 10.0)), (15, 90, (10.0, 60.0)), (4, 20, None), (70, 75, None)],
)
def test_a_pause_ends_with_the_talk_at_the_latest(
    begin: int, end: int | None, place: tuple[float, float] | None
) -> None:
    events = [CONNECT, event(begin, "seat01", "recording_paused")]
    events += [event(end, "seat01", "recording_resumed")] if end else []
    assert [(each.begin, each.end) for each in found(ONE, *events)] == ([place] if place else [])


def test_a_pause_at_the_next_seat_lies_in_the_next_talk() -> None:
    handed_on = event(65, "seat02", "handed_to")
    paused = event(75, "seat02", "recording_paused", "identity card")
    resumed = (event(76, "seat01", "recording_resumed"), event(80, "seat02", "recording_resumed"))
    assert found(TWO, CONNECT, handed_on, paused, *resumed) == [
        CallStretch(StretchKind.HANDED_ON, 60.0, 60.0, "seat02"),
        CallStretch(StretchKind.PAUSED, 70.0, 75.0, "identity card"),
    ]


def test_a_colleague_is_heard_in_both_talks() -> None:
    """Asked from 0:45 on, and both overlap until the call is handed on at 0:57."""
    asked = (event(50, "seat02", "handed_to"), event(50, "seat01", "consult_began", "seat02"))
    assert found(TWO, CONNECT, *asked, event(62, "seat01", "consult_ended")) == [
        CallStretch(StretchKind.ASKED, 45.0, 57.0, "seat02"),
        CallStretch(StretchKind.WAS_ASKED, 60.0, 72.0, "seat01"),
        CallStretch(StretchKind.HANDED_ON, 72.0, 72.0, "seat02"),
    ]


def test_who_was_only_asked_has_not_got_the_call() -> None:
    asked = (event(50, "seat02", "handed_to"), event(50, "seat01", "consult_began", "seat02"))
    over = (event(62, "seat01", "consult_ended"), event(63, "seat02", "handed_talk_over", "13"))
    parts = [*ONE, part(72, "seat02", 13.0), part(73, "seat02", 13.0)]
    assert [each.what for each in found(parts, CONNECT, *asked, *over)] == [
        StretchKind.ASKED,
        StretchKind.WAS_ASKED,
    ]


def test_a_supervisor_is_heard_behind_all_talks() -> None:
    barged_in = part(89, "seat03", 20.0)
    assert call_stretches.supervisor([*TWO, barged_in]) == [
        CallStretch(StretchKind.SUPERVISOR, 90.0, 110.0, "seat03")
    ]
    assert call_stretches.supervisor(TWO) == []


def test_where_the_log_does_not_know_a_talk_nothing_is_said_of_it() -> None:
    paused = event(15, "seat01", "recording_paused", "x")
    assert found(ONE, paused) == []
    later = (event(65, "seat02", "handed_to"), event(70, "seat02", "recording_paused", "y"))
    assert found(TWO, paused, *later) == [
        CallStretch(StretchKind.HANDED_ON, 60.0, 60.0, "seat02"),
        CallStretch(StretchKind.PAUSED, 65.0, 90.0, "y"),
    ]


@pytest.mark.parametrize(
    ("speaker", "start", "end", "who"),
    [
        (Speaker.CALLER, 2.0, 8.5, HeardSpeaker.CALLER),
        (Speaker.CALLER, 8.0, 9.5, HeardSpeaker.EITHER),
        (Speaker.CALLER, 9.5, 12.0, HeardSpeaker.EITHER),
        (Speaker.CALLER, 10.5, 19.0, HeardSpeaker.COLLEAGUE),
        (Speaker.CALLER, 19.0, 22.0, HeardSpeaker.EITHER),
        (Speaker.CALLER, 21.5, 25.0, HeardSpeaker.CALLER),
        (Speaker.CALLER, 31.0, 35.0, HeardSpeaker.CALLER),
        (Speaker.AGENT, 10.5, 19.0, HeardSpeaker.AGENT),
        (None, 10.5, 19.0, None),
    ],
)
def test_who_is_heard(speaker: Speaker | None, start: float, end: float, who: HeardSpeaker | None) -> None:
    known = [
        CallStretch(StretchKind.ASKED, 10.0, 20.0, "seat02"),
        CallStretch(StretchKind.PAUSED, 30.0, 40.0, "x"),
    ]
    assert call_stretches.heard(speaker, start, end, known) == who
