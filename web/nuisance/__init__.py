"""Nuisance calls: numbers that are blocked, from the list of calls or typed, and lifting it."""

from flask_babel import lazy_gettext

from hotline.who_may import Act
from web.feature import Feature, NavigationPlace
from web.nuisance import views

FEATURE = Feature(
    views.nuisance,
    places=(NavigationPlace("nuisance.show", lazy_gettext("Nuisance calls"), Act.BLOCK),),
    act=Act.BLOCK,
)
