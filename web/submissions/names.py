"""What outcomes and particulars are called."""

from flask_babel import lazy_gettext

from hotline.cases.origins import Origin
from hotline.submissions.submissions import Particular, SubmissionOutcome

NEW_NAMES = {
    Origin.LETTER: lazy_gettext("New letter"),
    Origin.VISIT: lazy_gettext("New visit"),
    Origin.APPOINTMENT: lazy_gettext("New appointment"),
}
OUTCOME_NAMES = {
    SubmissionOutcome.REGISTERED: lazy_gettext("Registered as a case"),
    SubmissionOutcome.JOINED: lazy_gettext("Joined to a case"),
    SubmissionOutcome.NO_CASE: lazy_gettext("Not registered"),
}
PARTICULAR_NAMES = {
    Particular.POSTAL_NUMBER: lazy_gettext("Postal number"),
    Particular.QUEUE_NUMBER: lazy_gettext("Queue number"),
    Particular.ROOM: lazy_gettext("Room"),
    Particular.PERSONS: lazy_gettext("How many came"),
    Particular.REPRESENTATIVES: lazy_gettext("Who speaks for them, a name a line, at most 5"),
    Particular.APPOINTED_FOR: lazy_gettext("Appointed for"),
    Particular.MEETING_ADDRESS: lazy_gettext("Link to the meeting"),
}
