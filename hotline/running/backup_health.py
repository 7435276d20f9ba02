"""What ``hotline doctor`` says about backups: are there any, who can read them, what proves them genuine."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from hotline import database
from hotline.audit import AuditEntry
from hotline.finding import Finding
from hotline.running import seal_key
from hotline.running.backup import MADE
from hotline.running.seal_key import BackupError
from hotline.settings_file import Settings


def backups(settings: Settings) -> Iterator[Finding]:
    """The last backup, its key and its readers."""
    if settings.unfinished_restore.exists():
        remedy = f"move {settings.state_dir} away and restore again"
        yield Finding("restore", False, "was broken off: the state directory is not whole", remedy)
    made_at = select(AuditEntry.at).where(AuditEntry.action == MADE).order_by(AuditEntry.at.desc()).limit(1)
    try:
        with database.current().reading() as session:
            last = session.scalar(made_at)
    except SQLAlchemyError:  # the check of the database says what is wrong with it
        return
    message = f"the last one was made on {last:%Y-%m-%d}" if last else "none has been made"
    yield Finding("backup", last is not None, message, "run every night: hotline backup FILE")
    remedy = "set backup.recipients to a public key of age-keygen, and keep the secret one apart"
    yield Finding("backup's readers", bool(settings.backup.recipients), _readers(settings), remedy)
    if last or settings.backup_key_file.exists():
        yield _key(settings)


def _readers(settings: Settings) -> str:
    count = len(settings.backup.recipients)
    return (
        f"{count} recipients can decrypt" if count else "whoever gets hold of a backup: it is not encrypted"
    )


def _key(settings: Settings) -> Finding:
    """The key of the seals is there, ours alone, and not beside what it is to prove."""
    file = settings.backup_key_file
    try:
        seal_key.read_key(file)
    except BackupError as problem:
        return Finding("backup's key", False, "cannot be used", str(problem))
    if file.is_relative_to(settings.state_dir):
        remedy = f"move {file} out of it, and name its new place in backup.key_file"
        return Finding("backup's key", False, "lies in the state directory", remedy)
    return Finding("backup's key", True, f"{file}; is there a copy apart from this machine?")
