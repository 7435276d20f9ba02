"""What a page says of a refusal, in the language of the page."""

from flask_babel import get_locale
from flask_babel.speaklater import LazyString

from hotline.refusals import Reason, Refused


def said(refused: Refused) -> str:
    """The sentence of a refusal."""
    return refused.said(_language())


def words(reason: Reason) -> str:
    """The sentence of a reason without values."""
    return reason.said(_language())


def lazy_words(reason: Reason) -> LazyString:
    """The same for a form, which is written down before there is a page."""
    return LazyString(words, reason)


def _language() -> str:
    return str(get_locale())
