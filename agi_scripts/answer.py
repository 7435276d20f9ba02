"""The second rung: attends to one call in a process of its own, when the FastAGI server has not.

Asterisk starts it as an AGI script; what goes wrong here leaves the call to the dialplan.
"""

import logging
import os
import signal
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from hotline import settings_file  # noqa: E402
from ivr.agi_wire import Wire  # noqa: E402
from ivr.attend import attend  # noqa: E402
from ivr.dialogues.resume import resume  # noqa: E402
from ivr.office import Office  # noqa: E402
from ivr.prompts import Prompts  # noqa: E402


def main() -> None:
    """Attend to the call on standard input and output."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # Asterisk's sign for a hang-up: what was said is kept first
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    attend(Wire(0, 1, close=lambda: os.close(1)), resume, Office(settings_file.current()), Prompts())


if __name__ == "__main__":
    try:
        main()
    except Exception:
        logging.exception("a call has failed; the dialplan goes on with the last rung")
        sys.exit(1)
