"""Reports: the figures of a period, as tables, charts and files."""

from flask_babel import lazy_gettext

from hotline.who_may import Act
from web.feature import Feature, NavigationPlace
from web.reports import views

FEATURE = Feature(
    views.reporting,
    places=(NavigationPlace("reports.show", lazy_gettext("Reports"), Act.SEE_REPORTS),),
    act=Act.SEE_REPORTS,
)
