"""A case: what it is about, where it stands, what has happened, and what can be done next."""

from web.case import documents, views
from web.feature import Feature

FEATURE = Feature(views.case, sub_pages=(documents.documents,))
