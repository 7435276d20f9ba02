"""Asterisk's log does not grow without end."""

from ivr import asterisk_log
from tests.kit.instance import HotlineInstance


def test_a_large_log_is_rotated_and_old_ones_go(shared_hotline: HotlineInstance) -> None:
    log = shared_hotline.state_dir / "asterisk" / "log" / "messages"
    for number in range(asterisk_log.OLD_FILES_KEPT + 3):
        log.with_name(f"messages.{number}").write_text(f"old {number}\n")
    with log.open("a") as file:
        file.truncate(asterisk_log.LARGEST_BYTES + 1)
    asterisk_log.rotate(shared_hotline.settings)
    assert log.stat().st_size < asterisk_log.LARGEST_BYTES
    kept = {file.name: file for file in log.parent.glob("messages.*")}
    assert sorted(kept) == [f"messages.{number}" for number in range(asterisk_log.OLD_FILES_KEPT)]
    assert kept["messages.0"].stat().st_size > asterisk_log.LARGEST_BYTES
    assert kept["messages.1"].read_text() == "old 0\n"


def test_a_small_log_is_left_alone(shared_hotline: HotlineInstance) -> None:
    log = shared_hotline.state_dir / "asterisk" / "log" / "messages"
    before = log.stat().st_ino
    asterisk_log.rotate(shared_hotline.settings)
    assert log.stat().st_ino == before
