"""A conversation on paper: a transcript is both what the caller does and what the hotline must say.

    hotline: 您好，信访热线休息中，通话将录音。留言请按一，查询请按二。
    caller:  presses 2
    hotline: 请输入十位信访编号，然后按右下角的井号键。
    caller:  keys 2600000012#

A caller's line takes place as soon as the hotline has said the whole line before it, so a line cut short is a
prompt interrupted. Whatever differs from the paper shows in the transcript that ``ScriptedLine`` writes.
"""

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from hotline.cases import unit_list
from ivr.call import CallerHungUp
from ivr.prompts import SOUNDS, Prompts
from tests.kit.agi_peer import RATE, voice, write_wav

GOLDEN = Path(__file__).parent / "golden"
HOTLINE, CALLER = "hotline:", "caller: "
SILENT = "says nothing"


def texts() -> dict[str, str]:
    """What every prompt says, by language and key."""
    said = {"beep": "(tone)", "silence-300": "(pause)", "silence-600": "(pause)"}
    entries = tomllib.loads((SOUNDS / "catalogue.toml").read_text(encoding="utf-8"))
    for row in unit_list.read(unit_list.SAMPLE.read_bytes()):
        entries[f"units/{row.code}"] = {"zh": row.name_zh, "en": row.name_en}
    return {
        f"{lang}/{key}": said.get(key, text) for key, both in entries.items() for lang, text in both.items()
    }


TEXTS = texts()


class PaperPrompts(Prompts):
    """Every prompt of the catalogue has a sound, whether it has been spoken already or not.

    No file is looked for: a thousand calls would each look for a thousand.
    """

    def __init__(self) -> None:
        self._directory, self._known = SOUNDS, set(TEXTS)


@dataclass(frozen=True)
class Paper:
    """A transcript from a file: what it takes for granted (``given: …``), and its lines."""

    given: list[str]
    lines: list[str]


def read(path: Path) -> Paper:
    """A transcript; lines that begin with # are for the reader."""
    lines = [
        line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")
    ]
    given = [line.removeprefix("given: ") for line in lines if line.startswith("given: ")]
    return Paper(given, lines[len(given) :])


@dataclass
class ScriptedLine:
    """Plays, listens and records on paper. ``hang_up_at``: the step (from 1) in which the caller hangs up."""

    paper: list[str]
    hang_up_at: int = 0
    call_id: str = ""
    steps: int = 0
    written: list[str] = field(default_factory=list)
    spoken: list[bytes] = field(default_factory=list)

    def play(self, sound: str, *, barge_in: bool = True) -> str:
        self._step()
        self._hears(sound)
        return self._pressed() if barge_in else ""

    def ask_key(self, sound: str, seconds: float) -> str:
        self._step()
        self._hears(sound)
        return self._pressed() or self._silent()

    def ask_digits(self, sound: str, seconds: float, most: int) -> str:
        self._step()
        self._hears(sound)
        keyed = self._does(r"keys (\S+)")
        return keyed.rstrip("#")[:most] if keyed else self._silent()

    def record(self, path: Path, most_seconds: float, silence_seconds: float) -> None:
        seconds = min(float(self._does(r"speaks for (\d+) s.*") or 0), most_seconds)
        if not seconds:
            self._silent()
        samples = voice(seconds) or bytes(2 * RATE * int(silence_seconds))
        self.spoken.append(samples)
        write_wav(path, samples)
        self._step()
        if self.written[-1].endswith("hangs up"):
            raise CallerHungUp

    def goes_on(self, to_queue: bool) -> None:
        """What the dialplan does with the call when the dialogue is over."""
        if to_queue:
            self.written.append(f"{HOTLINE} (the queue for a seat)")

    def speak(self, language: str) -> None:
        self._step()

    def _step(self) -> None:
        self.steps += 1
        if self.steps == self.hang_up_at:
            raise CallerHungUp

    def _hears(self, sound: str) -> None:
        if not sound:
            return
        text = TEXTS.get(sound.removeprefix(f"{SOUNDS}/"), f"(part {sound[-2:]})")
        if self.written and self.written[-1].startswith(HOTLINE):
            self.written[-1] += f" {text}"
        else:
            self.written.append(f"{HOTLINE} {text}")

    def _pressed(self) -> str:
        if self._does("(hangs up)"):
            raise CallerHungUp
        return self._does(r"presses (\S)")

    def _does(self, what: str) -> str:
        """What the caller does now, if the paper says so: the part of it in brackets."""
        at = len(self.written)
        if self.written != self.paper[:at] or at >= len(self.paper):
            return ""
        done = re.fullmatch(f"{CALLER} {what}", self.paper[at])
        if not done:
            return ""
        self.written.append(self.paper[at])
        return done[1]

    def _silent(self) -> str:
        self.written.append(f"{CALLER} {SILENT}")
        return ""


def a_message() -> list[str]:
    """The shortest way to a case number."""
    return read(GOLDEN / "message.zh.txt").lines
