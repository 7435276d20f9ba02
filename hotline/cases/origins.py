"""Where a case number, or a case, comes from: by which channel somebody turned to the office."""

from enum import StrEnum


class Origin(StrEnum):
    """What an identifier beside it is of: a recording, a call, a callback.

    A case that came by telephone is of its call, whether somebody talked there or left a message; the number
    of a message was given for its recording.

    A further channel adds its word here, and no column anywhere.
    """

    RECORDING = "recording"
    CALL = "call"
    CALLBACK = "callback"
