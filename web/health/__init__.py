"""Is the web server there, and does its database answer?"""

from web.feature import Feature, Opens
from web.health import views

FEATURE = Feature(views.health, opens={"health.answer": Opens.UNASKED})
