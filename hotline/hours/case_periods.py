"""The rules for the periods of cases, as the settings and the office's calendar have them."""

from hotline.cases.period_rules import PeriodRules
from hotline.hours import office_calendar
from hotline.settings_file import Settings


def rules(settings: Settings) -> PeriodRules:
    """Those of an office with these settings."""
    hours = settings.hours
    return PeriodRules(settings.periods, office_calendar.of_office(hours), hours.timezone)
