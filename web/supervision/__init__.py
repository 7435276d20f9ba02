"""The supervisor's page: seats to listen to and to speak to, and the line to open and to close."""

from flask_babel import lazy_gettext

from hotline.who_may import Act
from web.feature import Feature, NavigationPlace
from web.supervision import acts, line, views

FEATURE = Feature(
    views.supervision,
    sub_pages=(
        acts.acts,
        line.line,
    ),
    places=(NavigationPlace("supervision.show", lazy_gettext("Seats and line"), Act.WATCH_LINE),),
)
