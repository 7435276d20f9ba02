"""The suite. What is asserted in modules beside the tests says what it has found, too."""

import pytest

pytest.register_assert_rewrite(
    "tests.kit",
    "tests.browser.agents",
    "tests.browser.call_room",
    "tests.browser.desk",
    "tests.browser.looks",
)
