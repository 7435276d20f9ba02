"""Calls: the list of all of them, and those that were abandoned."""

from flask_babel import lazy_gettext

from hotline.who_may import Act
from web.calls import abandoned, views
from web.feature import Feature, NavigationPlace

FEATURE = Feature(
    views.calls,
    sub_pages=(abandoned.abandoned,),
    places=(
        NavigationPlace("calls.show", lazy_gettext("Calls"), Act.SEE_CALLS),
        NavigationPlace("calls.abandoned.show", lazy_gettext("Abandoned"), Act.CALL_BACK),
    ),
)
