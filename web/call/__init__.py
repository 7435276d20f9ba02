"""Beside a call: what is known of its caller, and the form that becomes a case or a consultation."""

from web.call import notes, views
from web.feature import Feature

FEATURE = Feature(views.call, sub_pages=(notes.notes,))
