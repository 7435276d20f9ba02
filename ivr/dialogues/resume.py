"""A call that another part of ours has already begun, and could not end."""

from ivr.call import Call
from ivr.desk import Desk, Unavailable
from ivr.dialogues.answer import answer
from ivr.dialogues.leave_message import tell_number


def resume(call: Call, desk: Desk) -> None:
    """A caller who has spoken is not asked again, but hears that it was kept; any other is answered anew."""
    if not desk.has_begun(call.call_id) or not _was_kept(call, desk):
        answer(call, desk)
    else:
        call.tell("message-kept")
        tell_number(call, desk)


def _was_kept(call: Call, desk: Desk) -> bool:
    try:
        return desk.take_in(call.call_id) is not None
    except Unavailable:
        return desk.has_recorded(call.call_id)
