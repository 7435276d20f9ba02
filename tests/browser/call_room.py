"""An office of one seat with a call at it, and its agent in a real browser; no exchange is there."""

import shutil
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from sqlalchemy import select

from hotline.callers import caller_notes
from hotline.calls.calls import CallEnding, CallRecord
from hotline.cases.case_entry import CaseEntry
from hotline.cases.cases import Category
from hotline.database import Database
from hotline.people import User
from hotline.registration import call_cases, consultations
from hotline.registration.call_forms import CallForm
from hotline.seats import seats
from hotline.seats.seats import Seat, SeatState
from hotline.sections import Seats, Web
from hotline.settings_file import Settings
from tests.browser.chromium import PATIENCE
from tests.browser.desk import DeskRoom, Person, serving, until_there
from tests.browser.looks import SIZES
from tests.kit import desk_sample
from tests.kit.instance import free_port
from tests.kit.period_rules import RULES

CALLER = "13904718826"
OFF = (
    "status of 503",
    "ERR_CONNECTION_REFUSED",
    "ERR_CONNECTION_RESET",
    "ERR_EMPTY_RESPONSE",
    "ERR_INCOMPLETE_CHUNKED",
    "ERR_SOCKET_NOT_CONNECTED",
)


@pytest.fixture(scope="module")
def room(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskRoom]:
    """An office with a seat, and no exchange: where its browsers look for one, nobody answers."""
    nobody = socket.socket()
    nobody.bind(("127.0.0.1", 0))
    telephones = Seats(wss_port=nobody.getsockname()[1])
    settings = Settings(
        state_dir=tmp_path_factory.mktemp("seat"), web=Web(port=free_port()), seats=telephones
    )
    for folder in (settings.spool_dir, settings.store_dir):
        folder.mkdir(parents=True)
    shutil.copy(migrated, settings.state_dir)
    db = Database(settings.database_url)
    desk_sample.people_of_the_desk(db)
    known_caller(db)
    yield DeskRoom(settings, db, [], tmp_path_factory.mktemp("log") / "web.log")
    nobody.close()


def known_caller(db: Database) -> None:
    """What the office knows of the caller: two cases, a consultation, calls and a note."""
    now = datetime.now(UTC)
    with db.writing() as session:
        agent = session.scalars(select(User.id).where(User.name == "chenjing")).one()
        for days, words in ((59, "小区暖气管道漏水，楼道结冰，老人出行困难。"), (12, "供热公司未按时退费。")):
            at = now - timedelta(days=days)
            entry = CaseEntry("王秀兰", CALLER, "明远区团结小区3号楼", Category.UTILITIES, words, "0102")
            call_cases.register(session, f"old.{days}", entry, at, agent, at, RULES)
            call = CallRecord(
                call_id=f"old.{days}", caller=CALLER, arrived_at=at, user_id=agent, seat="seat05"
            )
            call.ending, call.satisfaction = CallEnding.ANSWERED, 1 if days == 12 else 3
            session.add(call)
        asked = {"category": "utilities", "topic": "供热期几号开始", "answer": "10月15日开始供热。"}
        consultations.keep(session, "old.c", CALLER, "seat05", asked, agent, now - timedelta(days=40))
        caller_notes.add(session, CALLER, "老人听力不好，请放慢语速、大声说话。", agent, now)


@pytest.fixture(scope="module")
def server(room: DeskRoom) -> Iterator[serving]:
    found = serving(room.settings, room.log)
    with found:
        yield found


@pytest.fixture
def agent(room: DeskRoom, server: serving, browser: Browser) -> Iterator[Person]:
    """Liu Yang at seat01, signed in."""
    found = person(room, browser, "desktop")
    yield found
    found.context.close()
    assert [
        line for line in found.complaints if not any(known in line for known in (*found.expected, *OFF))
    ] == []


def person(room: DeskRoom, browser: Browser, size: str) -> Person:
    context = browser.new_context(viewport=SIZES[size], locale="zh-CN")  # type: ignore[arg-type]
    context.set_default_timeout(PATIENCE * 1000)
    found = Person(context.new_page(), context, room)
    found.page.on("console", found.hear)
    found.page.on("pageerror", lambda error: found.complaints.append(str(error)))
    found.open("/sign-in")
    found.page.fill("#name", "liuyang")
    found.page.fill("#password", desk_sample.PASSWORD)
    found.page.keyboard.press("Enter")
    expect(found.page.locator("nav.places")).to_be_visible()
    return found


def rings(room: DeskRoom, call_id: str, state: SeatState = SeatState.ON_A_CALL, caller: str = CALLER) -> str:
    """A call at the agent's seat, which its console hears of; returns the path of its page."""
    with room.db.writing() as session:
        user = session.scalars(select(User.id).where(User.name == "liuyang")).one()
        seat = session.get(Seat, "seat01") or Seat(name="seat01", since=datetime.now(UTC), user_id=user)
        seat.state, seat.call_id, seat.caller = state, call_id, caller
        session.add(seat)
        if call_id and session.get(CallRecord, call_id) is None:
            call = CallRecord(call_id=call_id, caller=caller, arrived_at=datetime.now(UTC), seat="seat01")
            call.user_id = user
            session.add(call)
        seats.changed(session, datetime.now(UTC))
    return f"/call/{call_id}"


def typed(room: DeskRoom, call_id: str) -> dict[str, str]:
    with room.db.reading() as session:
        form = session.get(CallForm, call_id)
        return form.fields if form else {}


def saved(page: Page) -> None:
    expect(page.locator("#form-saved")).to_have_text("已保存")


SUMMARY = "从十一月初到现在暖气一直不热，屋里只有十三四度，家里有八十多岁的老人和两岁的孩子。"


def fill_in(page: Page) -> None:
    page.fill("#petitioner", "王秀兰")
    page.select_option("#category", "utilities")
    page.fill("#address", "明远区团结小区3号楼2单元501")
    page.fill("#summary", SUMMARY)
    page.locator("#unit").press_sequentially("xfj", delay=20)
    expect(page.locator("#unit-list li").first).to_be_visible()
    page.locator("#unit").press("Enter")
    expect(page.locator("#unit_code")).not_to_have_value("")


class holding:
    """Requests of a kind that get no answer until they are let go."""

    def __init__(self, page: Page, method: str, path: str) -> None:
        self.page, self.method, self.address = page, method, f"**{path}"
        self.held: list[Route] = []
        self.over = False
        page.route(self.address, self._hold)

    def _hold(self, route: Route) -> None:
        if route.request.method == self.method and not self.over:
            self.held.append(route)
        else:
            route.continue_()

    def until_there(self) -> None:
        until_there(self.page, lambda: self.held)

    def let_go(self) -> None:
        with self.page.expect_event("response", lambda answer: answer.request == self.held[0].request):
            self.over = True
            self.held[0].continue_()

    def break_off(self) -> None:
        """As a connection that is lost on the way."""
        self.over = True
        self.held[0].abort("connectionrefused")


def form_of(page: Page, call_id: str) -> None:
    expect(page.locator("#call-form")).to_have_attribute("data-call", call_id)
