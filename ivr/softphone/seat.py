"""A desk phone without a loudspeaker: registers as a seat, rings, and answers when it is told to.

It runs as a process of its own (``python -m ivr.softphone.seat``), the seat's password in the environment
as ``SEAT_PASSWORD``. Orders and events are those of ``ivr.softphone.telephone``, and:

    {"do": "answer"}   {"do": "dial", "to": "sip:…"}
    {"event": "registered"}   {"event": "over", "by": "seat", ...}

Each call is recorded to a WAV of its own. The end of stdin hangs up and ends the process.
"""

import argparse
import os
from pathlib import Path
from typing import Any

import pjsua2 as pj

from ivr.softphone.telephone import EVENT_POLL_MS, Orders, TelephoneCall, end, endpoint, events_on_stdout

RINGING, OK, BUSY, DECLINED = 180, 200, 486, 603
REGISTER_AGAIN_SECONDS = 120


class SeatCall(TelephoneCall):
    """One call at this seat."""

    END = "over"
    SELF = "seat"

    def reply(self, code: int) -> None:
        """Answer the INVITE."""
        parameters = pj.CallOpParam(True)
        parameters.statusCode = code
        self.answer(parameters)

    def obey(self, order: dict[str, Any]) -> None:
        """Obey an order; hanging up while it rings declines the call."""
        if order["do"] == "answer":
            self.reply(OK)
        else:
            super().obey(order)


class SeatPhone(pj.Account):  # type: ignore[misc]
    """The telephone, one call at a time."""

    def __init__(self, phone: pj.Endpoint, folder: Path, events: int, answers: bool) -> None:
        super().__init__()
        self.phone = phone
        self.folder = folder
        self.events = events
        self.answers = answers
        self.calls: list[SeatCall] = []  # PJSIP keeps no reference of its own

    def onRegState(self, prm: pj.OnRegStateParam) -> None:
        name = "registered" if prm.code == OK and self.getInfo().regIsActive else "not_registered"
        os.write(self.events, f'{{"event": "{name}", "at": 0.0, "code": {prm.code}}}\n'.encode())

    def onIncomingCall(self, prm: pj.OnIncomingCallParam) -> None:
        busy = self.in_call()
        record_to = str(self.folder / f"call-{len(self.calls) + 1}.wav")
        microphone = self.phone.audDevManager().getCaptureDevMedia()
        call = SeatCall(self, microphone, record_to, self.events, prm.callId)
        self.calls.append(call)
        call.reply(BUSY if busy else OK if self.answers else RINGING)

    def dials(self, to: str) -> None:
        """Place a call, as an agent might try."""
        microphone = self.phone.audDevManager().getCaptureDevMedia()
        call = SeatCall(self, microphone, str(self.folder / f"call-{len(self.calls) + 1}.wav"), self.events)
        self.calls.append(call)
        call.makeCall(to, pj.CallOpParam(True))

    def in_call(self) -> SeatCall | None:
        """The call that rings or lasts."""
        return next((call for call in self.calls if not call.ended), None)


def register(seat: SeatPhone, name: str, registrar: str, bind: str) -> None:
    """Become reachable as ``name`` at ``registrar`` (host:port)."""
    config = pj.AccountConfig()
    config.idUri = f"sip:{name}@{registrar}"
    config.regConfig.registrarUri = f"sip:{registrar}"
    config.regConfig.timeoutSec = REGISTER_AGAIN_SECONDS
    password = os.environ["SEAT_PASSWORD"]
    config.sipConfig.authCreds.append(pj.AuthCredInfo("digest", "*", name, 0, password))
    config.mediaConfig.transportConfig.boundAddress = bind
    seat.create(config)


def run(phone: pj.Endpoint, seat: SeatPhone) -> None:
    """Obey orders until they end."""
    orders = Orders()
    while not orders.are_over:
        phone.libHandleEvents(EVENT_POLL_MS)
        call = seat.in_call()
        if call:
            call.notice_end_of_speech()
        for order in orders.new():
            if order["do"] == "dial":
                seat.dials(order["to"])
            elif call:
                call.obey(order)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seat", required=True, help="name of the seat, such as seat01")
    parser.add_argument("--registrar", required=True, help="host:port")
    parser.add_argument("--bind", default="127.0.0.1", help="address of the telephone")
    parser.add_argument("--folder", required=True, type=Path, help="for a WAV of each call")
    parser.add_argument("--answers", action="store_true", help="answer every call at once")
    options = parser.parse_args()
    events = events_on_stdout()
    phone = endpoint(options.bind)
    seat = SeatPhone(phone, options.folder, events, options.answers)
    register(seat, options.seat, options.registrar, options.bind)
    run(phone, seat)
    if call := seat.in_call():
        call.hang_up_here()
        phone.libHandleEvents(EVENT_POLL_MS)
    end(*seat.calls)


if __name__ == "__main__":
    main()
