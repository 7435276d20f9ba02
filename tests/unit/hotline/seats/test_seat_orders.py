"""Orders of the pages before they reach Asterisk: what is checked, and what is sent."""

from datetime import UTC, datetime
from typing import Any

import pytest

from hotline.database import Database
from hotline.people import Role, User
from hotline.seats import seat_orders
from hotline.seats.order_refusals import CannotObey
from hotline.seats.seat_orders import Order
from hotline.seats.seats import Seat, SeatState
from hotline.settings_file import Settings
from ivr.ami import ActionRefused, Ami, AmiError
from ivr.seats import call_orders, events, orders, supervision
from ivr.seats.events import ExchangeFacts
from tests.kit.seat_image import channel, member, told

CLERK, OTHER, SUPERVISOR = 1, 2, 3
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
LEG = "Local/seat01@seat-ring-00000000;1"
TALK = (channel("Newchannel"), channel("Newchannel", LEG))
PAUSED = channel("MixMonitorMute", **{"Variable-HOTLINE_RECORDING_PAUSED": "bank details"})
ASKED = channel(
    "Newchannel", "Local/002@consult-00000000;1", **{"Variable-HOTLINE_ASKED_BY": TALK[0]["Channel"]}
)


class Exchange(Ami):
    """An Asterisk that does whatever it is told."""

    def __init__(self, problem: AmiError | None = None) -> None:
        self.asked: list[str] = []
        self.problem = problem

    def action(self, name: str, **headers: str) -> dict[str, str]:
        if self.problem:
            raise self.problem
        self.asked.append(name)
        return {"Status": "0"}

    def listing(self, name: str, **headers: str) -> list[dict[str, str]]:
        return []


def seen(facts: ExchangeFacts | None) -> str:
    """The call that the page of the first seat shows."""
    return next((each.call_id for each in facts.channels.values() if each.call_id), "") if facts else ""


@pytest.fixture
def office(db: Database) -> Database:
    with db.writing() as session:
        for number, role in ((CLERK, Role.CLERK), (OTHER, Role.CLERK), (SUPERVISOR, Role.SUPERVISOR)):
            name = f"user{number}"
            session.add(User(id=number, name=name, full_name=name, password_hash="", role=role))
        for seat in ("seat01", "seat02", "seat03"):
            session.add(Seat(name=seat, state=SeatState.READY, since=NOW))
    return db


def outcome(
    settings: Settings,
    db: Database,
    exchange: Ami,
    facts: ExchangeFacts | None,
    order: Order,
    arguments: dict[str, Any] | None = None,
    *,
    by: int = CLERK,
    seat: str = "seat01",
) -> str:
    asked = {"call": seen(facts)} | (arguments or {})
    with db.writing() as session:
        given = seat_orders.give(session, NOW, by, seat, order, asked)
    assert orders.obey_all(settings, db, exchange, facts, NOW)
    with db.reading() as session:
        found = seat_orders.outcome(session, given)
    assert found is not None
    return said(found)


def said(problem: str) -> str:
    """What a page says in English; empty for an order that was obeyed."""
    return CannotObey[problem].said("en") if problem else ""


def test_every_order_has_its_way() -> None:
    assert set(orders.HANDLERS) == set(Order)


@pytest.mark.parametrize(
    ("order", "arguments", "said"),
    [
        (Order.PAUSE, {"reason": "no answer"}, "none of the reasons"),
        (Order.PAUSE, {"reason": "meal\r\nAction: Originate"}, "none of the reasons"),
        (Order.PAUSE, {}, "cannot be asked"),
        (Order.TRANSFER, {"to": "seat99"}, "no seat"),
        (Order.TRANSFER, {"to": "s,1"}, "no seat"),
        (Order.TRANSFER, {"to": "seat01"}, "your own seat"),
        (Order.TRANSFER, {"to": "seat02"}, "cannot be rung"),
        (Order.CONSULT, {"to": "seat02"}, "cannot be rung"),
        (Order.COMPLETE, {}, "no other seat"),
        (Order.CANCEL, {}, "no other seat"),
        (Order.RESUME, {}, "at the telephone itself"),
        (Order.PAUSE_RECORDING, {"reason": "lunch"}, "none of the reasons"),
        (Order.EXTEND_WRAP_UP, {}, "not in wrap-up"),
        (Order.LISTEN, {"to": "seat02"}, "only a supervisor"),
    ],
)
def test_what_is_refused_never_reaches_asterisk(
    settings: Settings, office: Database, order: Order, arguments: dict[str, str], said: str
) -> None:
    exchange = Exchange()
    assert said in outcome(settings, office, exchange, told(*TALK), order, arguments)
    assert exchange.asked == []


@pytest.mark.parametrize("order", [Order.TRANSFER, Order.HOLD, Order.HANG_UP, Order.PAUSE_RECORDING])
def test_without_a_call(settings: Settings, office: Database, order: Order) -> None:
    exchange, arguments = Exchange(), {"to": "seat02", "reason": "bank details"}
    assert "no call" in outcome(settings, office, exchange, told(member()), order, arguments)
    assert exchange.asked == []


@pytest.mark.parametrize("seat", ["seat00", "seat17", "seat1", "seat01@x", ""])
def test_an_unknown_seat(settings: Settings, office: Database, seat: str) -> None:
    exchange = Exchange()
    assert "no seat" in outcome(settings, office, exchange, ExchangeFacts(), Order.TAKE_SEAT, seat=seat[:8])
    assert exchange.asked == []


def test_one_user_a_seat_and_one_seat_a_user(settings: Settings, office: Database) -> None:
    def asks(seat: str, by: int) -> str:
        return outcome(settings, office, Exchange(), ExchangeFacts(), Order.TAKE_SEAT, seat=seat, by=by)

    assert asks("seat01", CLERK) == asks("seat01", CLERK) == ""
    assert asks("seat01", OTHER) == "somebody else has signed in at this seat"
    assert asks("seat02", CLERK) == "you have signed in at another seat; sign out there first"
    assert outcome(settings, office, Exchange(), ExchangeFacts(), Order.LEAVE_SEAT) == ""
    assert asks("seat02", CLERK) == ""


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (ActionRefused("Unable to add interface: No such queue"), "has refused"),
        (AmiError("Asterisk has closed the connection"), "out of reach"),
    ],
)
def test_asterisk_does_not_do_it(settings: Settings, office: Database, problem: AmiError, said: str) -> None:
    assert said in outcome(settings, office, Exchange(problem), ExchangeFacts(), Order.TAKE_SEAT)
    with office.reading() as session:
        assert session.get_one(Seat, "seat01").user_id is None


def test_nothing_is_tried_while_asterisk_is_lost(settings: Settings, office: Database) -> None:
    exchange = Exchange()
    assert "out of reach" in outcome(settings, office, exchange, None, Order.READY)
    assert exchange.asked == []


def test_what_is_sent(settings: Settings, office: Database) -> None:
    exchange, facts = Exchange(), told(*TALK, member(MemberName="seat02"))
    for order, arguments in (
        (Order.TRANSFER, {"to": "seat02"}),
        (Order.CONSULT, {"to": "seat02"}),
        (Order.PAUSE_RECORDING, {"reason": "bank details"}),
        (Order.RESUME_RECORDING, {}),
        (Order.HANG_UP, {}),
    ):
        assert outcome(settings, office, exchange, facts, order, arguments) == ""
    assert (
        outcome(settings, office, exchange, facts, Order.BARGE, {"to": "seat01"}, by=3, seat="seat03") == ""
    )
    assert exchange.asked == [
        *("BlindTransfer", "Setvar", "Atxfer"),
        *("QueueLog", "MixMonitorMute", "Setvar", "MixMonitorMute"),
        *("MixMonitorMute", "QueueLog", "Setvar", "MixMonitorMute"),
        *("Hangup", "ExtensionState", "Originate"),
    ]


@pytest.mark.parametrize(
    ("happened", "order", "said"),
    [
        ((PAUSED,), Order.TRANSFER, "recording is paused"),
        ((PAUSED,), Order.CONSULT, "recording is paused"),
        ((ASKED, PAUSED), Order.COMPLETE, "recording is paused"),
        ((ASKED,), Order.PAUSE_RECORDING, "recorded, too"),
    ],
)
def test_a_pause_is_of_one_seat_alone(
    settings: Settings, office: Database, happened: tuple[events.Headers, ...], order: Order, said: str
) -> None:
    exchange, facts = Exchange(), told(*TALK, *happened, member(MemberName="seat02"))
    arguments = {"to": "seat02", "reason": "bank details"}
    assert said in outcome(settings, office, exchange, facts, order, arguments)
    assert exchange.asked == []


@pytest.mark.parametrize("call", ["1763885000.11", "", "x\r\nAction: Originate"])
@pytest.mark.parametrize("order", sorted({*call_orders.HANDLERS, *supervision.HANDLERS}))
def test_nothing_happens_to_another_call_than_the_one_that_was_seen(
    settings: Settings, office: Database, order: Order, call: str
) -> None:
    exchange, facts = Exchange(), told(*TALK, member(MemberName="seat02"))
    by, seat, to = (
        (SUPERVISOR, "seat03", "seat01") if order in supervision.HANDLERS else (CLERK, "seat01", "seat02")
    )
    arguments = {"call": call, "to": to, "reason": "bank details"}
    assert "that call is over" in outcome(
        settings, office, exchange, facts, order, arguments, by=by, seat=seat
    )
    assert exchange.asked == []


def test_a_page_that_names_no_call_is_not_obeyed(settings: Settings, office: Database) -> None:
    with office.writing() as session:
        given = seat_orders.give(session, NOW, CLERK, "seat01", Order.HANG_UP)
    exchange = Exchange()
    orders.obey_all(settings, office, exchange, told(*TALK), NOW)
    with office.reading() as session:
        assert seat_orders.outcome(session, given) == CannotObey.NOT_OF_A_SEAT.name
    assert exchange.asked == []


def test_a_seat_in_wrap_up_is_ready_at_once(settings: Settings, office: Database) -> None:
    exchange, facts = Exchange(), ExchangeFacts()
    name = "Local/seat01@wrap-up-00000003;2"
    events.note(facts, channel("Newchannel", name, Context="wrap-up"), NOW)
    assert outcome(settings, office, exchange, facts, Order.READY) == ""
    assert exchange.asked == ["QueuePause", "Hangup"]


def test_a_wrap_up_that_has_just_ended_by_itself(settings: Settings, office: Database) -> None:
    class Late(Exchange):
        def action(self, name: str, **headers: str) -> dict[str, str]:
            if name == "Hangup":
                raise ActionRefused("No such channel")
            return super().action(name, **headers)

    facts = told(channel("Newchannel", "Local/seat01@wrap-up-00000003;2", Context="wrap-up"))
    assert outcome(settings, office, Late(), facts, Order.READY) == ""
