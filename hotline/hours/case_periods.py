"""The rules for the periods of cases, as the settings and the office's calendar have them."""

from sqlalchemy.orm import Session

from hotline.cases.period_rules import PeriodRules
from hotline.hours import calendar_days
from hotline.settings_file import Settings


def rules(session: Session, settings: Settings) -> PeriodRules:
    """Those of an office with these settings, for a transaction that makes a move by them.

    It asks first of all: nobody changes the calendar until it ends, so no day counts by a former version.
    """
    calendar_days.hold_still(session)
    calendar = calendar_days.of_office(session, settings.hours)
    return PeriodRules(settings.periods, calendar, settings.hours.timezone, calendar.version)
