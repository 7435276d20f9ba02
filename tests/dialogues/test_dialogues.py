"""Every conversation as it is on paper in ``golden/``, in both languages."""

import wave
from pathlib import Path

import pytest

from tests.dialogues.night import Night
from tests.dialogues.scripted import GOLDEN, ScriptedLine, read

PAPERS = sorted(GOLDEN.glob("*.txt"))
WITH_STEPS = [path for path in PAPERS if ".zh." in path.name or path.name == "message.en.txt"]
"""A language changes sounds and not steps; choosing it is a step, and that is on one English paper."""

by_name = pytest.mark.parametrize("paper", PAPERS, ids=lambda path: path.stem)


@by_name
def test_goes_as_on_paper(night: Night, paper: Path) -> None:
    wanted = read(paper)
    for what in wanted.given:
        night.given(what)
    assert night.call(wanted.lines).written == wanted.lines


@pytest.mark.thorough
@pytest.mark.parametrize("paper", WITH_STEPS, ids=lambda path: path.stem)
def test_a_hang_up_at_any_step_keeps_what_was_said(night: Night, paper: Path) -> None:
    wanted = read(paper)
    for what in wanted.given:
        night.given(what)
    steps = night.call(wanted.lines).steps
    for step in range(1, steps + 1):
        line = night.call(wanted.lines, hang_up_at=step, caller=f"138{step:08}")
        assert line.steps == step
        assert kept(night, line) == line.spoken, f"hung up at step {step}"
        assert list(night.settings.spool_dir.iterdir()) == []


def kept(night: Night, line: ScriptedLine) -> list[bytes]:
    """The sound of a call's parts, as the store has it."""
    parts = [part for recording in night.recordings(line.call_id) for part in recording.parts]
    return [samples(night.settings.store_dir / part.store_key) for part in parts]


def samples(path: Path) -> bytes:
    with wave.open(str(path), "rb") as file:
        return file.readframes(file.getnframes())


ONLY_IN_CHINESE = {
    "message-instead-of-waiting",
    "person-instead-of-a-message",
    "satisfaction-none",
    "satisfaction-wrong-key",
}
"""Papers on which no language is chosen, and one says enough."""


def test_both_languages_are_on_paper() -> None:
    names = {
        language: {path.name.split(".")[0] for path in PAPERS if f".{language}." in path.name}
        for language in ("zh", "en")
    }
    assert {
        name for name in names["zh"] - names["en"] if not name.startswith(("refused", "closed", "opened"))
    } == ONLY_IN_CHINESE
    assert names["en"] <= names["zh"]
