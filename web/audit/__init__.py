"""The audit trail, for administrators."""

from flask_babel import lazy_gettext

from hotline.who_may import Act
from web.audit import views
from web.feature import Feature, NavigationPlace

FEATURE = Feature(
    views.auditing,
    places=(NavigationPlace("audit.show", lazy_gettext("Audit trail"), Act.READ_AUDIT),),
    act=Act.READ_AUDIT,
)
