"""Who may sign in: the administrator's page."""

from flask_babel import lazy_gettext

from hotline.who_may import Act
from web.feature import Feature, NavigationPlace
from web.people import views

FEATURE = Feature(
    views.accounts,
    places=(NavigationPlace("people.show", lazy_gettext("People"), Act.MANAGE_PEOPLE),),
    act=Act.MANAGE_PEOPLE,
)
