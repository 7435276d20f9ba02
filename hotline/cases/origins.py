"""Where a case number, or a case, comes from: by which channel somebody turned to the office."""

from enum import StrEnum


class Origin(StrEnum):
    """What an identifier beside it is of: a recording, a call, a callback, a letter, a visit, an appointment.

    A case that came by telephone is of its call, whether somebody talked there or left a message; the number
    of a message was given for its recording. What came otherwise is entered by hand, and has its own number
    for an identifier (``hotline.submissions``).

    A further channel adds its word here, and no column anywhere.
    """

    RECORDING = "recording"
    CALL = "call"
    CALLBACK = "callback"
    LETTER = "letter"
    VISIT = "visit"
    APPOINTMENT = "appointment"
    """Somebody is seen by video on a day that was agreed."""


BY_HAND = (Origin.LETTER, Origin.VISIT, Origin.APPOINTMENT)
CHANNELS = (Origin.CALL, *BY_HAND)
"""By which cases come."""
