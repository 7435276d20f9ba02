"""A softphone without a loudspeaker: one real SIP call that plays WAV files, sends keys and records.

It runs as a process of its own (``python -m ivr.softphone.telephone``): PJSIP cannot be unloaded cleanly.
Orders arrive on stdin and events leave on stdout, one JSON object a line:

    {"do": "play", "file": "speech.wav"}   {"do": "keys", "digits": "1#"}   {"do": "hang_up"}
    {"do": "hang_up", "reason": "Q.850;cause=27"}

    {"event": "recording"}  {"event": "answered"}  {"event": "keys"}  {"event": "playing"}
    {"event": "heard_key", "key": "5"}
    {"event": "played"}  {"event": "ended", "by": "hotline", "code": 200, "reason": "..."}

Every event carries ``at``: seconds since the recording began, which is the place in the recorded WAV; before
that, seconds since the call was placed. The end of stdin hangs up.
"""

import argparse
import json
import os
import time
import wave
from typing import Any, NoReturn

import pjsua2 as pj

from ivr.softphone.endpoint import account, endpoint
from ivr.softphone.orders import Orders, events_on_stdout

EVENT_POLL_MS = 20
MEDIA_THREAD_SECONDS = 0.2
FILE_PLAYS_ONCE = 1  # PJMEDIA_FILE_NO_LOOP, which the Python binding does not name


class TelephoneCall(pj.Call):  # type: ignore[misc]
    """One call, placed here or (``number``) arriving."""

    END = "ended"
    SELF = "caller"

    def __init__(
        self,
        account: pj.Account,
        microphone: pj.AudioMedia,
        record_to: str,
        events: int,
        number: int = pj.PJSUA_INVALID_ID,
    ) -> None:
        super().__init__(account, number)
        self.events = events
        self.microphone = microphone
        self.record_to = record_to
        self.began = time.monotonic()
        self.ended = False
        self.hung_up_here = False
        self.line: pj.AudioMedia | None = None
        self.recorder: pj.AudioMediaRecorder | None = None
        self.players: list[pj.AudioMediaPlayer] = []  # PJSIP keeps no reference of its own
        self.speech_ends: float | None = None

    def tell(self, event: str, **details: object) -> None:
        at = round(time.monotonic() - self.began, 3)
        os.write(self.events, json.dumps({"event": event, "at": at, **details}).encode() + b"\n")

    def onCallState(self, prm: pj.OnCallStateParam) -> None:
        info = self.getInfo()
        if info.state == pj.PJSIP_INV_STATE_EARLY:
            self.tell("ringing", peer=info.remoteUri)
        elif info.state == pj.PJSIP_INV_STATE_CONFIRMED:
            self.tell("answered")
        elif info.state == pj.PJSIP_INV_STATE_DISCONNECTED:
            self.ended = True
            by = self.SELF if self.hung_up_here else "hotline"
            self.tell(self.END, by=by, code=info.lastStatusCode, reason=info.lastReason)

    def onCallMediaState(self, prm: pj.OnCallMediaStateParam) -> None:
        if self.recorder is not None:
            return
        self.line = self.getAudioMedia(-1)
        self.recorder = pj.AudioMediaRecorder()
        self.recorder.createRecorder(self.record_to)
        self.began = time.monotonic()
        self.line.startTransmit(self.recorder)
        # the null microphone's silence keeps RTP flowing, as from a real telephone, and the recording going
        self.microphone.startTransmit(self.recorder)
        self.microphone.startTransmit(self.line)
        self.tell("recording")

    def onDtmfDigit(self, prm: pj.OnDtmfDigitParam) -> None:
        self.tell("heard_key", key=prm.digit)

    def obey(self, order: dict[str, Any]) -> None:
        if order["do"] == "hang_up":
            self.hang_up_here(order.get("reason", ""))
        elif self.line is None:
            self.tell("not_possible", order=order["do"])
        elif order["do"] == "play":
            self.play(order["file"])
        elif order["do"] == "keys":
            self.tell("keys", digits=order["digits"])
            self.dialDtmf(order["digits"])

    def hang_up_here(self, reason: str = "") -> None:
        """``reason``: what the other side is told of it (RFC 3326)."""
        if not self.ended and not self.hung_up_here:
            self.hung_up_here = True
            self.tell("hanging_up")
            parameters = pj.CallOpParam(True)
            if reason:
                header = pj.SipHeader()
                header.hName, header.hValue = "Reason", reason
                parameters.txOption.headers = pj.SipHeaderVector([header])
            self.hangup(parameters)

    def play(self, file: str) -> None:
        with wave.open(file, "rb") as speech:
            seconds = speech.getnframes() / speech.getframerate()
        player = pj.AudioMediaPlayer()
        player.createPlayer(file, FILE_PLAYS_ONCE)
        player.startTransmit(self.line)
        self.players.append(player)
        self.speech_ends = time.monotonic() + seconds
        self.tell("playing", file=file, seconds=round(seconds, 3))

    def notice_end_of_speech(self) -> None:
        if self.speech_ends is not None and time.monotonic() >= self.speech_ends:
            self.speech_ends = None
            self.tell("played")


def run(phone: pj.Endpoint, call: TelephoneCall) -> None:
    """Obey orders until the call has ended."""
    orders = Orders()
    while not call.ended:
        phone.libHandleEvents(EVENT_POLL_MS)
        call.notice_end_of_speech()
        for order in orders.new():
            call.obey(order)
        if orders.are_over:
            call.hang_up_here()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--to", required=True, help="SIP address to dial")
    parser.add_argument("--own", required=True, help="the caller's own SIP address")
    parser.add_argument("--bind", default="127.0.0.1", help="address to call from")
    parser.add_argument("--record-to", required=True, help="WAV of what is heard")
    options = parser.parse_args()
    events = events_on_stdout()
    phone = endpoint(options.bind)
    caller = account(options.own, options.bind)
    call = TelephoneCall(caller, phone.audDevManager().getCaptureDevMedia(), options.record_to, events)
    call.makeCall(options.to, pj.CallOpParam(True))
    run(phone, call)
    end(call)


def end(*calls: TelephoneCall) -> NoReturn:
    """Complete the recordings and end the process."""
    for call in calls:
        call.recorder = None  # closing writes the length into the WAV header, on PJSIP's own media thread
    time.sleep(MEDIA_THREAD_SECONDS)
    os._exit(0)  # PJSIP's own tear-down crashes when Python still holds references


if __name__ == "__main__":
    main()
