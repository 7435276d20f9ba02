"""What hotline.recordings.screening says when a decision cannot be made, so that the translators see it."""

from flask_babel import gettext, lazy_gettext

from hotline.cases.registration import Refused

KNOWN = (
    lazy_gettext("write in a sentence what the case is about"),
    lazy_gettext("a name has at most 80 characters, an address at most 200"),
    lazy_gettext("choose the responsible unit from the tree"),
    lazy_gettext("give the number of the other case, ten digits"),
    lazy_gettext("somebody has already decided; undo that decision first"),
    lazy_gettext("there is no decision to undo"),
    lazy_gettext("say why the decision is undone"),
    lazy_gettext("the unit is already handling this case; it can't be undone here"),
    lazy_gettext("a telephone number has at most 32 characters, none of them invisible"),
    lazy_gettext("that one was set aside, so nobody would handle this one; register it instead"),
    lazy_gettext("other recordings are joined to this one as duplicates; undo those decisions first"),
    lazy_gettext("it was decided anew meanwhile; look at the decision once more"),
    lazy_gettext("somebody else decided this; ask a supervisor to undo it"),
)


def said(error: Refused) -> str:
    """The sentence of an error in the user's language."""
    if error.field == "duplicate_of" and "itself a duplicate" in str(error):  # has a number in it
        return str(gettext("That case is itself a duplicate. Give the number of the first case."))
    return str(gettext(str(error)))
