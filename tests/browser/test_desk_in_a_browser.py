"""The review desk as people use it: with eyes, ears, mouse and keyboard, in a real Chromium."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from hotline.cases.cases import Category
from hotline.drafts import FormDraft
from tests.browser.desk import EXPECTED, DeskRoom, Person, until
from tests.browser.listening import PAUSED, TIME, case_of, playing_past
from tests.browser.looks import look, revisions_of, state_of
from tests.kit import desk_sample


def test_a_clerk_listens_corrects_registers_and_undoes(desk: DeskRoom, clerk: Person) -> None:
    path = desk.message()
    page = clerk.open("/queue")
    expect(page.locator(".open").first).to_have_attribute("href", path)  # it has waited longest
    page.locator("#next").click()
    page.wait_for_url(f"**{path}")
    listen(page)
    correct(desk, page, path)
    register(page)
    page.wait_for_url(lambda url: not url.endswith(path))
    case = case_of(desk, path)
    assert case and (case.petitioner, case.unit_code, case.category) == ("王秀岚", "0102", Category.UTILITIES)
    page.locator(".notice a").click()
    page.wait_for_url(f"**{path}#decision")
    expect(page.locator("#decision")).to_contain_text("市信访局")
    page.locator("#reason").fill("责任单位选错了")
    page.locator("#undo button").click()
    expect(page.locator("#petitioner")).to_have_value("王秀岚")
    assert state_of(desk, path) == "transcribed"
    page.locator('#decision button[value="no_content"]').click()
    page.wait_for_url(lambda url: not url.endswith(path))
    assert state_of(desk, path) == "no_content"


def listen(page: Page) -> None:
    """Play, faster, back, and from a word."""
    page.locator("#play").click()
    playing_past(page, 0.5)
    expect(page.locator(".word.playing")).to_have_count(1)
    page.locator('label:has(input[value="2"])').click()
    assert page.evaluate("[document.getElementById('audio').playbackRate, audio.preservesPitch]") == [2, True]
    page.locator("#play").click()
    page.evaluate("document.getElementById('audio').currentTime = 10")
    page.locator("#back-3").click()
    assert page.evaluate(TIME) == pytest.approx(7, abs=0.2)
    page.locator('label:has(input[value="1"])').click()

    word = page.locator(".segment").nth(2).locator(".word").nth(3)
    word.click()
    begin = float(word.get_attribute("data-start") or "nan")
    playing_past(page, begin)
    assert page.evaluate(TIME) < 33  # it went on from the word, not to the end
    page.locator("#play").click()


def correct(desk: DeskRoom, page: Page, path: str) -> None:
    """Mend a name in the draft; it is there again when the page is loaded again."""
    mended = "您好，我叫王秀岚，住在明远区团结小区三号楼二单元五零一。"
    page.locator(".segment textarea").first.fill(mended)
    expect(page.locator("#saved")).to_have_text("已保存")
    assert revisions_of(desk, path) == [mended]
    page.reload()
    expect(page.locator(".segment textarea").first).to_have_value(mended)


def register(page: Page) -> None:
    """Copy the name by selection, enter the rest and register."""
    page.evaluate("""() => { const area = document.querySelector('.segment textarea');
        area.focus(); area.setSelectionRange(5, 8); }""")
    page.locator('.copy[data-into="petitioner"]').click()
    expect(page.locator("#petitioner")).to_have_value("王秀岚")
    page.locator("#summary").fill("十一月以来暖气不热，多次报修无人上门。")
    page.locator("#category").select_option("utilities")
    page.locator("#unit").fill("sxfj")
    page.locator("#unit-list li").first.click()
    expect(page.locator("#unit")).to_have_value("市信访局")
    page.locator("#register button.submit").click()


def test_what_is_copied_is_what_is_shown(desk: DeskRoom, clerk: Person) -> None:
    page = clerk.open(desk.message("我住在在喊区解放路。", "楼下的井盖坏了。"))
    clerk.expected += ("ERR_FAILED",)
    area = page.locator(".segment textarea").first
    mended, other = "我住在赛罕区解放路", "楼下的井盖坏了"
    page.route("**/segments/*", lambda route: route.abort())  # no connection: it cannot be saved yet
    area.fill(mended)
    expect(page.locator(".segment-status").first).to_contain_text("尚未保存")
    assert dragged_and_pasted(page) == f"{mended}\n{other}"
    page.unroute("**/segments/*")
    area.press_sequentially("。")
    expect(page.locator("#saved")).to_have_text("已保存")
    expect(page.locator(".heard").first.locator(".word", has_text="赛罕")).to_have_count(1)
    assert dragged_and_pasted(page) == f"{mended}。\n{other}"
    assert "在喊区" not in page.content()
    page.reload()
    assert dragged_and_pasted(page) == f"{mended}。\n{other}"


def dragged_and_pasted(page: Page) -> str:
    """Drag over the first two lines, copy, and paste into the summary: what lands there."""
    lines = page.locator(".heard")
    begin, end = (
        lines.nth(0).locator(".word").first.bounding_box(),
        lines.nth(1).locator(".word").last.bounding_box(),
    )
    assert begin and end
    page.mouse.move(begin["x"] + 1, begin["y"] + begin["height"] / 2)
    page.mouse.down()
    page.mouse.move(end["x"] + end["width"] - 1, end["y"] + end["height"] / 2, steps=8)
    page.mouse.up()
    page.keyboard.press("Control+c")
    page.locator("#summary").fill("")
    page.locator("#summary").press("Control+v")
    pasted = page.locator("#summary").input_value()
    page.locator("#summary").fill("")
    return pasted


def test_every_way_back_keeps_filter_search_and_order(desk: DeskRoom, clerk: Person) -> None:
    desk.message("消防通道被堵了三个月。")
    page = clerk.open("/queue?state=failed")
    page.fill("#search", "消防通道")
    page.keyboard.press("Enter")
    expect(page.locator("#filter-all")).to_have_attribute("aria-current", "page")
    page.locator("#order").click()
    page.wait_for_url("**order=oldest*")
    found, address = page.locator("#queue .open"), page.url
    found.first.click()
    page.wait_for_url("**/recordings/*")
    for way in ("q", "n q"):
        for key in way.split():
            with page.expect_navigation():
                page.keyboard.press(key)
        page.wait_for_url(address)
        page.go_back()
    with clerk.context.expect_page() as opened:
        page.goto(address)
        page.locator("#queue .open").first.click(modifiers=["Control"])
    back = opened.value.locator("#back")
    expect(back).to_have_attribute("href", address[address.index("/queue") :])  # once its script has run
    back.click()
    opened.value.wait_for_url(address)


def test_the_queue_is_new_by_itself_and_keeps_the_place(desk: DeskRoom, clerk: Person) -> None:
    page = clerk.open("/queue")
    page.keyboard.press("j")
    page.keyboard.press("j")
    focused = page.evaluate("document.activeElement.id")
    with page.expect_response("**/queue/table*") as unchanged:
        pass
    assert unchanged.value.status in (200, 304)
    path = desk.message("刚刚打进来的电话。")
    expect(page.locator(f'a.open[href="{path}"]')).to_be_visible()
    assert page.evaluate("document.activeElement.id") == focused


def test_a_draft_appears_by_itself(desk: DeskRoom, clerk: Person) -> None:
    path = desk.message("草稿后来才好。", draft=False)
    page = clerk.open(path)
    expect(page.locator("#draft")).to_contain_text("正在转写")
    page.locator("#summary").fill("先写了几个字")
    desk_sample.transcribe(desk.db, path.rsplit("/", 1)[1], ("草稿后来才好。",))
    expect(page.locator(".segment textarea").first).to_have_value("草稿后来才好")
    expect(page.locator("#state .state")).to_have_class("state state-transcribed")
    expect(page.locator("#summary")).to_have_value("先写了几个字")
    page.locator(".segment textarea").first.fill("改好了。")
    expect(page.locator("#saved")).to_have_text("已保存")


def test_what_was_not_transcribed_is_shaded_and_plays_alone(desk: DeskRoom, clerk: Person) -> None:
    """And can be written down; the caller's number comes in place of the one that it stands beside."""
    identity = "证件一五零一零二一九四九零七一二三四五一"
    sentences = ("路灯坏了很久了。", "…这里说了话而且一个字也没有。", f"{identity}电话一五零一零二一九四九。")
    path = desk.message(*sentences)
    page = clerk.open(path)
    row, shade = page.locator(".unheard"), page.locator("#waveform .shade")
    box, wave = shade.bounding_box(), page.locator("#waveform").bounding_box()
    begin, end = (float(row.get_attribute(f"data-{edge}") or "nan") for edge in ("start", "end"))
    seconds = float(page.locator("#waveform").get_attribute("data-seconds") or "nan")
    assert box and wave
    assert (box["x"] - wave["x"]) / wave["width"] == pytest.approx(begin / seconds, abs=0.01)
    assert box["width"] / wave["width"] == pytest.approx((end - begin) / seconds, abs=0.01)
    row.click()
    playing_past(page, begin)
    until(page, PAUSED)
    assert end - 0.5 <= page.evaluate(TIME) < (end + seconds) / 2  # and not at the end of all
    last, use = page.locator(".segment textarea").last, page.locator(".numbers .use")
    use.click()
    expect(page.locator("#saved")).to_have_text("已保存")
    assert revisions_of(desk, path) == ["证件150102194907123451电话13600001234"]
    last.fill("电话 138 0000 123")
    expect(page.locator("#saved")).to_have_text("已保存")
    use.click()
    expect(last).to_have_value("电话 13600001234")
    last.fill("电话1380000123")
    expect(use).to_be_visible()
    last.evaluate("(area) => { area.value = '一一电话1380000123'; }")
    use.click()
    expect(page.locator("#saved")).to_contain_text("请自行填入")
    page.locator(".segment textarea").nth(1).fill("住在三号楼。")
    for mark in (row, shade, page.locator(".not-transcribed")):
        expect(mark).to_have_count(0)


def test_what_was_typed_is_saved_before_deciding(desk: DeskRoom, clerk: Person) -> None:
    path = desk.message()
    page = clerk.open(path)
    page.locator(".segment textarea").first.fill("还没等保存就点了按钮")
    page.locator('#decision button[value="nuisance"]').click()
    page.wait_for_url(lambda url: not url.endswith(path))
    assert revisions_of(desk, path) == ["还没等保存就点了按钮"]
    assert state_of(desk, path) == "nuisance"


def test_a_wrong_number_is_said_while_it_is_typed(desk: DeskRoom, clerk: Person) -> None:
    page = clerk.open(desk.message())
    page.locator("#duplicate_of").press_sequentially("2600000000")
    expect(page.locator("#number-found")).to_have_text("没有这个编号。")
    page.locator("#summary").fill("写了一半")
    page.locator("#decision form:has(#duplicate_of) button").click()
    expect(page.locator("#mistake-duplicate_of")).to_contain_text("十位信访编号")
    expect(page.locator("#summary")).to_have_value("写了一半")


def test_a_registration_that_was_begun_is_never_lost(
    desk: DeskRoom, people: Callable[..., Person], tmp_path: Path
) -> None:
    path = desk.message()
    clerk, colleague = people("liuyang"), people("chenjing")
    clerk.expected = (*EXPECTED, "net::ERR_FAILED")
    page, kept = clerk.open(path), clerk.page.locator("#register .draft-said")
    page.locator("#petitioner").fill("欧阳兰")
    page.locator("#summary").fill("写了一半")
    page.keyboard.press("Escape")
    page.keyboard.press("n")  # on to the next one
    page.wait_for_url(lambda url: not url.endswith(path))
    clerk.open(path)
    expect(page.locator("#petitioner")).to_have_value("欧阳兰")
    expect(kept).to_contain_text("已恢复")
    look(clerk, "draft-again", tmp_path)
    page.locator("#summary").fill("写了一半，家里有老人")
    page.reload()  # in the pause before it would have been saved
    expect(page.locator("#summary")).to_have_value("写了一半，家里有老人")

    page.route("**/drafts/register/*", lambda route: route.abort())
    page.locator("#address").fill("团结小区")
    expect(kept).to_contain_text("连接中断，正在重试")
    page.unroute("**/drafts/register/*")
    expect(kept).to_have_text("草稿已保存")

    second = people("liuyang").open(path)  # at another computer
    expect(second.locator("#address")).to_have_value("团结小区")
    second.locator("#address").fill("解放路")
    expect(second.locator("#register .draft-said")).to_have_text("草稿已保存")
    page.locator("#address").fill("建设路")
    expect(page.locator(".draft-conflict")).to_contain_text("解放路")
    look(clerk, "draft-conflict", tmp_path)
    page.locator(".draft-conflict button").first.click()
    expect(kept).to_have_text("草稿已保存")

    theirs = colleague.open(path)
    expect(theirs.locator("#register")).to_contain_text("刘洋 于")
    expect(theirs.locator("#petitioner")).to_have_value("")
    page.locator('#decision button[value="no_content"]').click()
    page.wait_for_url(lambda url: not url.endswith(path))
    with desk.db.reading() as session:
        assert (
            session.scalars(select(FormDraft).where(FormDraft.subject == path.rsplit("/", 1)[1])).all() == []
        )


def test_no_callers_number_reaches_the_log(desk: DeskRoom, clerk: Person) -> None:
    page = clerk.open("/queue")
    page.keyboard.press("/")
    page.keyboard.type("13904718826")
    page.keyboard.press("Enter")
    expect(page.locator(".open")).to_have_count(1)
    expect(page.locator("#search")).to_have_value("13904718826")
    with page.expect_response("**/queue/table*") as asked:
        pass
    assert "13904718826" not in page.url + asked.value.url
    page.locator("#filter-all").click()
    expect(page.locator("#search")).to_have_value("13904718826")
    log = desk.log.read_text()
    assert '"GET /queue"' in log and '"GET /queue/table"' in log
    assert "13904718826" not in log
