"""What the seats' desk phones register with: the administrator's page."""

from hotline.who_may import Act
from web.desk_phones import views
from web.feature import Feature

FEATURE = Feature(views.desk_phones, act=Act.DESK_PHONES)
