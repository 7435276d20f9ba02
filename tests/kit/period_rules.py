"""The rules for periods of an office in China without days of its own."""

from hotline.cases.period_rules import PeriodRules
from hotline.hours import office_calendar
from hotline.sections import Hours, Periods

RULES = PeriodRules(Periods(), office_calendar.of_office(Hours()), "Asia/Shanghai")
