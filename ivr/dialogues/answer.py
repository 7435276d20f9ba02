"""Every call begins here."""

from ivr.call import Call
from ivr.desk import Desk
from ivr.dialogues.after_hours import after_hours


def answer(call: Call, desk: Desk) -> None:
    """Greet by the hour and go on. While the office is open and nobody can answer, the system does."""
    after_hours(call, desk, "welcome-busy" if desk.is_open() else "welcome-closed")
