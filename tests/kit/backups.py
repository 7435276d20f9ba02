"""A message to back up, and another place to restore it to."""

from pathlib import Path

from hotline.database import Database
from hotline.intake import intake
from hotline.recordings import spool
from hotline.settings import Settings
from tests.kit.wav import write_tone


def ignore(_: str) -> None:
    pass


def leave_message(chosen: Settings, db: Database, call: str) -> str:
    write_tone(spool.part_path(chosen.spool_dir, call, 0), 0.5)
    taken = intake.take_in(call, chosen, db)
    assert taken
    return taken.case_number


def elsewhere(tmp_path: Path, url: str = "") -> Settings:
    return Settings(state_dir=tmp_path / "elsewhere", database_url=url)
