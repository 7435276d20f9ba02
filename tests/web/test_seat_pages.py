"""The seat's pages: who may ask for what, what comes of it, and what the browser may reach."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from hotline.hours import hand_hours
from hotline.people import User
from hotline.seats import seat_messages, seat_orders, seats
from hotline.seats.order_refusals import CannotObey
from hotline.seats.seat_orders import Order, SeatOrder
from hotline.seats.seats import Seat, SeatState
from tests.web.locked import locked
from tests.web.office import Office, Visitor
from web import orders
from web.orders import PATIENCE_SECONDS


def sit(office: Office, name: str, seat: str, state: SeatState = SeatState.READY) -> None:
    """Somebody sits at a seat, as the service would write it."""
    with office.db.writing() as session:
        user_id = session.scalars(select(User.id).where(User.name == name)).one()
        session.add(Seat(name=seat, state=state, since=office.clock.now, user_id=user_id))


def moves(office: Office, name: str, seat: str) -> None:
    """Somebody sits at another seat now."""
    with office.db.writing() as session:
        user_id = session.scalars(select(User.id).where(User.name == name)).one()
        session.execute(update(Seat).where(Seat.user_id == user_id).values(user_id=None))
        session.execute(update(Seat).where(Seat.name == seat).values(user_id=user_id))


def given(office: Office) -> list[tuple[str, str, dict[str, str]]]:
    with office.db.reading() as session:
        return [(each.seat, each.order, each.arguments) for each in session.scalars(select(SeatOrder))]


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(orders, "PATIENCE_SECONDS", 0.2)


@contextmanager
def serving(
    office: Office, monkeypatch: pytest.MonkeyPatch, problem: CannotObey | None = None
) -> Iterator[None]:
    """Obeys the first order that is given, as the service would; ``problem`` is what it says."""
    monkeypatch.setattr(orders, "PATIENCE_SECONDS", 10)

    def obey() -> None:
        give_up = time.monotonic() + 10
        while time.monotonic() < give_up:
            with office.db.writing() as session:
                for order in seat_orders.claim(session, office.clock.now):
                    seat_orders.done(session, order.id, problem)
                    return
            time.sleep(0.01)

    service = threading.Thread(target=obey)
    service.start()
    yield
    service.join()


def test_who_sits_nowhere_chooses_a_free_seat(office: Office, clerk: Visitor) -> None:
    sit(office, "chenjing", "seat02")
    page = clerk.get("/seat").get_data(as_text=True)
    assert 'value="seat01" class="seat-to-choose">' in page
    assert 'value="seat02" class="seat-to-choose" disabled>' in page and "陈静" in page
    assert clerk.get("/seat/telephone").status_code == 404
    assert clerk.get("/seat/now").get_json()["seat"] is None
    assert clerk.post("/seat/orders/ready").status_code == 404
    assert given(office) == []


def test_a_taken_seat_and_one_that_is_none(office: Office, clerk: Visitor) -> None:
    sit(office, "chenjing", "seat02")
    assert clerk.post("/seat/sign-in", {"seat": "seat02"}).status_code == 303
    assert "该座席已有人签入" in clerk.get("/seat").get_data(as_text=True)
    assert clerk.post("/seat/sign-in", {"seat": "../seat01"}).status_code == 404
    assert given(office) == []


def test_an_order_is_for_the_own_seat(
    office: Office, clerk: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    sit(office, "liuyang", "seat01")
    with serving(office, monkeypatch):
        assert clerk.post("/seat/orders/pause", {"argument": "meal", "seat": "seat02"}).status_code == 200
    assert given(office) == [("seat01", "pause", {"reason": "meal"})]


def test_why_an_order_was_not_obeyed(office: Office, clerk: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    sit(office, "liuyang", "seat01")
    with serving(office, monkeypatch, CannotObey.OTHER_SEAT_BUSY):
        answer = clerk.post("/seat/orders/transfer", {"argument": "seat02", "call": "1.7"})
    assert given(office) == [("seat01", "transfer", {"to": "seat02", "call": "1.7"})]
    assert (answer.status_code, answer.get_json()) == (409, {"message": "对方座席现在无法振铃。"})


def test_nothing_is_done_any_more_when_the_page_has_given_up(office: Office, clerk: Visitor) -> None:
    sit(office, "liuyang", "seat01")
    clerk.post("/seat/orders/ready")
    late = office.clock.now + timedelta(seconds=PATIENCE_SECONDS)
    with office.db.writing() as session:
        assert seat_orders.claim(session, late) == []


def test_an_order_nobody_answers(office: Office, clerk: Visitor) -> None:
    sit(office, "liuyang", "seat01")
    answer = clerk.post("/seat/orders/hold")
    assert answer.status_code == 409 and "没有响应" in answer.get_json()["message"]


@pytest.mark.parametrize("order", ["listen", "whisper", "barge", "call_back", "sign_in", "nonsense"])
def test_what_an_agent_may_not_order(office: Office, clerk: Visitor, order: str) -> None:
    sit(office, "liuyang", "seat01")
    assert clerk.post(f"/seat/orders/{order}", {"argument": "seat02"}).status_code == 404
    assert given(office) == []


def test_the_console_alone_reaches_the_exchange_and_the_microphone(office: Office, clerk: Visitor) -> None:
    sit(office, "liuyang", "seat01")
    exchange = f"wss://127.0.0.1:{office.settings.seats.wss_port}/ws"
    console, account = clerk.get("/seat").headers, clerk.get("/account").headers
    assert f"connect-src 'self' {exchange};" in console["Content-Security-Policy"]
    assert "microphone=(self)" in console["Permissions-Policy"]
    assert "connect-src 'self';" in account["Content-Security-Policy"]
    assert "microphone=()" in account["Permissions-Policy"]


def test_a_message_is_read_by_whom_it_is_for(office: Office, clerk: Visitor, colleague: Visitor) -> None:
    sit(office, "liuyang", "seat01")
    sit(office, "chenjing", "seat02")
    with office.db.writing() as session:
        by = session.scalars(select(User.id).where(User.name == "chenjing")).one()
        seat_messages.send(session, "seat01", "请回座席", by, office.clock.now)
    moves(office, "chenjing", "seat01")
    moves(office, "liuyang", "seat02")
    assert colleague.get("/seat/now").get_json()["message"] is None  # who sits there next
    colleague.post("/seat/messages/1/read")
    assert clerk.get("/seat/now").get_json()["message"]["text"] == "请回座席"
    clerk.post("/seat/messages/1/read")
    assert clerk.get("/seat/now").get_json()["message"] is None
    with office.db.reading() as session:
        assert seats.version(session)[0] == 2


def test_who_leaves_the_pages_leaves_the_seat(office: Office, clerk: Visitor) -> None:
    sit(office, "liuyang", "seat01")
    said = clerk.get(clerk.post("/sign-out").headers["Location"]).get_data(as_text=True)
    assert given(office) == [("seat01", "sign_out", {})]
    assert "您所在的座席仍处于签入状态" in said  # here is no exchange


def test_a_seat_that_was_left_in_time_is_not_spoken_of(
    office: Office, clerk: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    sit(office, "liuyang", "seat01")
    with serving(office, monkeypatch):
        answer = clerk.post("/sign-out")
    said = clerk.get(answer.headers["Location"]).get_data(as_text=True)
    assert "您已退出。" in said and "签入状态" not in said


def test_a_closed_line_is_told_of(office: Office, clerk: Visitor) -> None:
    sit(office, "liuyang", "seat01")
    with office.db.writing() as session:
        by = session.scalars(select(User.id).where(User.name == "chenjing")).one()
        until, now = office.clock.now + timedelta(hours=1), office.clock.now
        hand_hours.set_line(session, False, "机房检修", until, by, now)
    told = clerk.get("/seat/now").get_json()["lineClosed"]
    assert told.startswith("线路已关闭。") and "机房检修" in told
    with office.db.writing() as session:
        hand_hours.set_line(session, True, "恢复", until, by, now)
    assert clerk.get("/seat/now").get_json()["lineClosed"] == ""


def test_a_seat_that_joins_a_call(office: Office, clerk: Visitor) -> None:
    sit(office, "liuyang", "seat01", SeatState.ON_A_CALL)
    assert clerk.get("/seat/now").get_json()["supervising"] is None
    with office.db.writing() as session:
        by = session.scalars(select(User.id).where(User.name == "liuyang")).one()
        for order, problem in (
            (Order.WHISPER, None),
            (Order.BARGE, CannotObey.CALL_IS_OVER),
        ):
            given = seat_orders.give(session, office.clock.now, by, "seat01", order, {"to": "seat02"})
            seat_orders.done(session, given, problem)
    joined = {"how": "whisper", "seat": "2号座席"}
    assert clerk.get("/seat/now").get_json()["supervising"] == joined
    with office.db.writing() as session:
        session.execute(update(Seat).values(since=office.clock.now + timedelta(minutes=5)))
    assert clerk.get("/seat/now").get_json()["supervising"] is None  # a later call


def test_who_asks_about_a_caller(office: Office, clerk: Visitor, colleague: Visitor) -> None:
    sit(office, "chenjing", "seat02", SeatState.ON_A_CALL)
    office.clock.forward(minutes=1)
    sit(office, "liuyang", "seat01", SeatState.RINGING)
    with office.db.writing() as session:
        session.execute(update(Seat).values(call_id="callback-2600000126-1"))
    asked = clerk.get("/seat/now").get_json()
    assert asked["askedBy"] == "2号座席 (陈静)" and asked["seat"]["isCallback"] is True
    assert colleague.get("/seat/now").get_json()["askedBy"] == ""


def test_asking_for_news_does_not_keep_a_session(office: Office, clerk: Visitor) -> None:
    sit(office, "liuyang", "seat01")
    for _ in range(4):
        office.clock.forward(minutes=10)
        last = clerk.get("/seat/now", headers={"X-Requested-With": "fetch"}).status_code
    assert last == 401


def test_talking_keeps_a_session(office: Office, clerk: Visitor) -> None:
    sit(office, "liuyang", "seat01", SeatState.ON_A_CALL)
    for _ in range(4):
        office.clock.forward(minutes=10)
        assert clerk.get("/seat/now?active=1").status_code == 200


@pytest.mark.parametrize(
    ("origin", "code"),
    [
        ("http://localhost", 204),
        ("https://LOCALHOST", 204),
        ("", 403),
        ("null", 403),
        ("https://localhost.evil.example", 403),
        ("https://evil.example/localhost", 403),
        ("https://localhost@evil.example", 403),
        ("https://localhost:8443", 403),
        ("file://localhost", 403),
    ],
)
def test_the_door_to_the_exchange_knows_our_pages(office: Office, origin: str, code: int) -> None:
    headers = {"Origin": origin, "X-Requested-With": "nginx"}
    agent = office.visitor("liuyang")
    assert agent.get("/seat/telephone/door", headers=headers).status_code == code
    assert office.visitor().get("/seat/telephone/door", headers=headers).status_code == 401


def test_a_seat_without_a_microphone_is_shown_so_and_why(office: Office, clerk: Visitor) -> None:
    sit(office, "liuyang", "seat01", SeatState.NO_TELEPHONE)
    assert clerk.post("/seat/microphone", {"trouble": "<b>"}).status_code == 404
    assert clerk.post("/seat/microphone", {"trouble": "denied"}).status_code == 200
    shown = clerk.get("/seat/now").get_json()["seat"]
    assert (shown["state"], shown["stateName"], shown["microphone"]) == ("no_mic", "无麦克风", "denied")
    for page, words in (("/supervision", ("无麦克风", "不允许使用")), ("/wallboard", ("无麦克风",))):
        text = office.visitor("chenjing").get(page).get_data(as_text=True)
        assert all(each in text for each in words), page
    with locked(office, busy_seconds=0.05):  # the same again is no turn to write
        assert clerk.post("/seat/microphone", {"trouble": "denied"}).status_code == 200
        assert clerk.post("/seat/microphone", {"trouble": ""}).status_code == 503
    assert clerk.post("/seat/microphone", {"trouble": ""}).status_code == 200
    assert clerk.get("/seat/now").get_json()["seat"]["state"] == "no_telephone"
