"""The form for a new password."""

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import PasswordField
from wtforms.validators import EqualTo, InputRequired, Length


class PasswordForm(FlaskForm):  # type: ignore[misc]
    """The password in use, and the new one twice."""

    current = PasswordField(
        lazy_gettext("Present password"),
        [InputRequired(lazy_gettext("Enter your present password.")), Length(max=200)],
    )
    new = PasswordField(
        lazy_gettext("New password"), [InputRequired(lazy_gettext("Enter a new password.")), Length(max=200)]
    )
    again = PasswordField(
        lazy_gettext("New password again"), [EqualTo("new", lazy_gettext("The two new passwords differ."))]
    )
