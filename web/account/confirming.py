"""Asking who is signed in for the password once more, before something that matters."""

from flask_login import current_user

from hotline import guessing, passwords
from hotline.attempts import SignInSource
from web.address import address
from web.services import services


def who_has(password: str) -> int | None:
    """The user's id if this is the current password, else None.

    Raises TooManyWrongPasswords and HashingBusy.
    """
    # who is signed in counts apart, whoever guesses the name from elsewhere meanwhile
    asker, now = SignInSource(address(), current_user.token_hash[:43]), services().now()
    user_id = passwords.check(services().database, current_user.name, password, now, asker)
    if user_id is None:
        guessing.note(services().database, current_user.name, asker, now)
    return user_id
