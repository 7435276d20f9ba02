"""Which tests run beside each other (``make test``): a process a lane, the telephones for crowds."""

import fcntl
import os
from collections.abc import Generator
from pathlib import Path
from typing import Any, TextIO

import pytest
from xdist.scheduler import LoadScopeScheduling

DAY, NIGHT, REST = "day", "night", "rest"
BY_DAY = ("test_seat", "test_callbacks", "test_day_")
TELEPHONING = ("test_calls_server", "test_calls_storage", "test_seat_console", "test_microphones")
TELEPHONING_BY_DAY = ("test_seat_left", "test_supervision")
"""Files outside ``tests/asterisk`` with real calls, which must not be kept waiting."""
CROWDS = (
    "test_rush",
    "test_seats_rush",
    "test_raw_callers",
    "test_reserve",
    "test_line_full",
    "test_port_limits",
)
"""Files in which many call at once."""
NIGHTS: set[str] = set()
"""``night`` once its calls are over."""
TELEPHONES: list[TextIO] = []
"""The lock on them, while this process holds it."""
POLITE = 10


class Lanes(LoadScopeScheduling):  # type: ignore[misc]
    """What pytest-xdist runs beside each other (``make test``): calls by day, calls by night, and the rest.

    Calls by day are one process and calls by night another, so that what is shared by a session is made once.
    More than these two with calls would overload two processor cores.
    """

    def _split_scope(self, nodeid: str) -> str:
        """The rest is done by files, so that whoever has no more calls to make helps with it to the end.

        What looks at pages in a browser is one: the desk and the browser that it shares take long to start.
        """
        found, path = lane(nodeid), Path(nodeid.split("::")[0])
        if found != REST:
            return found
        return f"{REST} {path.parent if path.parent.name == 'browser' else path}"


def lane(nodeid: str) -> str:
    """The lane of a test."""
    path = Path(nodeid.split("::")[0])
    if path.parent.name == "browser" and path.name.startswith(TELEPHONING_BY_DAY):
        return DAY
    if path.parent.name == "asterisk":
        return DAY if path.name.startswith(BY_DAY) else NIGHT
    return NIGHT if path.name.startswith(TELEPHONING) else REST


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Lanes | None:
    """A hook of pytest-xdist; without calls (``make unit``) its own way of sharing out is the better one."""
    return Lanes(config, log) if config.getoption("dist") == "loadscope" else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Calls first: their lanes last longest."""
    items.sort(key=lambda item: (DAY, NIGHT, REST).index(lane(item.nodeid)))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Leave the processor to the calls in the other lanes."""
    if "PYTEST_XDIST_WORKER" in os.environ and lane(item.nodeid) == REST and os.nice(0) < POLITE:
        os.nice(POLITE)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(
    item: pytest.Item, nextitem: pytest.Item | None
) -> Generator[None, object, object]:
    """A crowd of callers has the telephones to itself: the other lane with calls waits until it is over.

    First of all wrappers, so that the waiting is not counted by the limit in time. A file with a crowd in it
    waits once and not for each of its tests.
    """
    if "PYTEST_XDIST_WORKER" not in os.environ or lane(item.nodeid) == REST:
        return (yield)
    crowd = is_crowd(item)
    if not TELEPHONES:
        TELEPHONES.append((Path(item.config.option.basetemp).parent / "telephones").open("w"))
        fcntl.flock(TELEPHONES[0], fcntl.LOCK_EX if crowd else fcntl.LOCK_SH)
    try:
        return (yield)
    finally:
        NIGHTS.update({"night"} & set(getattr(item, "fixturenames", ())))
        if not (crowd and nextitem and nextitem.path == item.path):
            TELEPHONES.pop().close()


def is_crowd(item: pytest.Item) -> bool:
    """Whether many call at once in this test; in those that look at the night's calls later nobody does."""
    calls = set(getattr(item, "fixturenames", ()))
    return item.path.name.startswith(CROWDS) or "night" in calls - NIGHTS
