"""The form beside a call in a real browser: nothing typed is lost, and finishing gives a number."""

import os
import signal
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Browser, expect
from sqlalchemy import select

from hotline.intake import intake
from hotline.recordings import spool
from hotline.recordings.recordings import Recording, ScreeningOutcome, Speaker
from hotline.recordings.transcripts import Segment, Transcript
from hotline.registration import told_numbers
from hotline.seats.seat_events import SeatEvent
from tests.browser.call_room import (
    CALLER,
    SUMMARY,
    fill_in,
    holding,
    rings,
    saved,
    typed,
)
from tests.browser.desk import DeskRoom, Person, lets_pass, serving, until, until_there
from tests.browser.looks import look
from tests.kit import desk_sample


def test_nothing_typed_is_lost(room: DeskRoom, server: serving, agent: Person) -> None:
    page = agent.open(rings(room, "1.1"))
    page.locator("#summary").press_sequentially("暖气不热", delay=5)
    saved(page)
    page.locator("#summary").press_sequentially("，家里有老人", delay=5)
    page.reload()  # in the pause before it would have been saved
    expect(page.locator("#summary")).to_have_value("暖气不热，家里有老人")

    kill(server)
    page.locator("#petitioner").fill("王秀兰")
    expect(page.locator("#form-saved")).to_have_class("saved bad")
    page.locator("#address").fill("团结小区3号楼")
    server.__enter__()
    saved(page)
    page.reload()
    expect(page.locator("#petitioner")).to_have_value("王秀兰")
    expect(page.locator("#address")).to_have_value("团结小区3号楼")


def kill(server: serving) -> None:
    """Kill the server and its workers at once, as a power cut does."""
    pid = server.server.pid
    workers = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    for each in (pid, *map(int, workers)):
        os.kill(each, signal.SIGKILL)
    server.server.wait()


def test_switching_kinds_keeps_what_was_typed(room: DeskRoom, agent: Person) -> None:
    page = agent.open(rings(room, "1.2"))
    page.keyboard.press("Alt+2")  # before anything in the form was pressed
    expect(page.locator("#topic")).to_be_visible()
    page.keyboard.press("Alt+1")
    page.fill("#summary", "暖气不热")
    page.keyboard.press("Alt+2")
    expect(page.locator("#summary")).to_be_hidden()
    page.fill("#topic", "供热电话是多少")
    page.keyboard.press("Alt+1")
    expect(page.locator("#summary")).to_have_value("暖气不热")
    page.keyboard.press("Alt+2")
    saved(page)
    page.reload()
    expect(page.locator("#topic")).to_have_value("供热电话是多少")
    expect(page.locator("#summary")).to_be_hidden()
    page.keyboard.press("Alt+Enter")
    expect(page.locator(".to-mend")).to_be_visible()
    expect(page.locator("#category")).to_be_focused()  # the first of what is missing
    expect(page.locator("#notices, .form-said:visible")).to_have_text([""])  # and nothing else is wrong
    page.fill("#answer", "供热服务热线 24 小时有人接听。")
    expect(page.locator("#mistake-answer")).to_have_count(0)
    page.select_option("#category", "utilities")
    expect(page.locator("#call-form .mistake:visible")).to_have_count(0)
    page.keyboard.press("Alt+Enter")
    expect(page.locator("#call-form-title")).to_have_text("已记为咨询")


def test_an_input_method_is_not_disturbed(room: DeskRoom, agent: Person) -> None:
    page = agent.open(rings(room, "1.3"))
    composing = agent.context.new_cdp_session(page)
    page.locator("#summary").press("3")  # is about to be saved
    composing.send("Input.imeSetComposition", {"text": "nuanqi", "selectionStart": 6, "selectionEnd": 6})
    lets_pass(page, 1.2)
    assert typed(room, "1.3").get("summary") in (None, "3")  # what is being composed is no text yet
    composing.send("Input.insertText", {"text": "暖气"})
    saved(page)
    assert typed(room, "1.3")["summary"] == "3暖气"


def test_the_later_of_two_pages_is_told_and_loses_nothing(
    room: DeskRoom, agent: Person, tmp_path: Path
) -> None:
    path = rings(room, "1.4")
    first, second = agent.open(path), agent.another_window()
    second.goto(room.address + path)
    first.fill("#summary", "第一个页面写的")
    saved(first)
    second.fill("#summary", "第二个页面写的")
    expect(second.locator(".conflict")).to_contain_text("第一个页面写的")
    expect(second.locator("#summary")).to_have_value("第二个页面写的")
    look(replace(agent, page=second), "call-conflict", tmp_path)
    second.click(".keep-mine")
    saved(second)
    assert typed(room, "1.4")["summary"] == "第二个页面写的"
    first.fill("#address", "解放路")
    expect(first.locator(".conflict")).to_contain_text("第二个页面写的")
    first.click(".take-theirs")
    expect(first.locator("#summary")).to_have_value("第二个页面写的")
    first.fill("#petitioner", "王秀兰")
    saved(first)
    kept = typed(room, "1.4")
    assert (kept["summary"], kept["address"], kept["petitioner"]) == ("第二个页面写的", "", "王秀兰")


def test_finishing_gives_a_number_and_the_recording_joins_it(
    room: DeskRoom, agent: Person, browser: Browser, tmp_path: Path
) -> None:
    page = agent.open(rings(room, "1.5"))
    fill_in(page)
    saved(page)
    look(agent, "call", tmp_path)
    page.keyboard.press("Alt+Enter")
    expect(page.locator("#case-number")).to_be_visible()
    number = page.locator("#case-number").get_attribute("data-number") or ""
    for side in (spool.CALLER_SIDE, spool.AGENT_SIDE):
        desk_sample.write_speech(room.settings.spool_dir / f"1.5.{side}@seat01+{CALLER}.wav", 8.0)
    taken = intake.take_in("1.5", room.settings, room.db)
    assert taken and taken.case_number == number
    transcribe(room, taken.recording_id)
    log_stretches(room, "1.5")
    with room.db.reading() as session:
        assert session.get_one(Recording, taken.recording_id).outcome == ScreeningOutcome.REGISTERED
        found = told_numbers.recording_of(session, number)
        assert found and found.id == taken.recording_id
    page.reload()
    expect(page.get_by_role("link", name="听录音").first).to_be_visible()
    look(agent, "call-finished", tmp_path)
    hear_both_sides(agent, taken.recording_id, tmp_path)
    page.go_back()

    page.fill("#reason", "登记错了单位")
    page.keyboard.press("Enter")
    expect(page.locator("#summary")).to_have_value(SUMMARY)
    page.keyboard.press("Alt+Enter")
    expect(page.locator("#case-number")).to_have_attribute("data-number", number)


def transcribe(room: DeskRoom, recording_id: str) -> None:
    """Give the call the draft an engine would have made of it."""
    said = ("您好，市信访热线。", "我家暖气从十一月初就不热。", "您住在哪个小区？", "明远区团结小区三号楼。")
    desk_sample.transcribe(room.db, recording_id, said, datetime.now(UTC))
    with room.db.writing() as session:
        for segment in session.scalars(
            select(Segment).join(Transcript).where(Transcript.recording_id == recording_id)
        ):
            segment.speaker = Speaker.CALLER if segment.position % 2 else Speaker.AGENT


def log_stretches(room: DeskRoom, call: str) -> None:
    """The recording was paused in the second second, and a colleague asked in the last ones."""
    told = [
        (0, "answered", "5"),
        (1, "recording_paused", "bank details"),
        (2, "recording_resumed", ""),
        (4, "consult_began", "seat02"),
        (8, "consult_ended", ""),
    ]
    begin = datetime.now(UTC).replace(microsecond=0)
    with room.db.writing() as session:
        for seconds, event, detail in told:
            at = begin + timedelta(seconds=seconds)
            session.add(SeatEvent(at=at, seat="seat01", event=event, call_id=call, detail=detail))


def hear_both_sides(agent: Person, recording_id: str, elsewhere: Path) -> None:
    """On the recording's page: both at once, or one alone."""
    page = agent.open(f"/recordings/{recording_id}")
    expect(page.locator(".sides label")).to_have_text(["双方", "来电人", "座席"])
    page.click("#play")
    until(page, "document.getElementById('audio').currentTime > 0.2")
    page.locator(".sides label").nth(1).click()
    until(page, "document.getElementById('audio').src.includes('speaker=caller')")
    until(
        page, "!document.getElementById('audio').paused && document.getElementById('audio').currentTime > 0.2"
    )
    page.click("#play")
    page.locator(".stretches .at").last.click()
    until(page, "document.getElementById('audio').currentTime > 4.0")
    page.click("#play")
    look(agent, "call-recording", elsewhere)


def test_a_long_text_arrives_when_the_page_goes(room: DeskRoom, agent: Person) -> None:
    page = agent.open(rings(room, "6.1"))
    page.on("dialog", lambda dialog: dialog.accept())
    page.locator(".kinds label").nth(1).click()
    page.fill("#answer", "答" * 4000)
    saved(page)
    page.locator(".kinds label").nth(0).click()
    saved(page)
    page.evaluate("addEventListener('visibilitychange', (event) => event.stopPropagation(), true)")
    page.fill("#summary", "问" * 4000)  # no other way for it than with the page that goes
    page.goto(room.address + "/call-forms")
    until_there(page, lambda: len(typed(room, "6.1")["summary"]) > 0)
    assert typed(room, "6.1")["summary"] == "问" * 4000


def test_a_unit_found_again_after_a_reload_has_its_name(room: DeskRoom, agent: Person) -> None:
    page = agent.open(rings(room, "6.2"))
    page.on("dialog", lambda dialog: dialog.accept())
    lost = holding(page, "POST", "/call/6.2/form")
    fill_in(page)
    name = page.locator("#unit").input_value()
    lost.until_there()
    lost.break_off()
    page.reload()
    expect(page.locator("#unit")).to_have_value(name)
    saved(page)
    assert typed(room, "6.2")["unit_code"] == page.locator("#unit_code").input_value() != ""


def test_a_note_stays_with_the_number(room: DeskRoom, agent: Person) -> None:
    page = agent.open(rings(room, "1.8"))
    page.fill("#note", "下次请先问暖气")
    page.keyboard.press("Enter")
    expect(page.locator(".notes")).to_contain_text("下次请先问暖气")
    page.goto(room.address + rings(room, "1.9"))
    page.locator(".notes li", has_text="下次请先问暖气").locator(".take-back").click()
    expect(page.locator(".notes")).not_to_contain_text("下次请先问暖气")
