"""The few SIP messages of a call, as bytes. Nothing is escaped: what is sent is what the caller says."""

import re
import uuid
from dataclasses import dataclass, field

PCMA = 8
TELEPHONE_EVENT = 101


@dataclass
class Dialog:
    """One call's identity on the wire. ``name`` is the display name, raw."""

    hotline: tuple[str, int]
    number: str
    own_number: bytes
    own_port: int
    rtp_port: int
    name: bytes = b""
    host: str = "127.0.0.1"
    call_id: str = field(default_factory=lambda: uuid.uuid4().hex)
    to_tag: bytes = b""

    def invite(self) -> bytes:
        """The first message, with the offer of A-law and telephone events."""
        sdp = (
            f"v=0\r\no=- 1 1 IN IP4 {self.host}\r\ns=-\r\nc=IN IP4 {self.host}\r\nt=0 0\r\n"
            f"m=audio {self.rtp_port} RTP/AVP {PCMA} {TELEPHONE_EVENT}\r\n"
            f"a=rtpmap:{PCMA} PCMA/8000\r\na=rtpmap:{TELEPHONE_EVENT} telephone-event/8000\r\n"
            f"a=fmtp:{TELEPHONE_EVENT} 0-15\r\na=ptime:20\r\na=sendrecv\r\n"
        ).encode()
        return self._request("INVITE", 1, b"Content-Type: application/sdp\r\n", sdp)

    def ack(self) -> bytes:
        """Confirms the answer."""
        return self._request("ACK", 1)

    def bye(self) -> bytes:
        """Hangs up."""
        return self._request("BYE", 2)

    def _request(self, method: str, sequence: int, headers: bytes = b"", body: bytes = b"") -> bytes:
        host, port = self.hotline
        uri = f"sip:{self.number}@{host}:{port}"
        branch = uuid.uuid4().hex
        tag = b";tag=" + self.to_tag if self.to_tag else b""
        return b"".join(
            (
                f"{method} {uri} SIP/2.0\r\n".encode(),
                f"Via: SIP/2.0/UDP {self.host}:{self.own_port};branch=z9hG4bK{branch};rport\r\n".encode(),
                b"From: " + self.name + b" <sip:" + self.own_number + f"@{self.host}>;tag=1\r\n".encode(),
                f"To: <{uri}>".encode() + tag + b"\r\n",
                f"Call-ID: {self.call_id}\r\nCSeq: {sequence} {method}\r\nMax-Forwards: 70\r\n".encode(),
                b"Contact: <sip:caller@" + f"{self.host}:{self.own_port}>\r\n".encode(),
                headers,
                f"Content-Length: {len(body)}\r\n\r\n".encode(),
                body,
            )
        )


def status(message: bytes) -> int:
    """The code of an answer; 0 for a request."""
    found = re.match(rb"SIP/2\.0 (\d{3})", message)
    return int(found[1]) if found else 0


def method_answered(message: bytes) -> bytes:
    """The method an answer belongs to."""
    found = re.search(rb"^CSeq:\s*\d+\s+(\w+)", message, re.MULTILINE | re.IGNORECASE)
    return found[1] if found else b""


def to_tag(message: bytes) -> bytes:
    """The hotline's tag in an answer."""
    found = re.search(rb"^To:.*;tag=([^\s;]+)", message, re.MULTILINE | re.IGNORECASE)
    return found[1] if found else b""


def media_port(message: bytes) -> int:
    """Where the hotline wants RTP."""
    found = re.search(rb"^m=audio (\d+)", message, re.MULTILINE)
    return int(found[1]) if found else 0


def ok(request: bytes) -> bytes:
    """The answer to a request of the hotline's."""
    kept = re.findall(rb"^(?:Via|From|To|Call-ID|CSeq):.*\r\n", request, re.MULTILINE | re.IGNORECASE)
    return b"SIP/2.0 200 OK\r\n" + b"".join(kept) + b"Content-Length: 0\r\n\r\n"
