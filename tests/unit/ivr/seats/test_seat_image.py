"""From what Asterisk tells to what the pages see: values in, values out."""

from datetime import UTC, datetime, timedelta

import pytest

from hotline.seats.seats import SeatNow, SeatState, WaitingNow
from hotline.sections import Seats
from ivr.seats import events, image
from ivr.seats.events import Channel, ExchangeFacts, Headers
from tests.kit.seat_image import CALL, NOW, PHONE, channel, member, told

RULES = Seats(wrap_up_seconds=30, wrap_up_extension_seconds=60)


def caller(kind: str = "Newchannel") -> Headers:
    return channel(kind, "PJSIP/trunk-00000000", Uniqueid=CALL, CallerIDNum="13800001234")


def seat(*happened: Headers) -> SeatNow:
    [found] = image.seats(told(*happened), ["seat01"], RULES)
    return found


def test_nothing_told_is_signed_out() -> None:
    assert seat() == SeatNow("seat01", SeatState.UNSTAFFED)


@pytest.mark.parametrize("status", ["0", "4", "5"])
def test_signed_in_without_a_telephone(status: str) -> None:
    assert seat(member(Status=status)).state == SeatState.NO_TELEPHONE


def test_a_pause_knows_since_when() -> None:
    paused = member("QueueMemberPause", Paused="1", PausedReason="meal", LastPause="1795435000")
    since = datetime.fromtimestamp(1795435000, UTC)
    assert seat(member("QueueMemberAdded"), paused) == SeatNow(
        "seat01", SeatState.PAUSED, reason="meal", since=since
    )
    assert seat(paused, member("QueueMemberPause")).state == SeatState.READY


def test_nobody_is_signed_out_on_an_events_word_alone() -> None:
    told = seat(member("QueueMemberAdded"), gone := member("QueueMemberRemoved"))
    assert told.state == SeatState.READY
    assert events.is_doubtful(gone) and not events.is_doubtful(member("QueueMemberAdded"))


def test_what_no_list_tells_is_kept_when_the_lists_are_asked() -> None:
    def told(*given: Headers, at: datetime) -> ExchangeFacts:
        return events.gathered([*given, caller(), {**joins("c", 1), "Wait": "3"}], at)

    before = told(channel("Newchannel"), channel("Hold"), at=NOW)
    after = events.renewed(before, told(channel("Status", Seconds="0"), at=NOW + timedelta(seconds=9)))
    assert after.channels[PHONE].held and after.channels[PHONE].began == before.channels[PHONE].began
    assert after.waiting == before.waiting


def test_a_call_from_the_first_ring_to_the_end() -> None:
    begun = [member("QueueMember", Name="seat01"), caller(), channel("Newchannel", call="", ChannelState="0")]
    ringing = channel("Newstate", ChannelState="5")
    assert seat(*begun, ringing) == SeatNow("seat01", SeatState.RINGING, call_id=CALL, caller="13800001234")
    talking = [*begun, ringing, channel("Newstate")]
    assert seat(*talking).state == SeatState.ON_A_CALL
    assert seat(*talking, channel("Hold")).held
    assert seat(*talking, channel("Hold"), channel("BridgeEnter")).held
    assert not seat(*talking, channel("Hold"), channel("Unhold")).held
    assert seat(*talking, member(Status="8")).held  # what is told after a new connection
    over = [*talking, channel("Hangup")]
    assert seat(*over).state == SeatState.READY
    assert seat(*over, channel("BridgeLeave")).state == SeatState.READY  # told late


def test_the_caller_is_the_citizen_whoever_the_seat_talks_to() -> None:
    asked = channel("Newchannel", ConnectedLineNum="seat02")
    assert seat(caller(), asked).caller == "13800001234"
    assert seat(channel("Newchannel", ConnectedLineNum="<script>138</script>")).caller == ""


def test_of_two_telephones_the_one_that_was_answered() -> None:
    web = channel("Newchannel", "PJSIP/seat01-web-0000000a")
    assert seat(member(), channel("Newchannel", ChannelState="5"), web).state == SeatState.ON_A_CALL


@pytest.mark.parametrize(
    "name", ["PJSIP/seat011-00000001", "PJSIP/trunk-seat01-00000001", "Local/seat01@seat-ring-00000001;1"]
)
def test_other_channels_are_no_telephone_of_the_seat(name: str) -> None:
    assert seat(member(), channel("Newchannel", name)).state == SeatState.READY


def test_a_list_that_was_asked_for_knows_what_is_lost_in_between() -> None:
    listed = channel("Status", Seconds="7") | {"Variable-HOTLINE_RECORDING_PAUSED": "bank details"}
    found = seat(listed, member("QueueMember", Name="seat01"))
    assert (found.state, found.recording_paused) == (SeatState.ON_A_CALL, "bank details")
    assert seat(channel("Status", call="(null)")).call_id == ""


def wrap_up(kind: str = "Newchannel", context: str = "wrap-up") -> Headers:
    name = "Local/seat01@wrap-up-00000003;2"
    return channel(kind, name, Context=context, ConnectedLineNum="13800001234")


def test_wrap_up_is_a_channel_and_may_be_extended() -> None:
    found = seat(member(), wrap_up())
    assert (found.state, found.call_id, found.caller) == (SeatState.WRAP_UP, CALL, "13800001234")
    assert (found.since, found.wrap_up_until) == (NOW, NOW + timedelta(seconds=30))
    extended = seat(member(), wrap_up(), wrap_up("Status", "wrap-up-extended"))
    assert extended.wrap_up_extended and extended.wrap_up_until == NOW + timedelta(seconds=90)
    assert seat(member(), wrap_up(), wrap_up("Hangup")).state == SeatState.READY
    assert seat(member(Paused="1", PausedReason="meal"), wrap_up()).state == SeatState.PAUSED
    assert seat(member(), wrap_up(), channel("Newchannel")).state == SeatState.ON_A_CALL


def test_a_held_caller_and_a_seat_that_is_asked() -> None:
    def asked(number: str) -> Headers:
        by = {"Variable-HOTLINE_ASKED_BY": PHONE}
        return channel("Newchannel", f"Local/{number}@consult-00000002;1") | by

    held = told(channel("Newchannel"), asked("000"))
    assert image.is_on_hold(held, "seat01") and not image.is_on_hold(held, "seat02")
    other = told(channel("Newchannel"), asked("002"))
    assert image.consulted(other, "seat01") and not image.is_on_hold(other, "seat01")
    assert image.consulted(told(channel("Newchannel")), "seat01") is None


def test_many_seats_cost_one_look_at_the_channels(monkeypatch: pytest.MonkeyPatch) -> None:
    """An office of 200 seats, all of them talking: each channel is looked at once, not once for each seat."""
    names = [f"seat{number:02}" for number in range(1, 201)]
    phones = [channel("Newchannel", f"PJSIP/{name}-00000001", call=name) for name in names]
    facts, look = told(*phones), image.seat_of
    looks: list[Channel] = []

    def noted(channel: Channel) -> str:
        looks.append(channel)
        return look(channel)

    monkeypatch.setattr(image, "seat_of", noted)
    found = image.seats(facts, names, RULES)
    assert [each.call_id for each in found] == names
    assert len(looks) == len(names)


def joins(name: str, position: int, kind: str = "QueueCallerJoin", **changed: str) -> Headers:
    return {"Event": kind, "Uniqueid": name, "Position": str(position)} | changed


def test_the_waiting_in_their_order() -> None:
    facts = told(caller(), joins(CALL, 1), joins("b", 2), joins("c", 1, "QueueEntry", Wait="40"))
    assert image.waiting(facts) == [
        WaitingNow("c", "", NOW - timedelta(seconds=40), 1),
        WaitingNow(CALL, "13800001234", NOW, 2),
        WaitingNow("b", "", NOW, 3),
    ]
    events.note(facts, {"Event": "QueueCallerLeave", "Uniqueid": "c"}, NOW)
    assert [each.position for each in image.waiting(facts)] == [1, 2]
    events.note(facts, joins("b", 2), NOW)  # told twice
    assert [each.call_id for each in image.waiting(facts)] == [CALL, "b"]
