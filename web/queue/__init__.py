"""The queue of recordings that wait to be screened, and the list of all others."""

from flask_babel import lazy_gettext

from hotline.who_may import Act
from web.feature import Feature, Place
from web.queue import views

FEATURE = Feature(views.queue, places=(Place("queue.show", lazy_gettext("Recordings"), Act.SCREEN),))
