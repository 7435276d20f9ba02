"""Screening: registering a recording as a case, setting it aside, and undoing that."""

from hotline.who_may import Act
from web.feature import Feature
from web.screening import views

FEATURE = Feature(views.screening, act=Act.SCREEN)
