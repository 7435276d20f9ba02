"""What a query costs, whatever else the computer does."""

from typing import Any

from sqlalchemy import event

from hotline.database import Database


class Steps:
    """Counts the steps of a database's virtual machine, in hundreds."""

    def __init__(self, db: Database) -> None:
        self.count = 0
        event.listen(db.engine, "checkout", self._listen)

    def _listen(self, connection: Any, *_: Any) -> None:
        connection.set_progress_handler(self._step, 100)

    def _step(self) -> int:
        self.count += 1
        return 0
