"""Rungs of the ladder that are taken away."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from tests.kit.instance import HotlineInstance


@contextmanager
def without_python(instance: HotlineInstance) -> Iterator[None]:
    """The script cannot be started."""
    dialplan = instance.state_dir / "asterisk" / "etc" / "extensions.conf"
    whole = dialplan.read_text()
    dialplan.write_text(re.sub(r"AGI\(/[^,]*python[^,]*,", "AGI(/nowhere/python,", whole))
    instance.console("dialplan reload")
    assert "/nowhere/python" in instance.console("dialplan show script")
    yield
    dialplan.write_text(whole)
    instance.console("dialplan reload")
