"""What the clock does for evidence."""

from hotline.evidence import chain_check, store_check
from hotline.task import Task

store = Task("store-check", 60.0, store_check.check)
chain = Task("chain-check", 3600.0, chain_check.check)
