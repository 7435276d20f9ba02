"""When a case is due."""

from datetime import date, timedelta

CONCLUDE_DAYS = 60


def due(accepted: date) -> date:
    """The day by which a case accepted on a day must be concluded: 60 calendar days later.

    Source: Regulations on Petition Work (信访工作条例, 2022), Article 34.
    """
    return accepted + timedelta(days=CONCLUDE_DAYS)
