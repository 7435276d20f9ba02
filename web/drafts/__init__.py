"""What is typed in a form is kept on the server until it is sent: saved, found again, given up."""

from web.drafts import views
from web.feature import Feature

FEATURE = Feature(views.drafts)
