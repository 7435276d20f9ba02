"""The office's calendar: which days work, who changed that and when, and changing it."""

from flask_babel import lazy_gettext

from hotline.who_may import Act
from web.calendar import acts, views
from web.feature import Feature, NavigationPlace

FEATURE = Feature(
    views.calendar,
    sub_pages=(acts.acts,),
    places=(NavigationPlace("calendar.show", lazy_gettext("Calendar"), Act.SEE_CASES),),
    act=Act.SEE_CASES,
)
