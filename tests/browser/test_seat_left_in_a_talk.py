"""Who loses the seat in the middle of a talk goes on talking: the citizen has done nothing wrong."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from hotline.database import Database
from hotline.people import User
from hotline.sign_ins import BrowserSession
from ivr.softphone.caller import Caller
from ivr.softphone.sounds import SAMPLE_RATE
from tests.browser.agents import Agent, calling, sounds_like, until, user_id
from tests.browser.chromium import PATIENCE

REGISTERS_AGAIN_MS = 90_000
"""Longer than a browser's telephone waits until it registers anew, and finds its secret void."""


@pytest.mark.timeout(300)  # most of it until the telephone registers anew
def test_a_talk_goes_on_to_its_end_when_the_account_is_disabled(
    agents: Callable[..., Agent], of_agent: Path, tmp_path: Path
) -> None:
    agent = agents("liuyang", "seat01")
    agent.expected += ("status of 401", "status of 404", "status of 503", "ERR_INCOMPLETE_CHUNKED")
    db = Database(agent.hotline.settings.database_url)
    try:
        with calling(agent.hotline, tmp_path) as caller:
            agent.answers()
            disable(db, user_id(agent.hotline, "liuyang"))
            agent.page.wait_for_selector("#telephone-state[data-state=refused]", timeout=REGISTERS_AGAIN_MS)
            goes_on_hearing(caller, of_agent, agent)
            agent.page.keyboard.press("F9")
            caller.begins_to_hear("satisfaction-ask", timeout=PATIENCE)
            caller.hangs_up()
        assert until(agent.hotline.nobody_calls, agent.page)
    finally:
        with db.writing() as session:
            session.execute(update(User).values(active=True))


def disable(db: Database, user: int) -> None:
    """As the page *People* does."""
    with db.writing() as session:
        session.execute(delete(BrowserSession).where(BrowserSession.user_id == user))
        session.execute(update(User).where(User.id == user).values(active=False))


def goes_on_hearing(caller: Caller, of_agent: Path, agent: Agent) -> None:
    since = caller.now
    until(lambda: sounds_like(caller.audio()[int(since * SAMPLE_RATE) :], of_agent), agent.page)
