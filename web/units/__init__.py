"""The responsible units as a tree that can be searched, and what administrators do with them."""

from web.feature import Feature
from web.units import acts, listing, views

FEATURE = Feature(views.units, sub_pages=(listing.listing, acts.acts))
