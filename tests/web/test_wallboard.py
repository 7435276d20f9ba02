"""The wallboard: what it shows, what it never shows, and the account of a screen on the wall."""

import os
import time
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import delete, select, update

from hotline import guessing, people
from hotline.attempts import FailedSignIn
from hotline.attempts_database import kept_in
from hotline.calls import call_limits
from hotline.calls.calls import CallRecord
from hotline.enquiries.enquiries import RUN_ALLOWED, Enquiry
from hotline.people import Role, User
from hotline.recordings.recordings import Recording
from hotline.running import health
from hotline.seats import telephone_guesses
from hotline.seats.seats import LiveVersion, Seat, SeatState, WaitingCall
from tests.kit import seats_sample
from tests.web.office import Office, Visitor


@pytest.fixture
def busy(office: Office) -> Office:
    """The office in the middle of a morning, with a screen on its wall."""
    with office.db.writing() as session:
        people.add(session, "wall", "大厅", Role.WALLBOARD, "on-the-wall-2026")
        seats_sample.busy(session, office.clock.now)
    return office


@pytest.fixture
def screen(busy: Office) -> Visitor:
    return busy.visitor("wall")


def board(screen: Visitor) -> BeautifulSoup:
    return BeautifulSoup(screen.get("/wallboard/board").get_data(as_text=True), "html.parser")


def figures(found: BeautifulSoup) -> dict[str, str]:
    return {
        each.dt.get_text(): each.dd.get_text(strip=True)  # type: ignore[union-attr]
        for each in found.select(".figures div")
    }


def test_it_shows_seats_and_figures(busy: Office, screen: Visitor) -> None:
    found = board(screen)
    first = found.select_one(".seats li")
    assert first and "刘洋" in first.get_text() and "通话中" in first.get_text()
    assert len(found.select(".seats li")) == busy.settings.seats.count
    assert figures(found) == {
        "排队人数": "1",
        "最长等待": "",  # runs in the browser
        "15 秒内接听": "—",
        "24 小时接通率": "—",
        "今日接听": "0",
        "今日放弃": "0",
        "待甄别留言": "9",
        "待回拨": "0",
    }
    assert {each.b.get_text() for each in found.select(".counts .wall-on_a_call")} == {"1"}  # type: ignore[union-attr]


def test_a_callback_that_keeps_its_place_is_no_waiting_caller(busy: Office, screen: Visitor) -> None:
    joined = (busy.clock.now - timedelta(seconds=20)).isoformat()
    [since] = board(screen).select(".hero time")
    assert since["data-since"] == joined
    with busy.db.writing() as session:
        session.execute(delete(WaitingCall).where(~WaitingCall.is_callback))
    found = board(screen)
    assert figures(found)["排队人数"] == "0" and figures(found)["最长等待"] == "—"
    assert not found.select(".hero.alarm")


def test_no_citizens_number_is_on_the_wall(screen: Visitor) -> None:
    for path in ("/wallboard", "/wallboard/board"):
        text = screen.get(path).get_data(as_text=True)
        assert seats_sample.CALLER not in text and seats_sample.WAITING_CALLER not in text


def test_it_is_sent_again_only_when_something_changed(busy: Office, screen: Visitor) -> None:
    etag = screen.get("/wallboard/board").headers["ETag"]
    busy.clock.forward(seconds=2)  # times run in the browser
    assert screen.get("/wallboard/board", headers={"If-None-Match": etag}).status_code == 304
    with busy.db.writing() as session:
        session.execute(
            update(Seat).where(Seat.name == "seat03").values(state=SeatState.PAUSED, reason="meal")
        )
    again = screen.get("/wallboard/board", headers={"If-None-Match": etag})
    assert again.status_code == 200 and "用餐" in again.get_data(as_text=True)


def test_the_share_is_that_of_the_fraction_under_it(busy: Office, screen: Visitor) -> None:
    now = busy.clock.now
    with busy.db.writing() as session:
        for number, (waited, ended) in enumerate([(6, True), (40, True), (None, True), (None, False)]):
            answered_at = None if waited is None else now - timedelta(seconds=600 - waited)
            session.add(
                CallRecord(
                    call_id=f"5.{number}",
                    caller="",
                    arrived_at=now - timedelta(seconds=600),
                    offered_at=now - timedelta(seconds=600),
                    answered_at=answered_at,
                    ended_at=now if ended else None,
                )
            )
    share = board(screen).select_one(".share")
    assert share
    assert [each.get_text() for each in share.select("dd")] == ["33.3%", "今日 3 通中 1 通"]


def test_it_says_when_the_exchange_is_lost(busy: Office, screen: Visitor) -> None:
    assert not board(screen).select(".warning")
    busy.clock.forward(seconds=6)
    assert "失去联系" in board(screen).select_one(".warning").get_text()  # type: ignore[union-attr]


def test_it_says_when_the_calendar_is_not_known(busy: Office, screen: Visitor) -> None:
    busy.clock.forward(days=25)
    with busy.db.writing() as session:
        session.execute(update(LiveVersion).values(as_of=busy.clock.now))
    assert "2027" in board(screen).select_one(".warning").get_text()  # type: ignore[union-attr]


def test_it_says_when_the_disk_is_nearly_full(screen: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "MIN_FREE_BYTES", 1 << 60)
    [said] = [each.get_text() for each in board(screen).select(".warning")]
    assert "磁盘空间即将用尽" in said


def test_a_screen_is_not_signed_out_by_idling(busy: Office, screen: Visitor) -> None:
    clerk = busy.visitor("liuyang")
    busy.clock.forward(days=29)
    busy.visitor("chenjing")  # a sign-in removes those that have ended
    assert screen.get("/wallboard/board").status_code == 200
    assert clerk.get("/queue").status_code == 302
    busy.clock.forward(days=31)
    assert screen.get("/wallboard/board").status_code == 302


def test_a_screen_keeps_its_sign_in_over_a_restart_of_its_browser(screen: Visitor) -> None:
    assert "Max-Age=2592000" in screen.get("/wallboard").headers["Set-Cookie"]


def test_at_a_screen_there_is_nothing_else_to_see(busy: Office, screen: Visitor) -> None:
    assert screen.get("/").headers["Location"] == "/wallboard"
    for path in (
        "/queue",
        f"/recordings/{busy.ids[0]}",
        "/seat",
        "/supervision",
        "/supervision/now",
        "/people",
        "/units",
    ):
        assert screen.get(path).status_code == 403, path
    assert screen.post("/seat/sign-in", {"seat": "seat02"}).status_code == 403


def test_a_screen_that_is_taken_off_the_wall_sees_nothing(busy: Office, screen: Visitor) -> None:
    administrator = busy.visitor("admin")
    with busy.db.reading() as session:
        user_id = session.scalars(select(User.id).where(User.name == "wall")).one()
    administrator.post(f"/people/{user_id}/active", {"active": "0", "confirmed": "1"})
    assert screen.get("/wallboard/board").status_code == 302


def test_the_wall_does_not_keep_a_persons_session(busy: Office) -> None:
    supervisor = busy.visitor("chenjing")
    for _ in range(4):
        busy.clock.now += timedelta(minutes=10)
        answer = supervisor.get("/wallboard/board")
    assert answer.status_code == 302


@pytest.mark.parametrize(
    ("file", "chinese", "english"),
    [
        (call_limits.FILE_ALL, "部分来电已被拒接（今日 3 个）", "Calls are turned away: every place"),
        (call_limits.FILE_UNKNOWN, "来电被拒接（今日 3 个）", "Calls without a number are turned away"),
        (call_limits.FILE_NUMBER, "来电被拒接（今日 3 个）", "Calls from one number are turned away"),
    ],
)
def test_calls_that_are_turned_away_are_said(
    busy: Office, screen: Visitor, file: str, chinese: str, english: str
) -> None:
    busy.settings.run_dir.mkdir(parents=True, exist_ok=True)
    (busy.settings.run_dir / file).write_text("...")
    assert chinese in board(screen).select_one(".warning").get_text()  # type: ignore[union-attr]
    with busy.db.writing() as session:
        session.execute(update(User).values(language="en"))
    assert english in board(screen).select_one(".warning").get_text()  # type: ignore[union-attr]
    [finding] = [each for each in health.limits(busy.settings) if each.part == "calls turned away"]
    assert not finding.ok and "3 today" in finding.message and "docs/security.md" in finding.remedy
    yesterday = time.time() - 86_400
    os.utime(busy.settings.run_dir / file, (yesterday, yesterday))
    assert call_limits.turned_away(busy.settings, file) == 0


@pytest.mark.parametrize("to_the_name", [True, False])
def test_somebody_who_guesses_passwords_is_said(busy: Office, screen: Visitor, to_the_name: bool) -> None:
    """Many wrong ones for a user, or from an address for names that nobody has; a few mean nothing."""
    enough = guessing.FOR_A_NAME if to_the_name else guessing.FROM_AN_ADDRESS
    with kept_in(busy.db).writing() as session:
        for each in range(enough - 1):
            name = "liuyang" if to_the_name else f"nobody{each}"
            address = f"198.51.100.{each}" if to_the_name else "198.51.100.7"
            session.add(FailedSignIn(name=name, address=address, at=busy.clock.now))
    assert not board(screen).select(".warning")
    with kept_in(busy.db).writing() as session:
        session.add(FailedSignIn(name="liuyang", address="198.51.100.7", at=busy.clock.now))
    [said] = [each.get_text() for each in board(screen).select(".warning")]
    assert "有人在猜密码" in said and "liuyang" not in said and "198.51" not in said
    with busy.db.writing() as session:
        session.execute(update(User).values(language="en"))
    assert "guessing passwords" in board(screen).select_one(".warning").get_text()  # type: ignore[union-attr]
    busy.clock.forward(days=1)
    assert "guessing passwords" not in board(screen).get_text()


def test_somebody_who_guesses_telephones_passwords_is_said(busy: Office, screen: Visitor) -> None:
    """An agent's own telephone is refused now and then; many from one address or several are somebody."""
    for each in range(telephone_guesses.UNUSUAL_GUESSES):
        assert not board(screen).select(".warning"), each
        with busy.db.writing() as session:
            telephone_guesses.note(
                session, busy.clock.now, [(f"seat{each % 16 + 1:02}", f"198.51.100.{each}")]
            )
    [said] = [each.get_text() for each in board(screen).select(".warning")]
    assert "有人在猜座席话机的密码" in said and "198.51" not in said
    assert "有人在猜座席话机的密码" in busy.visitor("chenjing").get("/supervision").get_data(as_text=True)
    with busy.db.writing() as session:
        session.execute(update(User).values(language="en"))
    assert "passwords of the seats' telephones" in board(screen).select_one(".warning").get_text()  # type: ignore[union-attr]
    busy.clock.forward(days=1, minutes=1)
    assert "telephones" not in " ".join(each.get_text() for each in board(screen).select(".warning"))


def test_somebody_who_counts_up_is_said(busy: Office, screen: Visitor) -> None:
    with busy.db.writing() as session:
        for call in range(RUN_ALLOWED):
            number = f"26000000{call:02d}"
            session.add(Enquiry(asker=f"139{call:08d}", at=busy.clock.now, found=True, number=number))
    [said] = [each.get_text() for each in board(screen).select(".warning")]
    assert "按信访编号查询的次数异常" in said and "139" not in said


def test_it_says_when_a_recording_is_shorter_than_it_took(busy: Office, screen: Visitor) -> None:
    assert not board(screen).select(".warning")
    with busy.db.writing() as session:
        session.get_one(Recording, busy.ids[0]).missing_seconds = 4.2
    assert "有1条录音不完整" in board(screen).select_one(".warning").get_text()  # type: ignore[union-attr]
