"""One call from the exchange's first line to its last: the same for the server and for the script."""

import logging
import re
import time
from collections.abc import Callable

from hotline.spool import clean_caller
from ivr.agi_call import AgiCall
from ivr.agi_wire import Wire
from ivr.call import Call, CallerHungUp
from ivr.desk import Desk
from ivr.prompts import Prompts

log = logging.getLogger(__name__)

CALL_ID = "HOTLINE_CALL_ID"
DONE = "HOTLINE_DONE"
"""Channel variables: the dialplan names the call, and goes on to the next rung where DONE is not 1."""

_CALL_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,63}")

Dialogue = Callable[[Call, Desk], None]


def attend(wire: Wire, dialogue: Dialogue, desk: Desk, prompts: Prompts) -> None:
    """Hold a dialogue with the caller on this wire, and keep what was said.

    An error of ours passes through with DONE not set and the spool untouched: the next rung goes on.
    """
    try:
        line = AgiCall(wire)
        call = _call(line, prompts)
    except CallerHungUp:
        return
    with desk.live(call.call_id):
        try:
            dialogue(call, desk)
            line.set_variable(DONE, "1")
        except CallerHungUp:
            log.info("call %s: the caller hung up", call.call_id)
        wire.close()  # the dialplan waits for this: the caller need not wait for the rest
        desk.take_in_rest(call.call_id)


def _call(line: AgiCall, prompts: Prompts) -> Call:
    wanted = line.get_variable(CALL_ID) or line.env.get("agi_uniqueid", "")
    call_id = wanted if _CALL_ID.fullmatch(wanted) else f"unnamed-{time.time_ns()}"
    language = "en" if line.env.get("agi_language", "").startswith("en") else "zh"
    log.info("call %s answered", call_id)
    return Call(line, prompts, call_id, clean_caller(line.env.get("agi_callerid", "")), language)
