"""Keeping a recording from deletion: an administrator's button, with a reason."""

from hotline.who_may import Act
from web.feature import Feature
from web.keeping import views

FEATURE = Feature(views.keeping, act=Act.KEEP)
