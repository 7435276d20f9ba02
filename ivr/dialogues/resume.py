"""A call that another part of ours has already begun, and could not end."""

from ivr.call import Call, Stage
from ivr.dialogues.answer import answer, welcome
from ivr.dialogues.leave_message import tell_number
from ivr.office import Office


def resume(call: Call, office: Office) -> None:
    """A caller who has spoken is not asked again, but hears that it was kept; any other is answered anew.

    After a silence of ours nobody waits until it is known whether the number is blocked.
    """
    if office.has_spoken(call.call_id):
        call.tell("message-kept")
        tell_number(call, office)
    elif call.stage in (Stage.NEW, Stage.SEATS):
        welcome(call, office)
    else:
        answer(call, office)
