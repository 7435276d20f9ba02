"""The supervisor's page: who may, what is asked first, what is noted, what is ordered."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from hotline.audit import AuditEntry
from hotline.callbacks import callbacks
from hotline.callbacks.callbacks import CallbackState
from hotline.hours import hand_hours
from hotline.hours.hand_hours import HandHours
from hotline.seats import seat_orders
from hotline.seats.order_refusals import CannotObey
from hotline.seats.seat_messages import SeatMessage
from hotline.seats.seat_orders import Order, SeatOrder
from hotline.seats.seats import LiveVersion
from tests.kit import seats_sample
from tests.web.office import Office, Visitor

UNTIL = "2026-11-23T18:00"


@pytest.fixture
def busy(office: Office) -> Office:
    with office.db.writing() as session:
        seats_sample.busy(session, office.clock.now)
    return office


@pytest.fixture
def supervisor(busy: Office) -> Visitor:
    return busy.visitor("chenjing")


@pytest.fixture
def administrator(busy: Office) -> Visitor:
    """Sits at no seat."""
    return busy.visitor("admin")


@contextmanager
def exchange(office: Office, problem: CannotObey | None = None) -> Iterator[None]:
    """Somebody who obeys orders, or says why not."""
    over = threading.Event()

    def obey() -> None:
        while not over.is_set():
            with office.db.writing() as session:
                for order in seat_orders.claim(session, office.clock.now):
                    seat_orders.done(session, order.id, problem)
            time.sleep(0.02)

    thread = threading.Thread(target=obey)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def orders(office: Office) -> list[tuple[str, str, dict[str, str]]]:
    with office.db.reading() as session:
        return [(each.order, each.seat, each.arguments) for each in session.scalars(select(SeatOrder))]


def acts(office: Office) -> list[tuple[str, str, str]]:
    """What was noted about seats, the line and callbacks."""
    with office.db.reading() as session:
        found = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
        ours = [each for each in found if each.subject.partition(" ")[0] in ("seat", "line", "callback")]
        return [(each.action, each.subject, each.detail) for each in ours]


def shown(visitor: Visitor) -> BeautifulSoup:
    return BeautifulSoup(visitor.get("/supervision").get_data(as_text=True), "html.parser")


def notice(visitor: Visitor) -> str:
    found = shown(visitor).select_one(".notice")
    return found.get_text(strip=True) if found else ""


def seen(visitor: Visitor, act: str) -> str:
    """The call that the button at the first seat names."""
    [button] = shown(visitor).select(f"#{act}-seat01")
    return str(button["value"])


def test_a_clerk_may_not(busy: Office) -> None:
    clerk = busy.visitor("liuyang")
    for path in ("/supervision", "/supervision/now", "/supervision/seats/seat01/message"):
        assert clerk.get(path).status_code == 403
    for path in ("seats/seat01/listen", "seats/seat01/message", "line", "line/lift", "callbacks/1/cancel"):
        assert clerk.post(f"/supervision/{path}", {"confirmed": "1"}).status_code == 403, path
    assert orders(busy) == []


def test_the_page_shows_every_seat(busy: Office, supervisor: Visitor) -> None:
    rows = shown(supervisor).select(".seats-table tbody tr")
    assert len(rows) == busy.settings.seats.count
    text = rows[0].get_text(" ", strip=True)
    assert "刘洋" in text and "通话中" in text and seats_sample.CALLER in text


def test_what_changes_is_sent_once(supervisor: Visitor) -> None:
    etag = supervisor.get("/supervision/now").headers["ETag"]
    assert supervisor.get("/supervision/now", headers={"If-None-Match": etag}).status_code == 304


@pytest.mark.parametrize("act", ["listen", "whisper"])
def test_joining_a_call_rings_the_supervisors_own_seat(busy: Office, supervisor: Visitor, act: str) -> None:
    with exchange(busy):
        supervisor.post(f"/supervision/seats/seat01/{act}", {"call": seen(supervisor, act)})
    assert orders(busy) == [(act, "seat03", {"to": "seat01", "call": "1.7"})]
    assert acts(busy) == [(act, "seat seat01", "1.7")]
    assert "3号座席的话机正在振铃" in notice(supervisor)


def test_barging_in_is_asked_about_first(busy: Office, supervisor: Visitor) -> None:
    answer = supervisor.post("/supervision/seats/seat01/barge", {"call": seen(supervisor, "barge")})
    asked = answer.get_data(as_text=True)
    assert "强插1号座席的通话？" in asked and '"call" value="1.7"' in asked and orders(busy) == []
    with exchange(busy):
        supervisor.post("/supervision/seats/seat01/barge", {"confirmed": "1", "call": "1.7"})
    assert orders(busy) == [(Order.BARGE, "seat03", {"to": "seat01", "call": "1.7"})]


def test_without_a_seat_of_ones_own_nothing_is_ordered(busy: Office, administrator: Visitor) -> None:
    assert not shown(administrator).select("#listen-seat01:not([disabled])")
    administrator.post("/supervision/seats/seat01/listen")
    assert orders(busy) == [] and "需要您有一部话机" in notice(administrator)


def test_what_the_exchange_says_is_shown(busy: Office, administrator: Visitor) -> None:
    with exchange(busy, CannotObey.OUT_OF_REACH):
        administrator.post("/supervision/seats/seat01/sign_out", {"confirmed": "1"})
    assert orders(busy) == [(Order.LEAVE_SEAT, "seat01", {})]
    assert "联系不上电话交换机" in notice(administrator) and "已签出" not in notice(administrator)


def test_only_what_is_offered_can_be_done(supervisor: Visitor) -> None:
    assert supervisor.post("/supervision/seats/seat01/hang_up").status_code == 404
    assert supervisor.post("/supervision/seats/seat99/listen").status_code == 404


def test_a_message_is_at_the_seat(busy: Office, supervisor: Visitor) -> None:
    supervisor.post("/supervision/seats/seat01/message", {"text": " 请下午三点\n到会议室 "})
    with busy.db.reading() as session:
        message = session.scalars(select(SeatMessage)).one()
        assert (message.seat, message.text, message.read_at) == ("seat01", "请下午三点 到会议室", None)
        assert session.get_one(LiveVersion, 1).version == 2
    assert acts(busy) == [("message", "seat seat01", "请下午三点 到会议室")]


def test_where_nobody_sits_no_message_is_sent(busy: Office, supervisor: Visitor) -> None:
    answer = supervisor.post("/supervision/seats/seat02/message", {"text": "请回座席"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422 and "已无人" in page and "请回座席" in page
    with busy.db.reading() as session:
        assert session.scalars(select(SeatMessage)).all() == []


@pytest.mark.parametrize("text", ["", "  ", "长" * 301])
def test_a_message_that_says_nothing_or_too_much_is_not_sent(supervisor: Visitor, text: str) -> None:
    answer = supervisor.post("/supervision/seats/seat01/message", {"text": text})
    assert answer.status_code == 422 and "不超过 300 个字" in answer.get_data(as_text=True)


def test_closing_the_line_is_asked_about_first_and_can_be_undone(busy: Office, supervisor: Visitor) -> None:
    wish = {"state": "closed", "reason": "停电", "until": UNTIL}
    asked = supervisor.post("/supervision/line", wish).get_data(as_text=True)
    assert "关闭线路？" in asked and "2026-11-23 18:00" in asked and in_force(busy) is None
    supervisor.post("/supervision/line", wish | {"confirmed": "1"})
    order = in_force(busy)
    assert order and not order.is_open and order.by_id == 2
    assert "人工设定，至 18:00：停电 · 陈静" in shown(supervisor).select_one(".line-why").get_text()  # type: ignore[union-attr]
    supervisor.post("/supervision/line/lift")
    assert in_force(busy) is None
    assert "由陈静提前解除" in shown(supervisor).select_one(".openings").get_text()  # type: ignore[union-attr]
    assert [action for action, *_ in acts(busy)] == ["close line", "lift line"]


def test_opening_the_line_is_not_asked_about(busy: Office, supervisor: Visitor) -> None:
    supervisor.post("/supervision/line", {"state": "open", "reason": "雨雪", "until": UNTIL})
    order = in_force(busy)
    assert order and order.is_open


@pytest.mark.parametrize("state", [{}, {"state": ""}, {"state": "Open"}])
def test_a_wish_that_is_neither_open_nor_closed_does_nothing(
    busy: Office, supervisor: Visitor, state: dict[str, str]
) -> None:
    wish = {"reason": "雨雪", "until": UNTIL, "confirmed": "1"}
    answer = supervisor.post("/supervision/line", wish | state)
    assert answer.status_code == 422 and "选择开通线路还是关闭线路" in answer.get_data(as_text=True)
    assert in_force(busy) is None


@pytest.mark.parametrize(
    "wish",
    [
        {"reason": " ", "until": UNTIL},
        {"reason": "停电", "until": "2026-11-22T18:00"},
        {"reason": "停电", "until": "2026-12-22T18:00"},
        {"reason": "停电", "until": "tomorrow"},
    ],
)
def test_a_wrong_wish_for_the_line_keeps_what_was_typed(
    busy: Office, supervisor: Visitor, wish: dict[str, str]
) -> None:
    answer = supervisor.post("/supervision/line", wish | {"state": "closed", "confirmed": "1"})
    page = BeautifulSoup(answer.get_data(as_text=True), "html.parser")
    assert answer.status_code == 422 and page.select_one("#mistake-line")
    assert page.select_one("#until")["value"] == wish["until"]  # type: ignore[index]
    assert in_force(busy) is None


def in_force(office: Office) -> HandHours | None:
    with office.db.reading() as session:
        return hand_hours.in_force(session, office.clock.now)


def test_a_callback_is_cancelled_once(busy: Office, supervisor: Visitor) -> None:
    now = busy.clock.now
    with busy.db.writing() as session:
        asked = callbacks.request(
            session, "13504710000", "1.3", "zh", now - timedelta(minutes=3), now, "Asia/Shanghai"
        )
        path = f"/supervision/callbacks/{asked.id}/cancel"
    assert "13504710000" in supervisor.get("/supervision/now").get_data(as_text=True)
    assert "取消对 13504710000 的回拨？" in supervisor.post(path).get_data(as_text=True)
    supervisor.post(path, {"confirmed": "1"})
    with busy.db.reading() as session:
        assert session.scalars(select(callbacks.Callback.state)).one() == CallbackState.CANCELLED
    assert notice(supervisor) == "回拨已取消。"
    supervisor.post(path, {"confirmed": "1"})
    assert notice(supervisor) == "该回拨已经结束。"


def test_who_sits_at_a_seat_begins_there(busy: Office, administrator: Visitor) -> None:
    assert busy.visitor("liuyang").get("/").headers["Location"] == "/seat"
    assert administrator.get("/").headers["Location"] == "/queue"


@pytest.mark.parametrize(
    ("name", "sees"),
    [("liuyang", {"录音", "我的座席"}), ("chenjing", {"座席与线路", "大屏"}), ("admin", {"人员", "大屏"})],
)
def test_the_navigation_is_that_of_the_role(busy: Office, name: str, sees: set[str]) -> None:
    page = BeautifulSoup(busy.visitor(name).get("/queue").get_data(as_text=True), "html.parser")
    places = {each.get_text(strip=True) for each in page.select(".places a:not(.who)")}
    assert sees <= places
    assert ("座席与线路" in places) is (name != "liuyang") and ("人员" in places) is (name == "admin")
