"""Letters, visits and appointments: entered by hand, and what becomes of each."""

from flask_babel import lazy_gettext

from hotline.who_may import Act
from web.feature import Feature, NavigationPlace
from web.submissions import deciding, documents, listing, views

FEATURE = Feature(
    views.submissions,
    sub_pages=(listing.listing, deciding.deciding, documents.documents),
    places=(NavigationPlace("submissions.listing.show", lazy_gettext("Letters and visits"), Act.ENTER),),
    act=Act.ENTER,
)
