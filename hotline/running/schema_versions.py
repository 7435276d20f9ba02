"""Which versions of the database's schema our migrations know."""

from alembic.script import ScriptDirectory

from hotline import database
from hotline.running.seal_key import BackupError

TABLE = "alembic_version"


def known(version: object) -> str:
    """A version of the schema that our migrations know. Raises BackupError."""
    if version not in [each.revision for each in _scripts().walk_revisions()]:
        raise BackupError(
            f"the backup is of version {version!r} of the database, which is not known here: install the "
            "hotline that made it"
        )
    return str(version)


def _scripts() -> ScriptDirectory:
    return ScriptDirectory(str(database.MIGRATIONS))


def first() -> str:
    """The oldest."""
    return str(_scripts().get_base())
