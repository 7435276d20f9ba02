"""A rush of calls without a FastAGI server: a few get the script, the rest the dialplan, none nothing."""

import time
from collections.abc import Iterator

import pytest

from tests.asterisk.instance import HotlineInstance

CALLS = 12
SCRIPTS = 8


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


def where(instance: HotlineInstance) -> list[str]:
    """The context each caller is in; the hotline's side of a Local channel is its second half."""
    fields = [line.split("!") for line in instance.console("core show channels concise").splitlines()]
    return [context for channel, context, *_ in fields if channel.endswith(";2")]


def test_only_a_few_scripts_run_at_once(alone: HotlineInstance) -> None:
    for _ in range(CALLS):
        alone.console("channel originate Local/s@answer/n application Wait 60")
    give_up = time.monotonic() + 20
    while len(found := where(alone)) < CALLS or "answer" in found:
        assert time.monotonic() < give_up, found
        time.sleep(0.2)
    assert found.count("script") == SCRIPTS
    assert found.count("reserve") == CALLS - SCRIPTS
