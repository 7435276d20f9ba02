"""The responsible units as a tree that can be searched, and what administrators do with them."""

from flask_babel import lazy_gettext

from hotline.who_may import Act
from web.feature import Feature, NavigationPlace
from web.units import acts, listing, views

FEATURE = Feature(
    views.units,
    sub_pages=(listing.listing, acts.acts),
    places=(NavigationPlace("units.listing.show", lazy_gettext("Units"), Act.MANAGE_PEOPLE),),
)
