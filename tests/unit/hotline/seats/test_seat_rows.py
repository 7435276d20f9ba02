"""The image in the database: written where it has changed, and nobody is told of nothing."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from hotline import people
from hotline.calls import calls_answered
from hotline.calls.calls import CallRecord
from hotline.database import Database
from hotline.people import Role, User
from hotline.seats import microphones, seat_orders, seats
from hotline.seats.microphones import MicrophoneTrouble
from hotline.seats.order_refusals import CannotObey
from hotline.seats.seat_orders import Order, SeatOrder
from hotline.seats.seat_sittings import SeatSitting
from hotline.seats.seats import Seat, SeatNow, SeatState, WaitingCall, WaitingNow, WaitingSummary
from hotline.sign_ins import BrowserSession

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
LATER = NOW + timedelta(seconds=5)
READY = SeatNow("seat01", SeatState.READY)
RINGING = SeatNow("seat01", SeatState.RINGING, call_id="a", caller="13800001234")
WAITING = WaitingNow("a", "13800001234", NOW, 1)


def version(db: Database) -> int:
    with db.reading() as session:
        return seats.version(session)[0]


def shown(db: Database, seat: SeatNow, *waiting: WaitingNow, now: datetime = NOW) -> Seat:
    with db.writing() as session:
        seats.show(session, [seat], waiting, now)
    with db.reading() as session:
        row = session.get_one(Seat, seat.name)
        session.expunge_all()
        return row


def test_what_has_not_changed_is_not_told(either_db: Database) -> None:
    shown(either_db, READY)
    before = version(either_db)
    assert shown(either_db, READY, now=LATER).since == NOW
    assert version(either_db) == before
    assert shown(either_db, RINGING, WAITING, now=LATER).since == LATER
    assert version(either_db) == before + 1


def test_who_waits_and_who_does_not_any_more(either_db: Database) -> None:
    shown(either_db, READY, WAITING)
    shown(either_db, READY, WaitingNow("b", "", NOW, 1), WaitingNow("a", "13800001234", NOW, 2))
    with either_db.reading() as session:
        rows = session.query(WaitingCall).order_by(WaitingCall.position)
        assert [(row.call_id, row.position) for row in rows] == [("b", 1), ("a", 2)]
        assert seats.waiting(session) == WaitingSummary(2, NOW)
    shown(either_db, READY, WaitingNow("b", "", NOW, 1, is_callback=True))
    with either_db.reading() as session:
        assert seats.waiting(session) == WaitingSummary(0, None)
    shown(either_db, READY)
    with either_db.reading() as session:
        assert session.query(WaitingCall).all() == []


def test_seats_that_the_settings_no_longer_have_are_gone(db: Database) -> None:
    shown(db, READY)
    shown(db, SeatNow("seat02", SeatState.READY))
    with db.reading() as session:
        assert session.get(Seat, "seat01") is None


def sits(db: Database) -> None:
    with db.writing() as session:
        session.add(User(id=1, name="li", full_name="李", password_hash="", role=Role.CLERK))
        session.flush()
        session.get_one(Seat, "seat01").user_id = 1


def test_seats_and_who_has_signed_in_there(either_db: Database) -> None:
    with either_db.writing() as session:
        wang = people.add(session, "wang", "王", Role.CLERK, "correct horse")
        session.add(Seat(name="seat01", since=NOW, user_id=wang.id))
        session.add(Seat(name="seat02", since=NOW))
        session.flush()
        assert {seat.name: user for seat, user in seats.with_users(session)} == {
            "seat01": wang,
            "seat02": None,
        }


def test_nobody_sits_at_a_seat_that_was_signed_out_by_other_means(db: Database) -> None:
    shown(db, READY)
    sits(db)
    gone = SeatNow("seat01", SeatState.UNSTAFFED)
    assert shown(db, gone).user_id == 1  # who signs in now is in the row before Asterisk has told
    assert shown(db, gone, now=LATER).user_id is None


def test_calls_answered_since_midnight(db: Database) -> None:
    shown(db, READY)
    with db.writing() as session:
        for call, at in (("a", NOW), ("b", NOW - timedelta(days=1))):
            session.add(CallRecord(call_id=call, caller="", arrived_at=at, answered_at=at, seat="seat01"))
        session.add(CallRecord(call_id="c", caller="", arrived_at=NOW, seat=""))
    before = version(db)
    midnight = NOW - timedelta(hours=3)
    with db.reading() as session:
        counted = calls_answered.answered(session, midnight)
    assert counted == {"seat01": 1}
    with db.writing() as session:
        calls_answered.show_answered(session, counted, NOW)
    with db.reading() as session:
        assert session.get_one(Seat, "seat01").calls_answered == 1
        assert calls_answered.answered(session, midnight) == {}
    assert version(db) == before + 1


def test_signs_of_life(db: Database) -> None:
    for at in (NOW, LATER):
        with db.writing() as session:
            seats.alive(session, at)
        with db.reading() as session:
            assert seats.version(session) == (0, at)


def test_an_order_is_given_out_once_and_not_late(either_db: Database) -> None:
    with either_db.writing() as session:
        session.add(User(id=1, name="li", full_name="李", password_hash="", role=Role.CLERK))
        session.flush()
        late = seat_orders.give(session, NOW - timedelta(minutes=1), 1, "seat01", Order.READY)
        given = seat_orders.give(session, NOW, 1, "seat01", Order.PAUSE, {"reason": "meal"})
    with either_db.writing() as session:
        assert seat_orders.is_waiting(session)
        assert [order.id for order in seat_orders.claim(session, NOW)] == [given]
        assert not seat_orders.is_waiting(session) and seat_orders.claim(session, NOW) == []
        assert seat_orders.outcome(session, late) == CannotObey.TOO_LATE.name
        assert seat_orders.why("TOO_LATE") is CannotObey.TOO_LATE
        assert seat_orders.why("of another version") is CannotObey.FAILED
        assert seat_orders.outcome(session, given) is None
        seat_orders.done(session, given)
    with either_db.reading() as session:
        assert seat_orders.outcome(session, given) == ""
    with either_db.writing() as session:
        seat_orders.claim(session, NOW + timedelta(hours=24))
        assert seat_orders.outcome(session, given) == ""
        seat_orders.claim(session, NOW + timedelta(hours=25))
        assert list(session.scalars(select(SeatOrder))) == []  # nobody asks any more


def test_the_last_call_that_a_seat_joined(either_db: Database) -> None:
    with either_db.writing() as session:
        by_id = people.add(session, "suyan", "苏燕", Role.SUPERVISOR, "a long password").id
        assert seat_orders.last_join(session, "seat01") is None
        to = [{"to": "seat02"}, {"to": "seat03"}, {"to": "seat04"}]
        given = [seat_orders.give(session, NOW, by_id, "seat01", Order.LISTEN, each) for each in to]
        seat_orders.give(session, NOW, by_id, "seat01", Order.PAUSE, {"reason": "lunch"})
        seat_orders.give(session, NOW, by_id, "seat09", Order.BARGE, {"to": "seat02"})
        seat_orders.done(session, given[2], CannotObey.CALL_IS_OVER)
        last = seat_orders.last_join(session, "seat01")
        assert last and last.id == given[1] and last.arguments == {"to": "seat03"}


def test_a_browser_without_a_microphone_is_told_from_a_seat_without_a_telephone(either_db: Database) -> None:
    with either_db.writing() as session:
        user = people.add(session, "li", "李", Role.CLERK, "long-enough-password")
        session.flush()
        session.add(Seat(name="seat01", state=SeatState.NO_TELEPHONE, since=NOW, user_id=user.id))
        sign_in = BrowserSession(token_hash="a" * 64, user_id=user.id, begun_at=NOW, seen_at=NOW)
        session.add(sign_in)
        session.flush()
        session.add(SeatSitting(seat="seat01", user_id=user.id, token_hash="a" * 64, secret="s"))
        session.flush()
        for token, trouble in (("b" * 64, MicrophoneTrouble.MUTED), ("a" * 64, MicrophoneTrouble.DENIED)):
            microphones.report(session, "seat01", token, trouble, LATER)  # only the browser that sits there
    before = version(either_db)
    row = shown(either_db, SeatNow("seat01", SeatState.NO_TELEPHONE), now=LATER)
    assert (row.state, row.microphone, row.since) == (
        SeatState.NO_MICROPHONE,
        MicrophoneTrouble.DENIED,
        LATER,
    )
    assert version(either_db) == before
    assert shown(either_db, READY, now=LATER).state == SeatState.READY  # a desk phone needs none
    shown(either_db, SeatNow("seat01", SeatState.NO_TELEPHONE))
    with either_db.writing() as session:
        microphones.report(session, "seat01", "a" * 64, None, LATER)
        assert session.get_one(Seat, "seat01").state == SeatState.NO_TELEPHONE
        microphones.report(session, "seat01", "a" * 64, MicrophoneTrouble.BUSY, LATER)
    gone = LATER + timedelta(minutes=1)
    shown(either_db, SeatNow("seat01", SeatState.UNSTAFFED), now=LATER)
    assert shown(either_db, SeatNow("seat01", SeatState.UNSTAFFED), now=gone).microphone == ""
