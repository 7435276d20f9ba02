"""An exchange on paper: what Asterisk would do with our calls to citizens, in a file that outlives us."""

import json
import os
from datetime import datetime
from pathlib import Path

WAITING, DIALLED, ANSWERED = "waiting", "dialled", "answered"

Calls = dict[str, dict[str, str]]


class PaperExchange:
    """Takes the place of ``ivr.ami.Ami``; ``goes_on`` lets a step of time pass.

    ``now`` is its clock. ``writes_log``: whether its log can be written. ``callers``: who is on the line.
    """

    def __init__(self, folder: Path, now: datetime, *, writes_log: bool = True) -> None:
        self._file = folder / "exchange.json"
        self._happened = folder / "happened"
        self.log_dir, self.now, self.writes_log = folder, now, writes_log
        self.callers: tuple[str, ...] = ()
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "queue_log").touch()
        self._happened.touch()
        if not self._file.exists():
            self._save({})

    def calls(self) -> Calls:
        """The calls there are: identifier of the dialling half → the attempt, how far it is, its place."""
        found: Calls = json.loads(self._file.read_text())
        return found

    def _save(self, calls: Calls) -> None:
        self._file.write_text(json.dumps(calls))

    def _log(self, attempt: str, *words: str) -> None:
        with self._happened.open("a") as happened:
            happened.write("|".join(("", *words)) + "\n")
        if not self.writes_log:
            return
        second, log = int(self.now.timestamp()), self.log_dir / "queue_log"
        with log.open("a") as file:
            file.write("|".join((str(second), attempt, "seats", *words)) + "\n")
        os.utime(log, (second, second))

    def times(self, event: str) -> int:
        """How often this has happened, whatever the log says."""
        return self._happened.read_text().count(f"|{event}")

    def action(self, name: str, **headers: str) -> dict[str, str]:
        """As Asterisk: a call whose identifier is taken is not placed, and nobody is told."""
        calls = self.calls()
        if name == "Originate" and headers["ChannelId"] not in calls:
            variables = dict(each.split("=") for each in headers["Variable"].split(","))
            call = {"attempt": headers["OtherChannelId"], "stage": WAITING, **variables}
            self._save(calls | {headers["ChannelId"]: call})
            self._log(call["attempt"], "NONE", "CALLBACKWAITS")
        elif name == "QueueWithdrawCaller":
            self._save({key: call for key, call in calls.items() if call["attempt"] != headers["Caller"]})
        return {}

    def listing(self, name: str, **_: str) -> list[dict[str, str]]:
        """One seat, always ready; the calls, and those that wait."""
        if name == "CoreShowChannels":
            callers = [
                _channel(f"1763885000.{n}", "PJSIP/trunk-1", each) for n, each in enumerate(self.callers)
            ]
            return callers + [row for key, call in self.calls().items() for row in _halves(key, call)]
        waiting = [call["attempt"] for call in self.calls().values() if call["stage"] == WAITING]
        entry = {"Event": "QueueEntry", "Wait": "0"}
        return [
            {"Event": "QueueMember", "Paused": "0", "Status": "1"},
            *({**entry, "Uniqueid": each, "Channel": each} for each in waiting),
        ]

    def goes_on(self, *, answers: bool = True) -> None:
        """A seat answers what waits; the citizen answers what rings, or does not; who talks hangs up."""
        later = {}
        for key, call in self.calls().items():
            match call["stage"]:
                case "waiting":
                    self._log(call["attempt"], "seat03", "CONNECT", "1")
                    self._log(call["attempt"], "NONE", "CALLBACKDIALLED")
                    later[key] = call | {"stage": DIALLED}
                case "dialled" if answers:
                    self._log(call["attempt"], "NONE", "CALLBACKANSWERED")
                    later[key] = call | {"stage": ANSWERED}
                case "dialled":
                    self._log(call["attempt"], "NONE", "CALLBACKUNANSWERED", "NOANSWER")
        self._save(later)

    def loses_the_seat(self) -> None:
        """The telephone of the seat that talks is pulled out."""
        for call in self.calls().values():
            self._log(call["attempt"], "NONE", "CALLBACKLOST")
        self._save({})

    def crashes(self) -> None:
        """And starts again: no call is left."""
        self._save({})


def _halves(key: str, call: dict[str, str]) -> list[dict[str, str]]:
    bridge, number = "b1" if call["stage"] == ANSWERED else "", call["HOTLINE_CITIZEN"]
    return [
        _channel(key, "Local/s@callback-wait-1;1", "", bridge),
        _channel(call["attempt"], "Local/s@callback-wait-1;2", number),
    ]


def _channel(identifier: str, name: str, number: str, bridge: str = "") -> dict[str, str]:
    return {"Uniqueid": identifier, "Channel": name, "CallerIDNum": number, "BridgeId": bridge}
