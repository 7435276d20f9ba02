"""The form for a new password."""

from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import PasswordField
from wtforms.validators import EqualTo, InputRequired, Length, ValidationError

from hotline import people


def differs_from_present(form: FlaskForm, field: PasswordField) -> None:
    """A password that was made for somebody is not kept by typing it again."""
    if field.data == form.current.data:
        raise ValidationError(gettext("That is the current password. Choose another one."))


class PasswordForm(FlaskForm):  # type: ignore[misc]
    """The password in use, and the new one twice."""

    current = PasswordField(
        lazy_gettext("Current password"),
        [InputRequired(lazy_gettext("Enter your current password.")), Length(max=200)],
    )
    new = PasswordField(
        lazy_gettext("New password"),
        [
            Length(people.MIN_PASSWORD, 200, lazy_gettext("A password has at least %(min)d characters.")),
            differs_from_present,
        ],
    )
    again = PasswordField(
        lazy_gettext("New password again"), [EqualTo("new", lazy_gettext("The two new passwords differ."))]
    )
