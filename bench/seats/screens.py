"""The screens of the office: a console at every seat and a wallboard, asking for what their pages ask."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta

import httpx

from hotline import sessions
from hotline.seats import seat_secrets
from hotline.seats.seat_orders import Order
from tests.kit.at_seats import AtSeats, people
from tests.kit.instance import HotlineInstance

AT_MOST_EVERY = 0.15
ACTIVE_EVERY = 60.0
BOARD_EVERY = 1.0
"""Seconds, all three as in the pages' own scripts (web/seat/seat_now.js, web/live/fresh.js)."""
PATIENCE = 30.0


@contextmanager
def opened(hotline: HotlineInstance) -> Iterator[None]:
    """Everybody signed in at a seat, and every screen open, while the block runs."""
    seats = seat_secrets.seat_names(hotline.settings)
    office = people(hotline, len(seats))
    with ExitStack() as stack:
        for user, seat in enumerate(seats, start=1):
            office.does(seat, Order.TAKE_SEAT)
            stack.enter_context(_followed(_window(office, user), _console))
        stack.enter_context(_followed(_window(office, len(seats) + 1), _wallboard))
        yield


def _window(office: AtSeats, user_id: int) -> httpx.Client:
    """A browser window of somebody who has signed in at the desk."""
    port = office.hotline.settings.web.port
    with office.db.writing() as session:
        token = sessions.begin(session, user_id, datetime.now(UTC), timedelta(hours=1))
    return httpx.Client(
        base_url=f"http://127.0.0.1:{port}",
        cookies={f"hotline_session_{port}": token},
        headers={"X-Requested-With": "fetch", "X-Page-User": str(user_id)},
        timeout=PATIENCE,
    )


@contextmanager
def _followed(window: httpx.Client, page: Callable[[httpx.Client], Callable[[], float]]) -> Iterator[None]:
    """Hear of changes, and fetch what the page shows, until the block ends."""
    changed, over = threading.Event(), threading.Event()
    hearing = threading.Thread(target=_hear, args=(window, changed, over), daemon=True)
    showing = threading.Thread(target=_show, args=(page(window), changed, over), daemon=True)
    hearing.start()
    showing.start()
    try:
        yield
    finally:
        over.set()
        changed.set()
        showing.join()
        hearing.join()  # the server says something every three seconds
        window.close()


def _hear(window: httpx.Client, changed: threading.Event, over: threading.Event) -> None:
    with window.stream("GET", "/live") as stream:
        for line in stream.iter_lines():
            if over.is_set():
                return
            if line.startswith("data:"):
                changed.set()


def _show(look: Callable[[], float], changed: threading.Event, over: threading.Event) -> None:
    at_least_every = look()
    while not over.is_set():
        changed.wait(at_least_every)
        changed.clear()
        at_least_every = look()
        time.sleep(AT_MOST_EVERY)


def _console(window: httpx.Client) -> Callable[[], float]:
    """The seat at this moment; who calls when it rings, and the form when it has been answered."""
    known: set[str] = set()
    active_at = time.monotonic()

    def look() -> float:
        nonlocal active_at
        active = time.monotonic() - active_at > ACTIVE_EVERY
        if active:
            active_at = time.monotonic()
        seat = (
            window.get("/seat/now", params={"active": 1} if active else {}).raise_for_status().json()["seat"]
        )
        parts = ("pop",) if seat["state"] == "ringing" else ("pop", "form")
        for address in (f"/call/{seat['callId']}/{part}" for part in parts if seat["callId"]):
            if address not in known and window.get(address).is_success:
                known.add(address)
        return ACTIVE_EVERY

    return look


def _wallboard(window: httpx.Client) -> Callable[[], float]:
    """The board, when it has changed."""
    etag = ""

    def look() -> float:
        nonlocal etag
        answer = window.get("/wallboard/board", headers={"If-None-Match": etag} if etag else {})
        etag = answer.headers.get("ETag", etag)
        return BOARD_EVERY

    return look
