"""The register: all cases, wherever they came from, and how near their days are."""

from flask_babel import lazy_gettext

from hotline.who_may import Act
from web.feature import Feature, NavigationPlace
from web.register import views

FEATURE = Feature(
    views.register,
    places=(NavigationPlace("register.show", lazy_gettext("Cases"), Act.SEE_CASES),),
    act=Act.SEE_CASES,
)
