"""The seat console: where an agent sits, answers, and sees who is calling."""

from flask_babel import lazy_gettext

from hotline.who_may import Act
from web.feature import Feature, NavigationPlace
from web.seat import views

FEATURE = Feature(
    views.seat, places=(NavigationPlace("seat.show", lazy_gettext("My seat"), Act.SIT),), act=Act.SIT
)
