"""``hotline_instance``: a real Asterisk with our FastAGI server, ended with the test.

More parts or other settings by parameter::

    @pytest.mark.parametrize("hotline_instance", [{"parts": ("asterisk", "agi", "clock"),
                             "HOTLINE_MESSAGE__MAX_SECONDS": "10"}], indirect=True)
"""

from collections.abc import Iterator

import pytest

from tests.asterisk.day import day, day_hotline  # noqa: F401 - fixtures
from tests.asterisk.night import (  # noqa: F401 - fixtures
    case_numbers,
    commands,
    night,
    night_hotline,
    other_speech,
    speech,
)
from tests.kit.instance import USUAL_PARTS, HotlineInstance, running


@pytest.fixture
def hotline_instance(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[HotlineInstance]:
    """One instance for one test, which may kill, freeze and restart its parts."""
    wishes = dict(getattr(request, "param", {}))
    parts = wishes.pop("parts", USUAL_PARTS)
    yield from running(tmp_path_factory.mktemp("hotline"), parts, wishes)


@pytest.fixture(scope="session")
def shared_hotline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HotlineInstance]:
    """One instance for all tests that only call it."""
    yield from running(tmp_path_factory.mktemp("shared"), USUAL_PARTS, {})
