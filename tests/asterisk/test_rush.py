"""A rush of calls without a FastAGI server: a few get the script, the rest the dialplan, none nothing."""

import time
from collections.abc import Iterator

import pytest

from tests.kit.instance import HotlineInstance

SCRIPTS = 8
CALLS = 2 * SCRIPTS
PATIENCE = 20


@pytest.fixture
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HotlineInstance]:
    """Asterisk without a FastAGI server."""
    instance = HotlineInstance(tmp_path_factory.mktemp("rush"), {})
    try:
        instance.start("asterisk")
        instance.console("module load res_clioriginate.so")  # the hotline itself cannot dial
        yield instance
    finally:
        instance.stop()


def where(instance: HotlineInstance) -> dict[str, str]:
    """The context each caller is in; the hotline's side of a Local channel is its second half."""
    fields = [line.split("!") for line in instance.console("core show channels concise").splitlines()]
    return {channel: context for channel, context, *_ in fields if channel.endswith(";2")}


def calls(instance: HotlineInstance, more: int) -> None:
    for _ in range(more):
        instance.console("channel originate Local/s@answer/n application Wait 60")


def settled(instance: HotlineInstance, callers: int) -> dict[str, str]:
    """Where so many callers are, once each is on one of the lower rungs."""
    give_up = time.monotonic() + PATIENCE
    while len(found := where(instance)) != callers or "answer" in found.values():
        assert time.monotonic() < give_up, found
        time.sleep(0.2)
    return found


def test_only_a_few_scripts_run_at_once_and_the_next_takes_the_place_of_one_that_ended(
    alone: HotlineInstance,
) -> None:
    calls(alone, CALLS)
    first = settled(alone, CALLS)
    scripts = [channel for channel, context in first.items() if context == "script"]
    assert len(scripts) == SCRIPTS
    assert list(first.values()).count("reserve") == CALLS - SCRIPTS
    for channel in scripts:
        alone.console(f"channel request hangup {channel}")
    settled(alone, CALLS - SCRIPTS)
    calls(alone, 1)
    later = settled(alone, CALLS - SCRIPTS + 1)
    assert list(later.values()).count("script") == 1
