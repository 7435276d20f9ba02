"""The wallboard: how the line is doing, for a large screen."""

from flask_babel import lazy_gettext

from hotline.who_may import Act
from web.feature import Feature, NavigationPlace, Opens
from web.wallboard import views

FEATURE = Feature(
    views.wallboard,
    places=(NavigationPlace("wallboard.show", lazy_gettext("Wallboard"), Act.WATCH_LINE),),
    act=Act.SEE_WALLBOARD,
    opens={"wallboard.show": Opens.ON_THE_WALL, "wallboard.board": Opens.ON_THE_WALL},
)
