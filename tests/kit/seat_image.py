"""Events of the manager interface, and the image of the seats that they make."""

from datetime import UTC, datetime

from ivr.seats import events
from ivr.seats.events import ExchangeFacts, Headers

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
CALL = "26cafa-1795435336.0"
PHONE = "PJSIP/seat01-00000001"


def member(kind: str = "QueueMemberStatus", **changed: str) -> Headers:
    usual = {
        "Event": kind,
        "MemberName": "seat01",
        "Status": "1",
        "InCall": "0",
        "Paused": "0",
        "PausedReason": "",
        "LastPause": "0",
        "LastCall": "0",
        "CallsTaken": "0",
    }
    return usual | changed


def channel(kind: str, name: str = PHONE, call: str = CALL, **changed: str) -> Headers:
    usual = {
        "Event": kind,
        "Channel": name,
        "Uniqueid": name,
        "ChannelState": "6",
        "CallerIDNum": "<unknown>",
        "ConnectedLineNum": "13800001234",
        "Context": "from-seat",
        "Variable-HOTLINE_CALL_ID": call,
    }
    return usual | changed


def told(*happened: Headers) -> ExchangeFacts:
    facts = ExchangeFacts()
    for event in happened:
        events.note(facts, event, NOW)
    return facts
