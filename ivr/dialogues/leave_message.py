"""Leaving a message: record, review, and the case number."""

import logging

from ivr.call import TRIES, Call, CallOutcome, CannotRecord
from ivr.message import Message
from ivr.office import Office
from ivr.timed_pool import Unavailable

log = logging.getLogger(__name__)


def leave_message(call: Call, office: Office) -> None:
    """Record what the caller says, let it be reviewed, and tell the case number."""
    message = office.new_message(call)
    try:
        if not _record(call, message, "message-ask"):
            call.tell("heard-nothing-goodbye")
            return
        _review(call, message)
    except CannotRecord as problem:
        log.error("call %s: %s", call.call_id, problem)
        call.tell("cannot-record")
        if not message.parts:
            return
        call.tell("message-kept")
    tell_number(call, office)


def tell_number(call: Call, office: Office) -> None:
    """Take the message in and speak its number twice. Only a committed number is ever spoken."""
    call.became(CallOutcome.MESSAGE)
    try:
        number = office.take_in(call.call_id)
    except Unavailable:
        number = None
    if number is None:
        call.tell("number-later")
        return
    call.say_number("number-is", number)
    call.say_number("number-again", number)
    call.tell("goodbye-message")


def _record(call: Call, message: Message, ask: str, *, instead: bool = False) -> bool:
    """Three times at most, until something is heard."""
    for attempt in range(TRIES):
        call.say(ask if attempt == 0 else "message-ask-again")
        if message.record(call, instead=instead):
            if message.is_full:
                call.say("message-full")
            return True
        if attempt < TRIES - 1:
            call.say("heard-nothing")
    message.forget_unheard()
    return False


def _review(call: Call, message: Message) -> None:
    """``1``, ``0`` or silence submits; ``2`` listens, ``3`` records again, ``4`` adds more."""
    while True:
        match call.choose("message-review", keys="1234", on_silence="1"):
            case "2":
                for part in message.parts:
                    call.play_back(part.path)
            case "3":
                _record(call, message, "message-ask-again", instead=True)
            case "4" if message.is_full:
                call.say("message-full")
            case "4":
                _record(call, message, "message-ask-more")
            case _:
                return
