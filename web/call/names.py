"""What the lights and the states of a case are called."""

from flask_babel import lazy_gettext

from hotline.cases.cases import CaseState
from hotline.cases.periods import Light

LIGHT_NAMES = {
    Light.GREEN: lazy_gettext("in time"),
    Light.YELLOW: lazy_gettext("due soon"),
    Light.RED: lazy_gettext("overdue"),
}
CASE_STATE_NAMES = {
    CaseState.REGISTERED: lazy_gettext("registered"),
    CaseState.DISPATCHED: lazy_gettext("sent to unit"),
    CaseState.ACCEPTED: lazy_gettext("being handled"),
    CaseState.NOT_ACCEPTED: lazy_gettext("not accepted"),
    CaseState.REPLIED: lazy_gettext("replied to"),
    CaseState.CLOSED: lazy_gettext("closed"),
    CaseState.WITHDRAWN: lazy_gettext("withdrawn"),
}
