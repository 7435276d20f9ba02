"""One call from the exchange's first line to its last: the same for the server and for the script."""

import hmac
import logging
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime

from hotline.telephone_numbers import clean_caller
from ivr.agi_call import AgiCall
from ivr.agi_wire import Wire
from ivr.call import Call, CallerHungUp, CallOutcome, Stage
from ivr.office import Office
from ivr.prompts import Prompts

log = logging.getLogger(__name__)

ARGUMENT = "agi_arg_1"
"""Header: the argument of ``AGI()`` in the dialplan, the secret."""
CALL_ID = "HOTLINE_CALL_ID"
DONE = "HOTLINE_DONE"
"""Channel variables: the dialplan names the call, and goes on to the next rung where DONE is not 1."""
STAGE = "HOTLINE_STAGE"
NEXT = "HOTLINE_NEXT"
"""The same: where the dialplan stands with the call, and where it goes on after DONE; by itself it ends."""

WITHHELD = "HOTLINE_WITHHELD"
"""The number of a caller who withholds it, where the network sends it all the same."""
JOINED = "HOTLINE_JOINED"
"""When the call joined the queue, in seconds since 1970."""

_SECONDS = re.compile(r"[0-9]{10}")
OUTCOME = "HOTLINE_OUTCOME"
WHY = "HOTLINE_WHY"
"""What became of the call: the dialplan writes it to the queue log when the call is over."""

_CALL_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,63}")

Dialogue = Callable[[Call, Office], None]


def attend(wire: Wire, dialogue: Dialogue, office: Office, prompts: Prompts, secret: str = "") -> None:
    """Hold a dialogue with the caller on this wire, and keep what was said.

    ``secret``: what Asterisk has to say first, where others could be on the wire; nobody else gets an answer.
    An error of ours passes through with DONE not set and the spool untouched: the next rung goes on.
    """
    try:
        line = AgiCall(wire)
        if secret and not hmac.compare_digest(line.env.get(ARGUMENT, "").encode(), secret.encode()):
            log.warning("somebody who is not our Asterisk has connected, and is turned away")
            wire.close()
            return
        call = _call(line, prompts)
    except CallerHungUp:
        return
    with office.in_progress(call.call_id):
        try:
            dialogue(call, office)
            if call.to_queue:
                line.set_variable(NEXT, "queue")
            line.set_variable(DONE, "1")
        except CallerHungUp:
            log.info("call %s: the caller hung up", call.call_id)
        goes_on = call.to_queue or call.stage is Stage.ANSWERED  # what a seat records is not ours to take in
        if not goes_on and call.outcome is None and office.has_recorded(call.call_id):
            call.became(CallOutcome.MESSAGE)
        if call.outcome:
            line.leave(WHY, call.detail)
            line.leave(OUTCOME, call.outcome)
        wire.close()  # the dialplan waits for this: the caller need not wait for the rest
        if not goes_on:
            office.take_in_rest(call.call_id)


def _call(line: AgiCall, prompts: Prompts) -> Call:
    wanted = line.get_variable(CALL_ID) or line.env.get("agi_uniqueid", "")
    call_id = wanted if _CALL_ID.fullmatch(wanted) else f"unnamed-{time.time_ns()}"
    language = "en" if line.env.get("agi_language", "").startswith("en") else "zh"
    log.info("call %s answered", call_id)
    stage, joined = (line.get_variable(name) for name in (STAGE, JOINED))
    caller = clean_caller(line.env.get("agi_callerid", ""))
    return Call(
        line,
        prompts,
        call_id,
        caller,
        language,
        Stage(stage) if stage in Stage._value2member_map_ else Stage.NEW,
        withheld="" if caller else clean_caller(line.get_variable(WITHHELD)),
        joined_at=datetime.fromtimestamp(int(joined), UTC) if _SECONDS.fullmatch(joined) else None,
    )
