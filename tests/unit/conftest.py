"""Fixtures of more than one module."""

from tests.kit.queue_log import log, read  # noqa: F401
