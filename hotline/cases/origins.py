"""Where a case number, or a case, comes from: by which channel somebody turned to the office."""

from enum import StrEnum


class Origin(StrEnum):
    """What an identifier beside it is of: a recording, a call at a seat, a callback.

    A further channel adds its word here, and no column anywhere.
    """

    RECORDING = "recording"
    CALL = "call"
    CALLBACK = "callback"
