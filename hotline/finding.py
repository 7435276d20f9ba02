"""What a check of ``hotline doctor`` answers with; the checks are with what they look at."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """What a check found; ``remedy`` says what to do when it is not ``ok``."""

    part: str
    ok: bool
    message: str
    remedy: str = ""
