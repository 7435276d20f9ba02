"""While anonymous visitors try passwords, forty at every moment, a caller hears where the case stands."""

import re
import threading
from collections import Counter
from collections.abc import Iterator
from functools import partial

import httpx
import pytest

from hotline.database import Database
from tests.asterisk import cases
from tests.kit.conversations import hold_at_once
from tests.kit.instance import HotlineInstance

AT_ONCE = 40
_TOKEN = re.compile(r'name="csrf-token" content="([^"]+)"')

pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def hotline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HotlineInstance]:
    instance = HotlineInstance(tmp_path_factory.mktemp("attacked"), {})
    try:
        instance.start("asterisk", "agi", "web")
        yield instance
    finally:
        instance.stop()


class Attack:
    """Visitors who try a name and a password again and again, all at once, until it is over."""

    def __init__(self, hotline: HotlineInstance) -> None:
        self.address = f"http://127.0.0.1:{hotline.settings.web.port}/sign-in"
        self.over = threading.Event()
        self.answers: Counter[int] = Counter()
        self.all_asked = threading.Barrier(AT_ONCE + 1)
        self.threads = [threading.Thread(target=self.visit, args=(each,)) for each in range(AT_ONCE)]

    def visit(self, which: int) -> None:
        tried = 0
        with httpx.Client(timeout=60) as browser:
            token = _TOKEN.search(browser.get(self.address).text)
            self.all_asked.wait()
            while not self.over.is_set() and token:
                form = {"csrf_token": token[1], "name": f"name{which}-{tried}", "password": "wrong"}
                self.answers[browser.post(self.address, data=form).status_code] += 1
                tried += 1

    def __enter__(self) -> "Attack":
        for each in self.threads:
            each.start()
        self.all_asked.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        for each in self.threads:
            each.join()


def test_a_caller_hears_the_case_while_forty_try_passwords(
    hotline: HotlineInstance, tmp_path_factory: pytest.TempPathFactory
) -> None:
    number = cases.take_in(hotline, Database(hotline.settings.database_url), "received")
    ask = partial(cases.ask, number=number)
    with Attack(hotline) as attack:
        calls = hold_at_once(hotline, tmp_path_factory.mktemp("heard"), {"one": ask, "two": ask})
        heard = {name: {each.key for each in call.result().heard()} for name, call in calls.items()}
    for keys in heard.values():
        assert "case-number" in keys and "enquiry-unavailable" not in keys
    assert attack.answers.total() > AT_ONCE and {403, 429} <= set(attack.answers) <= {403, 429, 503}
