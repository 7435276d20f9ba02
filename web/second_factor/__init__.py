"""The second factor of one's own account: setting it up, recovery codes, switching it off."""

from hotline.who_may import Act
from web.feature import Feature, Opens
from web.second_factor import views

FEATURE = Feature(
    views.second_factor,
    act=Act.USE_DESK,
    opens={
        "second_factor.show": Opens.BEFORE_A_SECOND_FACTOR,
        "second_factor.offer": Opens.BEFORE_A_SECOND_FACTOR,
        "second_factor.confirm": Opens.BEFORE_A_SECOND_FACTOR,
    },
)
