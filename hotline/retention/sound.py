"""Deleting sound: a row says "begun" (committed); the file goes, and the folder is synced; the audit trail
and the row say "done" in one transaction. What was begun is finished by the next run."""

import logging
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.database import Database
from hotline.evidence import findings, recorded
from hotline.mapping import one_at_a_time
from hotline.recordings import store
from hotline.recordings.recordings import Recording
from hotline.retention import noting
from hotline.retention.deletions import Deletion, Retained
from hotline.settings_file import Settings

log = logging.getLogger(__name__)


def delete(settings: Settings, db: Database, recording_id: str, now: datetime) -> bool:
    """Delete the files of a recording; False where it is kept after all, or none can be removed."""
    with db.writing() as session:
        recording = noting.still_due(session, settings, Retained.SOUND, recording_id, now)
        keys = _begin(session, settings, recording, now) if recording else []
    for key in keys:
        _remove(settings, key)
    if not keys:
        return False
    with db.writing() as session:
        one_at_a_time(session, "retention")
        return bool(finish(session, settings, session.get_one(Recording, recording_id), now))


def _remove(settings: Settings, key: str) -> None:
    """Remove a file. One that cannot be removed holds up none of the others, and is tried again."""
    try:
        store.remove(settings.store_dir, key)
    except OSError as problem:
        log.warning("retention: %s is due and cannot be removed: %s", key, problem)


def _is_there(settings: Settings, key: str) -> bool:
    """Whether there is a file; where the disk does not tell, it is not gone."""
    try:
        return store.path_of(settings.store_dir, key).exists()
    except OSError:
        return True


def _begin(session: Session, settings: Settings, recording: Recording, now: datetime) -> list[str]:
    """Say which files will go now. One that is missing or differs is a matter for people, and stays."""
    known = set(session.scalars(select(Deletion.part_id).where(Deletion.recording_id == recording.id)))
    keys = []
    for part in recording.parts:
        if part.id in known or findings.stands(session, f"part {part.id}"):
            continue
        if not _is_there(settings, part.store_key):
            findings.found(session, f"part {part.id}", f"{part.store_key} is missing", now)
            continue
        session.add(noting.row(session, Retained.SOUND, recording, part, now, None))
        keys.append(part.store_key)
    return keys


def finish_begun(settings: Settings, db: Database, now: datetime) -> None:
    """Say in the audit trail of files that are gone that they were deleted; the others are as they were."""
    with db.reading() as session:
        begun = set(session.scalars(select(Deletion.recording_id).where(Deletion.done_at.is_(None))))
    for recording_id in sorted(begun):
        with db.writing() as session:
            one_at_a_time(session, "retention")
            finish(session, settings, session.get_one(Recording, recording_id), now)


def finish(session: Session, settings: Settings, recording: Recording, now: datetime) -> int:
    """Say of each file that is gone that it is, and how many; of the others the rule is asked anew."""
    begun = select(Deletion).where(Deletion.recording_id == recording.id, Deletion.done_at.is_(None))
    parts = {part.id: part for part in recording.parts}
    rows, done = session.scalars(begun.with_for_update()).all(), 0
    for row in rows:
        part = parts[row.part_id or ""]
        if _is_there(settings, part.store_key):
            session.delete(row)
            continue
        recorded.deleted(session, part, now, None, noting.why(settings, Retained.SOUND))
        findings.mended(session, f"part {part.id}", now)
        row.done_at, done = now, done + 1
    if done:
        recording.changed_at = now
        noting.note(session, settings, Retained.SOUND, recording, now)
    return done
