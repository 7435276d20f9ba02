"""No password is compared now: what the page says, and when to come again (429 or 503, Retry-After)."""

from flask import Flask, Response, make_response
from flask_babel import gettext

from hotline import hashing
from hotline.attempts import TooManyWrongPasswords
from hotline.attempts_database import CannotCount
from hotline.hashing import HashingBusy
from web import errors

REFUSALS = (TooManyWrongPasswords, HashingBusy, CannotCount)
MENDED_SECONDS = 60
"""Somebody has to make room on the disk first."""


def seconds_of(refusal: Exception) -> int:
    """How long to wait."""
    if isinstance(refusal, TooManyWrongPasswords):
        return refusal.seconds
    return MENDED_SECONDS if isinstance(refusal, CannotCount) else hashing.AGAIN_SECONDS


def sentence_of(refusal: Exception) -> str:
    """What to do, for whoever sits there."""
    if isinstance(refusal, HashingBusy):
        return gettext("Many people are signing in at this moment. Wait a few seconds, then try again.")
    if isinstance(refusal, CannotCount):
        return gettext(
            "Wrong passwords cannot be counted at this moment. Sign in at a computer where you have signed "
            "in before, and tell the administrator."
        )
    minutes = -(-seconds_of(refusal) // 60)
    if minutes > 60:
        return gettext(
            "Too many wrong passwords today. Sign in at a computer where you have signed in before, or ask "
            "the administrator."
        )
    return gettext(
        "Too many wrong passwords. Wait %(minutes)d min, then try again; or sign in at a computer where you "
        "have signed in before.",
        minutes=minutes,
    )


def set_up(app: Flask) -> None:
    """Whatever asks for a hash while too many are waiting is told so."""

    @app.errorhandler(HashingBusy)
    def busy(refusal: HashingBusy) -> Response:
        return later(errors.page(429, gettext("One moment, please"), sentence_of(refusal)), refusal)


def later(page: str | Response, refusal: Exception) -> Response:
    """The page with this answer."""
    answer = make_response(page, 503 if isinstance(refusal, CannotCount) else 429)
    answer.headers["Retry-After"] = str(seconds_of(refusal))
    return answer
