"""The user's own account: password and language."""

from web.account import my_sessions, views
from web.feature import Feature, Opens

FEATURE = Feature(
    views.account,
    sub_pages=(my_sessions.my_sessions,),
    opens={
        "account.show": Opens.BEFORE_A_NEW_PASSWORD,
        "account.change_password": Opens.BEFORE_A_NEW_PASSWORD,
        "account.change_language": Opens.BEFORE_A_NEW_PASSWORD,
        "account.token": Opens.BEFORE_A_NEW_PASSWORD,
    },
)
