"""Desk phones without a loudspeaker: they register as seats, ring, and answer when they are told to.

Up to MOST_SEATS run in one process (``python -m ivr.softphone.seat``), their passwords in the environment as
``SEAT_PASSWORDS``, a JSON object. Orders and events are those of ``ivr.softphone.telephone``, each with the
name of its ``seat``, and:

    {"do": "answer"}   {"do": "dial", "to": "sip:…"}
    {"event": "registered"}   {"event": "over", "by": "seat", ...}

With ``--encrypted`` they register over TLS, and ``recording`` says whether the sound is ``encrypted``, too.

Each call is recorded to a WAV of its own. The end of stdin hangs up and ends the process. A telephone whose
password is empty is a citizen's: it does not register, and is called at ``--port``.
"""

import argparse
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pjsua2 as pj

from ivr.softphone.endpoint import endpoint, take_sound_at
from ivr.softphone.orders import Orders, events_on_stdout
from ivr.softphone.process import MOST_SEATS
from ivr.softphone.telephone import EVENT_POLL_MS, TelephoneCall, end

RINGING, OK, BUSY, DECLINED = 180, 200, 486, 603
REGISTER_AGAIN_SECONDS = 120


class DeskPhoneCall(TelephoneCall):
    """One call at this seat."""

    END = "over"
    SELF = "seat"

    def __init__(self, seat: "SeatPhone", number: int = pj.PJSUA_INVALID_ID) -> None:
        microphone = seat.phone.audDevManager().getCaptureDevMedia()
        record_to = seat.folder / f"call-{len(seat.calls) + 1}.wav"
        super().__init__(seat, microphone, str(record_to), seat.events, number)
        self.seat = seat.name
        seat.calls.append(self)

    def tell(self, event: str, **details: object) -> None:
        """The same with the seat's name."""
        if event == "recording":
            details["encrypted"] = "SRTP status: Active" in self.dump(True, "")
        super().tell(event, seat=self.seat, **details)

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
    """The telephone of one seat, one call at a time."""

    def __init__(self, phone: pj.Endpoint, name: str, folder: Path, events: int, answers: bool) -> None:
        super().__init__()
        self.phone = phone
        self.name = name
        self.folder = folder
        self.events = events
        self.answers = answers
        self.calls: list[DeskPhoneCall] = []  # PJSIP keeps no reference of its own

    def onRegState(self, prm: pj.OnRegStateParam) -> None:
        name = "registered" if prm.code == OK and self.getInfo().regIsActive else "not_registered"
        event = {"event": name, "at": 0.0, "seat": self.name, "code": prm.code}
        os.write(self.events, json.dumps(event).encode() + b"\n")

    def onIncomingCall(self, prm: pj.OnIncomingCallParam) -> None:
        busy = self.in_call()
        DeskPhoneCall(self, prm.callId).reply(BUSY if busy else OK if self.answers else RINGING)

    def obey(self, order: dict[str, Any]) -> None:
        """Place a call, as an agent might try, or do something in the call that rings or lasts."""
        if order["do"] == "dial":
            DeskPhoneCall(self).makeCall(order["to"], pj.CallOpParam(True))
        elif call := self.in_call():
            call.obey(order)

    def in_call(self) -> DeskPhoneCall | None:
        """The call that rings or lasts."""
        return next((call for call in self.calls if not call.ended), None)

    def let_go(self) -> None:
        """Close the recordings of calls that are over: the library has room for 32.

        The calls themselves stay: deleting one hangs up whatever call has its number by then.
        """
        for call in self.calls:
            if call.ended and call.recorder:
                call.recorder = None
                call.players.clear()

    def register(self, password: str, registrar: str, bind: str, encrypted: bool) -> None:
        """Become reachable at ``registrar`` (host:port)."""
        config = pj.AccountConfig()
        config.idUri = f"sip:{self.name}@{registrar}"
        config.regConfig.registrarUri = f"sip:{registrar}{';transport=tls' if encrypted else ''}"
        if encrypted:
            config.mediaConfig.srtpUse = pj.PJMEDIA_SRTP_OPTIONAL
        config.regConfig.timeoutSec = REGISTER_AGAIN_SECONDS
        config.sipConfig.authCreds.append(pj.AuthCredInfo("digest", "*", self.name, 0, password))
        take_sound_at(config, bind)
        self.create(config)

    def listen(self, bind: str, port: int) -> None:
        """Become reachable at ``port`` itself."""
        config = pj.AccountConfig()
        config.idUri = f"sip:{self.name}@{bind}:{port}"
        config.regConfig.registerOnAdd = False
        take_sound_at(config, bind)
        self.create(config)
        os.write(
            self.events, json.dumps({"event": "listening", "at": 0.0, "seat": self.name}).encode() + b"\n"
        )


def run(phone: pj.Endpoint, seats: dict[str, SeatPhone]) -> None:
    """Obey orders until they end, then hang up."""
    orders = Orders()
    while not orders.are_over:
        phone.libHandleEvents(EVENT_POLL_MS)
        for call in calls_of(seats.values()):
            call.notice_end_of_speech()
        for seat in seats.values():
            seat.let_go()
        for order in orders.new():
            seats[order["seat"]].obey(order)
    for call in calls_of(seats.values()):
        call.hang_up_here()
    phone.libHandleEvents(EVENT_POLL_MS)


def calls_of(seats: Iterable[SeatPhone]) -> list[DeskPhoneCall]:
    """The calls that ring or last."""
    return [call for seat in seats if (call := seat.in_call())]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--registrar", required=True, help="host:port")
    parser.add_argument("--bind", default="127.0.0.1", help="address of the telephones")
    parser.add_argument("--port", default=0, type=int, help="of the telephones; 0: a free one")
    parser.add_argument("--folder", required=True, type=Path, help="holds a folder for each seat's WAVs")
    parser.add_argument("--encrypted", action="store_true", help="register over TLS; the sound by SRTP")
    parser.add_argument("--answers", action="store_true", help="answer every call at once")
    options = parser.parse_args()
    events = events_on_stdout()
    phone = endpoint(options.bind, options.port)
    if options.encrypted:
        transport = pj.TransportConfig()
        transport.boundAddress = options.bind
        phone.transportCreate(pj.PJSIP_TRANSPORT_TLS, transport)
    seats: dict[str, SeatPhone] = {}
    passwords = json.loads(os.environ["SEAT_PASSWORDS"])
    if len(passwords) > MOST_SEATS:
        parser.error(f"at most {MOST_SEATS} seats in one process")
    for name, password in passwords.items():
        seats[name] = SeatPhone(phone, name, options.folder / name, events, options.answers)
        if password:
            seats[name].register(password, options.registrar, options.bind, options.encrypted)
        else:
            seats[name].listen(options.bind, options.port)
    run(phone, seats)
    end(*(call for seat in seats.values() for call in seat.calls))


if __name__ == "__main__":
    main()
