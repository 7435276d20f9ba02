"""What the domain says when a form cannot be finished, so that the translators see it."""

from flask_babel import gettext, lazy_gettext

from hotline.cases.registration import Refused

KNOWN = (
    lazy_gettext("choose a category"),
    lazy_gettext("write in a sentence what was asked"),
    lazy_gettext("write what you answered"),
    lazy_gettext("the number is withheld, so no later call could show the note"),
    lazy_gettext("a note has 1 to 500 characters"),
    lazy_gettext("somebody else wrote this note; ask a supervisor to take it back"),
)
"""Those of registering a case and of undoing are in web.screening.sentences."""


def said(error: Refused) -> str:
    """The sentence of an error in the user's language."""
    return str(gettext(str(error)))
