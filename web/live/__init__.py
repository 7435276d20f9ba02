"""Telling pages at once that something has changed (server-sent events)."""

from web.feature import Feature, Opens
from web.live import views

FEATURE = Feature(views.live, opens={"live.stream": Opens.ON_THE_WALL})
