"""The queue of recordings that wait to be screened, and the list of all others."""

from flask_babel import lazy_gettext

from hotline.who_may import Act
from web.feature import Feature, NavigationPlace
from web.queue import views

FEATURE = Feature(
    views.queue, places=(NavigationPlace("queue.show", lazy_gettext("Recordings"), Act.SCREEN),)
)
