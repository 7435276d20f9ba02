"""The queue log names callers: its files go some days after they were read, and never before that."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from hotline import database
from hotline.callbacks.callbacks import Callback
from hotline.database import Database
from hotline.settings_file import Settings
from ivr import asterisk_log
from ivr.seats import queue_log
from tests.kit.killing import killed_at
from tests.kit.queue_log import ABANDONED, ANSWERED, LEFT, Read, at, lines, told

NOW = at(0) + timedelta(days=30)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def rotations(monkeypatch: pytest.MonkeyPatch, log: Path) -> list[str]:
    """What Asterisk was asked for; it rotates as the real one does."""
    asked: list[str] = []

    def rotate(_: Settings, line: str) -> str:
        asked.append(line)
        numbered = sorted(log.parent.glob("queue_log.[0-9]*"), key=lambda file: -int(file.suffix[1:]))
        for file in numbered:
            file.rename(log.with_suffix(f".{int(file.suffix[1:]) + 1}"))
        log.rename(log.with_suffix(".0"))
        log.touch()
        return ""

    monkeypatch.setattr(asterisk_log, "console", rotate)
    return asked


def written(file: Path, text: str, age: timedelta) -> Path:
    """A file whose last line was written so long ago."""
    file.write_text(lines(text))
    os.utime(file, ((NOW - age).timestamp(),) * 2)
    return file


def names(log: Path) -> list[str]:
    return sorted(file.name for file in log.parent.iterdir())


def test_the_number_of_a_caller_is_in_no_log_two_weeks_later(
    settings: Settings, db: Database, log: Path, read: Read, rotations: list[str]
) -> None:
    """A quiet office, whose log never grows large."""
    log.write_text(lines(ANSWERED))
    os.utime(log, (at(104).timestamp(),) * 2)
    for day in range(16):
        read()
        asterisk_log.rotate(settings, at(104) + day * DAY)
        has_it = any("13800001234" in file.read_text() for file in log.parent.iterdir())
        assert has_it == (day <= 7), day
    assert rotations == ["logger rotate"] and names(log) == ["queue_log"]
    assert told(db)["a-1.0"][0] == "13800001234"  # the table's goes by retention


@pytest.mark.parametrize("age", [timedelta(), 6 * DAY, 8 * DAY, 400 * DAY, -400 * DAY])
def test_old_files_go_when_they_were_read(settings: Settings, log: Path, read: Read, age: timedelta) -> None:
    """One whose date is to come was written by a clock that was wrong."""
    written(log.with_suffix(".0"), ANSWERED, age)
    asterisk_log.rotate(settings, NOW)
    assert names(log) == ["queue_log.0"]  # nobody has read it
    read()
    asterisk_log.rotate(settings, NOW)
    assert names(log) == ([] if abs(age) > 7 * DAY else ["queue_log.0"])


def test_what_is_being_written_stays_and_is_rotated_by_age(
    settings: Settings, log: Path, read: Read, rotations: list[str]
) -> None:
    log.write_text(f"garbage\n{int((NOW - DAY).timestamp())}|a|seats|NONE|ABANDON|1|1|30\n")
    read()
    asterisk_log.rotate(settings, NOW)
    assert rotations == [] and names(log) == ["queue_log"]
    asterisk_log.rotate(settings, NOW + 7 * DAY)
    assert rotations == ["logger rotate"]
    asterisk_log.rotate(settings, NOW + 7 * DAY)
    assert rotations == ["logger rotate"]


def test_a_log_without_lines_or_none_is_left_alone(
    settings: Settings, log: Path, rotations: list[str]
) -> None:
    asterisk_log.rotate(settings, NOW)
    for text in (b"", b"\n", b"\xff\xfe\n", b"1795427"):
        log.write_bytes(text)
        asterisk_log.rotate(settings, NOW)
    assert rotations == []


def test_old_files_go_although_no_asterisk_answers(
    settings: Settings, log: Path, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> str:
        raise TimeoutError

    monkeypatch.setattr(asterisk_log, "console", away)
    written(log, LEFT, DAY)
    written(log.with_suffix(".0"), ANSWERED, 8 * DAY)
    read()
    with pytest.raises(TimeoutError):
        asterisk_log.rotate(settings, NOW)
    assert names(log) == ["queue_log"]


def test_lines_that_were_not_read_survive_whatever_asterisk_does_meanwhile(
    settings: Settings, db: Database, log: Path, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It gives another file this number after the first look."""
    old = written(log.with_suffix(".0"), ANSWERED, 9 * DAY)
    read()
    new = written(log, ABANDONED + LEFT, 8 * DAY)
    looks: list[Path] = []
    is_read = queue_log.is_read

    def renumbered(settings: Settings, file: Path) -> bool:
        found = is_read(settings, file)
        if not looks:
            old.rename(log.with_suffix(".1"))
            new.rename(log.with_suffix(".0"))
        looks.append(file)
        return found

    monkeypatch.setattr(queue_log, "is_read", renumbered)
    asterisk_log.remove_if_read(settings, old)
    assert len(looks) == 2 and len(told(db)) == 1
    read()
    assert len(told(db)) == 3
    asterisk_log.rotate(settings, NOW)
    assert names(log) == []


@pytest.mark.thorough
def test_kill_at_every_line(settings: Settings, db: Database, log: Path, read: Read) -> None:
    """What was read may go or stay; what was not is read afterwards, and nothing is left for good."""
    read()  # the users
    line = 0
    while True:
        for file in log.parent.iterdir():
            file.unlink()
        written(log.with_suffix(".1"), ANSWERED, 9 * DAY)
        db.engine.dispose()
        queue_log.read(settings, db)
        unread = written(log.with_suffix(".0"), f"+{400 + line}|k-{line}.0|NONE|NONE|ARRIVED|138\n", 8 * DAY)
        db.engine.dispose()
        was_killed = killed_at(line, lambda: asterisk_log.rotate(settings, NOW), asterisk_log)
        assert unread.exists() and f"k-{line}.0" not in told(db)
        queue_log.read(settings, db)
        assert f"k-{line}.0" in told(db)
        asterisk_log.rotate(settings, NOW)
        assert names(log) == [], line
        if not was_killed:
            break
        line += 1
    assert line > 15, "the tracer saw too few lines: the test proves nothing"


@pytest.mark.parametrize("attempt", ["", "callback-2600000012-1"])
def test_what_tells_how_an_attempt_to_call_back_ended_stays(
    settings: Settings, db: Database, log: Path, read: Read, monkeypatch: pytest.MonkeyPatch, attempt: str
) -> None:
    """The machine was switched off in the middle of it, and for weeks."""
    monkeypatch.setattr(database, "current", lambda: db)
    with db.writing() as session:
        times = {"joined_at": NOW, "asked_at": NOW, "next_attempt_at": NOW}
        names_ = {"call_id": "a-1.0", "case_number": "2600000012", "number": "138", "language": "zh"}
        session.add(Callback(**names_, **times, attempt=attempt))
    written(log.with_suffix(".0"), ANSWERED, timedelta())
    os.utime(log.with_suffix(".0"), (at(104).timestamp() - 400 * 86400,) * 2)
    read()
    asterisk_log.task.run(settings)
    assert names(log) == (["queue_log.0"] if attempt else [])
