"""A number that its caller withholds, shown once to one person, for a reason."""

from web.feature import Feature
from web.withheld import views

FEATURE = Feature(views.withheld)
