"""An exchange on paper: what Asterisk would do with our calls to citizens, in a file that outlives us."""

import json
from pathlib import Path

WAITING, DIALLED, ANSWERED = "waiting", "dialled", "answered"


class PaperExchange:
    """Takes the place of ``ivr.ami.Ami``; ``goes_on`` lets a step of time pass."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "exchange.json"
        self.log_dir = folder
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "queue_log").touch()
        if not self._file.exists():
            self._save({})

    def calls(self) -> dict[str, dict[str, str]]:
        """The calls there are: identifier of the dialling half → the attempt, how far it is, its place."""
        found: dict[str, dict[str, str]] = json.loads(self._file.read_text())
        return found

    def _save(self, calls: dict[str, dict[str, str]]) -> None:
        self._file.write_text(json.dumps(calls))

    def _log(self, attempt: str, *words: str) -> None:
        with (self.log_dir / "queue_log").open("a") as log:
            log.write("|".join(("1795420000", attempt, "seats", *words)) + "\n")

    def lines(self, event: str) -> int:
        """How often this has happened."""
        return (self.log_dir / "queue_log").read_text().count(f"|{event}")

    def action(self, name: str, **headers: str) -> dict[str, str]:
        """As Asterisk: a call whose identifier is taken is not placed, and nobody is told."""
        calls = self.calls()
        if name == "Originate" and headers["ChannelId"] not in calls:
            variables = dict(each.split("=") for each in headers["Variable"].split(","))
            call = {"attempt": headers["OtherChannelId"], "stage": WAITING, **variables}
            self._save(calls | {headers["ChannelId"]: call})
        elif name == "QueueWithdrawCaller":
            self._save({key: call for key, call in calls.items() if call["attempt"] != headers["Caller"]})
        return {}

    def listing(self, name: str, **_: str) -> list[dict[str, str]]:
        """One seat, always ready; the calls, and those that wait."""
        if name == "CoreShowChannels":
            return [row for key, call in self.calls().items() for row in _channels(key, call)]
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

    def crashes(self) -> None:
        """And starts again: no call is left."""
        self._save({})


def _channels(key: str, call: dict[str, str]) -> list[dict[str, str]]:
    bridge = "b1" if call["stage"] == ANSWERED else ""
    return [{"Uniqueid": key, "BridgeId": bridge}, {"Uniqueid": call["attempt"], "BridgeId": ""}]
