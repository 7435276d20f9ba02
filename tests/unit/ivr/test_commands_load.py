"""What the telephone's servers load: their memory is held for months, and they begin anew in a moment."""

import subprocess
import sys

SERVERS = """
import sys
from ivr import asterisk, commands, fastagi
from ivr.seats import service
print(*sys.modules)
"""


def test_no_server_loads_a_softphone() -> None:
    done = subprocess.run([sys.executable, "-c", SERVERS], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "ivr.fastagi" in loaded
    assert not {name for name in loaded if name.startswith("ivr.softphone")} | {"numpy", "pjsua2"} & loaded
