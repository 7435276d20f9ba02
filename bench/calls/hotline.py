"""The hotline under measurement: a real one, with two more numbers that end on other rungs of the ladder."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hotline.settings_file import PROJECT
from tests.kit.instance import HotlineInstance, free_port

MOST_CALLS = 500
DIALPLAN, SCRIPT = "9001", "9002"
"""Numbers that are answered by the dialplan alone, and by a script for each call."""

RUNGS = """
[from-trunk](+)
exten => 9001,1,Set(HOTLINE_CALL_ID=${UNIQUEID})
 same => n,Answer()
 same => n,Goto(bench-greeting,s,1)
exten => 9002,1,Set(HOTLINE_CALL_ID=${UNIQUEID})
 same => n,Set(AGISIGHUP=no)
 same => n,Set(AGIEXITONHANGUP=no)
 same => n,Answer()
 same => n,Goto(script,s,1)

[bench-greeting]
exten => s,1,Background(${SOUNDS}/zh/welcome-closed&${SOUNDS}/zh/english-offer)
 same => n,WaitExten(4)
 same => n,Goto(bench-ask,s,1)
exten => 1,1,Goto(bench-ask,s,1)

[bench-ask]
exten => s,1,Background(${SOUNDS}/zh/message-ask)
 same => n,Goto(1,1)
exten => 1,1,Playback(${SOUNDS}/zh/beep)
 same => n,Record(${SPOOL}/${HOTLINE_CALL_ID}.90+${FILTER(0-9,${CALLERID(num)})}.wav,8,300,kqu)
"""


@contextmanager
def running(state_dir: Path) -> Iterator[HotlineInstance]:
    """A hotline with room for MOST_CALLS."""
    rtp = free_port(socket.SOCK_DGRAM, 4 * MOST_CALLS)
    ports = {"HOTLINE_RTP__START": str(rtp), "HOTLINE_RTP__END": str(rtp + 4 * MOST_CALLS - 1)}
    instance = HotlineInstance(state_dir, ports)
    try:
        instance.start("asterisk", "agi")
        with (state_dir / "asterisk" / "etc" / "extensions.conf").open("a") as dialplan:
            dialplan.write(RUNGS)
        instance.console("dialplan reload")
        yield instance
    finally:
        instance.stop()


SOUNDS = PROJECT / "sounds" / "zh"
SPEECH = PROJECT / "tests" / "asterisk" / "speech" / "street-light.wav"
