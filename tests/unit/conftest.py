"""Fixtures of more than one module."""

from tests.kit.backups import good  # noqa: F401
from tests.kit.queue_log import log, read  # noqa: F401
