"""The responsible units as a tree that can be searched by name, alias and pinyin."""

from web.feature import Feature
from web.units import views

FEATURE = Feature(views.units)
