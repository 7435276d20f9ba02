"""Which tests ``make unit`` runs: those that need Python alone and are quick: all but the thorough ones."""

import pytest

THOROUGH = "thorough"
NEED_MORE = {"postgresql"}
"""Fixtures that start other programs, or names of them among the parameters of a test."""


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark those that need more, so that nobody has to; the slow ones are marked where they stand."""
    if isinstance(item, pytest.Function) and NEED_MORE & needed_by(item):
        item.add_marker(THOROUGH)


def needed_by(test: pytest.Function) -> set[str]:
    """Its fixtures, and what it asks for by their parameters (``either_db``)."""
    parameters = test.callspec.params.values() if hasattr(test, "callspec") else ()
    return {*test.fixturenames, *(each for each in parameters if isinstance(each, str))}
