"""What is told of something that differs from what was once kept."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Difference:
    """What differs: ``subject`` such as ``entry 12``, ``part 5f…``; ``what`` says how."""

    subject: str
    what: str
