"""What the lights, the endings of a call and the opinions of callers are called."""

from flask_babel import lazy_gettext

from hotline.calls import Ending
from hotline.cases import CaseState
from hotline.deadlines import Light

LIGHT_NAMES = {
    Light.GREEN: lazy_gettext("in time"),
    Light.YELLOW: lazy_gettext("due soon"),
    Light.RED: lazy_gettext("due or overdue"),
}
CASE_STATE_NAMES = {
    CaseState.REGISTERED: lazy_gettext("registered"),
    CaseState.HANDLING: lazy_gettext("being handled"),
    CaseState.REPLIED: lazy_gettext("replied to"),
    CaseState.CLOSED: lazy_gettext("closed"),
    CaseState.WITHDRAWN: lazy_gettext("withdrawn"),
}
ENDING_NAMES = {
    Ending.ANSWERED: lazy_gettext("answered"),
    Ending.ABANDONED: lazy_gettext("hung up while waiting"),
    Ending.LEFT: lazy_gettext("went on to leave a message"),
    Ending.SERVED: lazy_gettext("asked for a case"),
    Ending.CALLBACK: lazy_gettext("asked to be called back"),
    Ending.REFUSED: lazy_gettext("refused"),
}
OPINION_NAMES = {
    1: lazy_gettext("satisfied"),
    2: lazy_gettext("fairly satisfied"),
    3: lazy_gettext("not satisfied"),
}
