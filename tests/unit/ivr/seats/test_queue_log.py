"""The queue log becomes the tables of calls and of seats' events, whatever happens to it."""

import shutil
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from hotline.calls.calls import CallEnding, CallRecord
from hotline.database import Database
from hotline.private import write_private
from hotline.seats.seat_events import SeatEvent
from hotline.settings_file import Settings
from ivr import asterisk_log
from ivr.seats import queue_log
from tests.kit.queue_log import ABANDONED, ANSWERED, LEFT, Read, at, lines, told

ODD = """\
+400|a-4.0|seats|seat01|CONNECT|6|a-4.1|5
+400|a-4.0|NONE|NONE|GONE|
+400|a-4.0|NONE|NONE|ARRIVED|13800009999
+401|a-5.0|NONE|NONE|ARRIVED|13800008888
+401|a-5.0|seats|NONE|ENTERQUEUE||13800007777|1
+401|NONE|NONE|NONE|QUEUESTART|
+401|a-6.0|seats|NONE|ENTERQUEUE||13800006666|1
+401|a-6.0|NONE|NONE|ARRIVED|13800005555
+402|NONE|seats|seat01|PAUSE|wrap
+402|NONE|seats|seat01|UNPAUSE|
+402|NONE|seats|seat01|PAUSE|wrap
+402|NONE|seats|seat01|REMOVEMEMBER|
+402|NONE|NONE|seat01|SEATUSER|2
+403|a-6.0|seats|seat01|CONNECT|6|a-6.1|5
+403|NONE|NONE|NONE|QUEUESTART|
+403|a-7.0|seats|NONE|ENTERQUEUE||13800004444|1
+403|callback-1|NONE|NONE|CALLBACKANSWERED|
"""
"""What hardly comes in this order, and starts of Asterisk in the middle of a second."""


def events(db: Database) -> list[tuple[datetime, str, str, str, int | None]]:
    with db.reading() as session:
        found = session.scalars(select(SeatEvent).order_by(SeatEvent.id))
        return [(each.at, each.seat, each.event, each.detail, each.user_id) for each in found]


def call(db: Database, call_id: str) -> CallRecord:
    with db.reading() as session:
        return session.get_one(CallRecord, call_id)


def test_calls_and_their_endings(db: Database, log: Path, read: Read) -> None:
    log.write_text(lines(ANSWERED + ABANDONED + LEFT))
    read()
    assert told(db) == {
        "a-1.0": ("13800001234", "seat01", 1, CallEnding.ANSWERED),
        "a-2.0": ("8613800005678", "", None, CallEnding.ABANDONED),
        "a-3.0": ("13800005678", "", None, CallEnding.LEFT),
    }
    found = call(db, "a-1.0")
    assert (found.arrived_at, found.offered_at, found.answered_at) == (at(70), at(74), at(80))
    assert (found.ended_at, found.satisfaction) == (at(100), 2)
    assert (call(db, "a-2.0").ended_at, call(db, "a-3.0").ended_at) == (at(230), at(340))


def test_what_a_seat_did(db: Database, log: Path, read: Read) -> None:
    pauses = "+110|NONE|seats|seat01|PAUSE|meal\n+120|NONE|seats|seat01|UNPAUSE|\n"
    recording = (
        "+85|a-1.0|seats|seat01|RECORDINGPAUSED|bank details\n+88|a-1.0|seats|seat01|RECORDINGRESUMED|\n"
    )
    recording += "+90|a-1.0|seats|seat01|CONSULTBEGINS|seat02\n+95|a-1.0|seats|seat01|CONSULTENDS|\n"
    log.write_text(lines(ANSWERED + pauses + recording + "+130|MANAGER|seats|seat01|REMOVEMEMBER|\n"))
    read()
    assert events(db) == [
        (at(66), "", "exchange_started", "", None),
        (at(66), "seat01", "signed_in", "", None),
        (at(66), "seat01", "sat_down", "1", 1),
        (at(80), "seat01", "answered", "6", 1),
        (at(100), "seat01", "agent_hung_up", "20", 1),
        (at(110), "seat01", "paused", "meal", 1),
        (at(120), "seat01", "resumed", "", 1),
        (at(85), "seat01", "recording_paused", "bank details", 1),
        (at(88), "seat01", "recording_resumed", "", 1),
        (at(90), "seat01", "consult_began", "seat02", 1),
        (at(95), "seat01", "consult_ended", "", 1),
        (at(130), "seat01", "signed_out", "", 1),
    ]


@pytest.mark.parametrize("cut", ["never", "in the second", "by rotation"])
def test_a_pause_taken_back_and_taken_again_within_a_second(
    settings: Settings, db: Database, log: Path, read: Read, cut: str
) -> None:
    first = lines("+66|NONE|seats|seat01|ADDMEMBER|\n+70|NONE|seats|seat01|PAUSE|meal\n")
    again = lines("+70|NONE|seats|seat01|UNPAUSE|\n+70|NONE|seats|seat01|PAUSE|meal\n")
    log.write_text(first)
    if cut != "never":
        read()
    if cut == "by rotation":
        log.rename(log.with_suffix(".0"))
        log.write_text("")
    with log.open("a") as file:
        file.write(again)
    read()
    told = [event for _, _, event, _, _ in events(db)]
    assert told == ["signed_in", "paused", "resumed", "paused"]
    (settings.run_dir / "queue-log.json").unlink()  # all is told again
    read()
    assert [event for _, _, event, _, _ in events(db)] == told


def test_every_line_counts_once_however_it_is_cut_and_rotated(
    settings: Settings, db: Database, log: Path, read: Read
) -> None:
    whole = lines(ANSWERED + ABANDONED)
    for end in range(0, len(whole), 37):
        log.write_text(whole[:end])
        read()
    log.write_text(whole)
    log.rename(log.with_suffix(".0"))
    log.write_text(lines(LEFT))
    read()
    before = told(db), events(db)
    assert len(before[0]) == 3
    for broken in ("{broken", "[]", '{"1 a": "x"}'):  # all is told again
        (settings.run_dir / "queue-log.json").write_text(broken)
        read()
        assert (told(db), events(db)) == before


def test_a_rotated_file_goes_only_when_it_was_read_to_its_end(
    settings: Settings, log: Path, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reader was away while Asterisk's other log grew, and made it rotate both."""
    monkeypatch.setattr(asterisk_log, "OLD_FILES_KEPT", 1)
    asked: list[str] = []
    monkeypatch.setattr(asterisk_log, "console", lambda _, line: asked.append(line))
    old = [log.with_name(f"queue_log.{number}") for number in range(3)]
    for file, text in zip(old, (LEFT, ABANDONED, ANSWERED), strict=True):
        file.write_text(lines(text))
    messages = [log.with_name(f"messages.{number}") for number in range(3)]
    for file in messages:
        file.write_text("x\n")
    asterisk_log.rotate(settings)
    assert [file.exists() for file in old + messages] == [True, True, True, True, False, False]
    read()
    with old[2].open("a") as longer:
        longer.write(lines("+300|a-9.0|NONE|NONE|ARRIVED|138\n"))
    with old[1].open("a") as longer:
        longer.write("1795427|cut")  # never a whole line any more
    asterisk_log.rotate(settings)
    assert [file.exists() for file in old] == [True, False, True]
    read()
    asterisk_log.rotate(settings)
    assert [file.exists() for file in old] == [True, False, False] and asked == []


def test_a_new_file_that_got_the_number_of_an_old_one(
    settings: Settings, db: Database, log: Path, read: Read
) -> None:
    log.write_text(lines(ABANDONED))
    read()
    with log.open("r+") as same_inode:
        same_inode.truncate()
        same_inode.write(lines(LEFT + ANSWERED))  # longer than what was read of the old one
    read()
    assert len(told(db)) == 3


def test_who_sat_at_the_seat_is_asked_of_the_log_and_not_of_the_present(
    db: Database, log: Path, read: Read
) -> None:
    def one(number: int, seconds: int) -> str:
        return (
            f"+{seconds}|b-{number}.0|NONE|NONE|ARRIVED|1380000{number:04}\n"
            f"+{seconds + 1}|b-{number}.0|seats|NONE|ENTERQUEUE||1380000{number:04}|1\n"
            f"+{seconds + 2}|b-{number}.0|seats|seat01|CONNECT|1|b-{number}.1|1\n"
            f"+{seconds + 9}|b-{number}.0|seats|seat01|COMPLETECALLER|1|7|1\n"
        )

    log.write_text(
        lines("+0|MANAGER|seats|seat01|ADDMEMBER|\n+0|NONE|seats|seat01|SEATUSER|1\n" + one(1, 10))
    )
    read()
    backlog = one(2, 20) + "+40|MANAGER|seats|seat01|REMOVEMEMBER|\n" + one(3, 50)
    backlog += "+60|MANAGER|seats|seat01|ADDMEMBER|\n+60|NONE|seats|seat01|SEATUSER|2\n" + one(4, 70)
    backlog += "+80|NONE|seats|seat01|SEATUSER|77\n" + one(5, 90)  # there is no such user
    with log.open("a") as file:
        file.write(lines(backlog))
    read()
    assert [user for _, _, user, _ in told(db).values()] == [1, 1, None, 2, None]


@pytest.mark.parametrize(
    ("own", "ending"),
    [
        ("+13|c-1.0|seats|NONE|SERVED|\n", CallEnding.SERVED),
        ("+13|c-1.0|seats|NONE|CALLBACK|\n", CallEnding.CALLBACK),
        ("+13|c-1.0|seats|NONE|REFUSED|blocked\n", CallEnding.REFUSED),
        ("+13|c-1.0|seats|NONE|MESSAGE|\n", CallEnding.LEFT),
        ("+13|c-1.0|seats|NONE|LEFT|greeting\n", CallEnding.ABANDONED),
        # left the queue for a message, and hung up before it
        ("+12|c-1.0|seats|NONE|EXITEMPTY|1|1|1\n+13|c-1.0|seats|NONE|LEFT|waiting\n", CallEnding.LEFT),
        # hung up before the queue's first line, and after its last
        ("+13|c-1.0|seats|NONE|GONE|\n", CallEnding.ABANDONED),
        ("+12|c-1.0|seats|NONE|EXITWITHTIMEOUT|1|1|1\n+13|c-1.0|seats|NONE|GONE|\n", CallEnding.LEFT),
        # a case's state first, then waiting in vain
        ("+15|c-1.0|seats|NONE|ABANDON|1|1|2\n+15|c-1.0|seats|NONE|SERVED|\n", CallEnding.SERVED),
        ("+20|NONE|NONE|NONE|QUEUESTART|\n", CallEnding.ABANDONED),
    ],
)
def test_calls_that_no_seat_answered(
    db: Database, log: Path, read: Read, own: str, ending: CallEnding
) -> None:
    log.write_text(lines("+10|c-1.0|NONE|NONE|ARRIVED|13800000001\n" + own))
    read()
    found = call(db, "c-1.0")
    assert found.ending == ending
    assert found.ended_at is not None


def test_the_end_of_a_call_changes_nothing_of_its_talk(db: Database, log: Path, read: Read) -> None:
    log.write_text(lines(ANSWERED.replace("+104|a-1.0|NONE|NONE|RATED|2", "+104|a-1.0|seats|NONE|GONE|")))
    read()
    found = call(db, "a-1.0")
    assert (found.ending, found.ended_at) == (CallEnding.ANSWERED, at(100))


def test_a_call_that_is_passed_on_was_answered_first_and_ends_last(
    db: Database, log: Path, read: Read
) -> None:
    log.write_text(
        lines(
            ANSWERED.replace("+104", "+190") + "+101|a-1.0|seats|NONE|ENTERQUEUE||13800001234|1\n"
            "+110|a-1.0|seats|seat02|CONNECT|9|a-1.2|5\n+180|a-1.0|seats|seat02|COMPLETECALLER|9|70|1\n"
        )
    )
    read()
    found = call(db, "a-1.0")
    assert (found.offered_at, found.answered_at, found.seat) == (at(74), at(80), "seat01")
    assert (found.ended_at, found.ending) == (at(180), CallEnding.ANSWERED)


def test_our_own_calls_are_no_calls_to_the_hotline(db: Database, log: Path, read: Read) -> None:
    log.write_text(
        lines(
            "+1|callback-7-1|seats|NONE|ENTERQUEUE||13800000001|1\n"
            "+5|callback-7-1|seats|seat01|CONNECT|4|x-1|3\n+25|callback-7-1|seats|seat01|COMPLETEAGENT|4|20|1\n"
        )
    )
    read()
    assert told(db) == {}
    assert [(event, detail) for _, _, event, detail, _ in events(db)] == [
        ("answered", "4"),
        ("agent_hung_up", "20"),
    ]


def test_who_was_called_back_is_asked_like_everybody(db: Database, log: Path, read: Read) -> None:
    log.write_text(
        lines(
            "+5|callback-7-1|seats|seat01|CONNECT|4|x-1|3\n+9|callback-7-1|seats|NONE|CALLBACKANSWERED|\n"
            "+25|callback-7-1|seats|seat01|COMPLETEAGENT|4|20|1\n+30|callback-7-1|seats|NONE|RATED|3\n"
            "+31|callback-7-1|seats|NONE|RATED|4\n"
        )
    )
    read()
    assert (call(db, "callback-7-1").ended_at, call(db, "callback-7-1").satisfaction) == (at(25), 3)


def test_asterisk_died_while_writing(db: Database, log: Path, read: Read) -> None:
    begun = lines("+1|d-1.0|NONE|NONE|ARRIVED|13800000001\n+4|d-1.0|seats|NONE|ENTERQUEUE||13800000001|1\n")
    log.write_text(begun + "1795427|d-1.0|seats|NO" + lines("+50|NONE|NONE|NONE|QUEUESTART|\n"))
    read()
    found = call(db, "d-1.0")
    assert (found.ending, found.ended_at) == (CallEnding.ABANDONED, at(50))


@pytest.mark.parametrize(
    "line",
    [
        "",
        "|||||",
        "x|y",
        "１７９５４２７４８０|a|b|NONE|ARRIVED|1",
        "99999999999999999999|a-1|NONE|NONE|ARRIVED|1",
        "1795427480|gone|seats|seat01|CONNECT|1",
        "1795427480|../../etc|NONE|NONE|ARRIVED|1",
        f"1795427480|{'a' * 101}|NONE|NONE|ARRIVED|1",
        "1795427480|a'; DROP TABLE calls; --|NONE|NONE|ARRIVED|1",
        "1795427480|NONE|seats|seat01<script>|PAUSE|meal",
        "1795427480|NONE|seats|seat01|NOSUCHEVENT|meal",
        "1795427480|a-9|NONE|NONE|RATED|9",
    ],
)
def test_what_is_no_line_is_passed_over(db: Database, log: Path, read: Read, line: str) -> None:
    log.write_bytes(line.encode() + b"\n\xff\xfe|a|b|c|CONNECT\n")
    read()
    assert told(db) == {}
    assert [event for _, _, event, _, _ in events(db) if event != "answered"] == []


def test_only_what_is_checked_enters(db: Database, log: Path, read: Read) -> None:
    hostile = "1795427480|e-1.0|NONE|NONE|ARRIVED|+86 138<script>\x00" + "1" * 50
    reason = "1795427480|NONE|seats|seat01|PAUSE|=cmd()\x00\x1b[31m" + "x" * 200
    log.write_text(f"{hostile}\n{reason}\n")
    read()
    assert told(db) == {"e-1.0": ("", "", None, None)}
    [(_, _, _, detail, _)] = events(db)
    assert detail == "=cmd()[31m" + "x" * 70


@pytest.mark.parametrize("at_once", [2, 5, 1000])
def test_many_lines_at_once_say_what_each_says_alone(
    settings: Settings,
    db: Database,
    log: Path,
    read: Read,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    at_once: int,
) -> None:
    log.write_text(lines(ANSWERED + ABANDONED + LEFT + ODD))
    db.engine.dispose()
    shutil.copytree(settings.state_dir, tmp_path / "other")
    other = Settings(state_dir=tmp_path / "other")
    alone = Database(other.database_url)
    monkeypatch.setattr(queue_log, "REST_SECONDS", 0)
    monkeypatch.setattr(queue_log, "LINES_A_TRANSACTION", 1)
    queue_log.read(other, alone)
    monkeypatch.setattr(queue_log, "LINES_A_TRANSACTION", at_once)
    read()
    assert told(db) == told(alone)
    assert events(db) == events(alone) != []
    alone.engine.dispose()


@pytest.mark.parametrize("is_remembered", [False, True])
def test_a_backlog_that_is_broken_off_goes_on_where_it_was(
    settings: Settings,
    db: Database,
    log: Path,
    read: Read,
    monkeypatch: pytest.MonkeyPatch,
    is_remembered: bool,
) -> None:
    """Killed after the commit of a part, before or after it is remembered how far it went."""
    log.write_text(lines(ANSWERED + ABANDONED + LEFT))
    monkeypatch.setattr(queue_log, "REST_SECONDS", 0)
    monkeypatch.setattr(queue_log, "LINES_A_TRANSACTION", 4)
    written: list[str] = []

    def killed(path: Path, text: str) -> None:
        written.append(text)
        if is_remembered:
            write_private(path, text)
        if len(written) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(queue_log, "write_private", killed)
    with pytest.raises(KeyboardInterrupt):
        read()
    monkeypatch.setattr(queue_log, "write_private", write_private)
    assert (
        0 < sum(queue_log._places(settings.queue_log_places).values()) < log.stat().st_size
        or not is_remembered
    )
    read()
    broken_off = told(db), events(db)
    settings.queue_log_places.unlink()
    read()  # all of it once more
    assert (told(db), events(db)) == broken_off
    assert [ending for *_, ending in told(db).values()] == [
        CallEnding.ANSWERED,
        CallEnding.ABANDONED,
        CallEnding.LEFT,
    ]
