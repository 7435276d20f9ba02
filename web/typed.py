"""What people typed, as it may go on: without NUL, which no page needs and PostgreSQL refuses."""


def typed(value: str | None) -> str:
    """The text of a field or an address; empty where there is none."""
    return (value or "").replace("\x00", "")
