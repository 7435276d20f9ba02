"""The form for a new user."""

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Regexp

from web.formats import ROLE_NAMES


class NewUserForm(FlaskForm):  # type: ignore[misc]
    """Name, full name, role and unit; the password is generated and shown once."""

    name = StringField(
        lazy_gettext("User name"),
        [
            InputRequired(lazy_gettext("Enter a user name.")),
            Length(max=40),
            Regexp(
                r"^[\w.-]+$", message=lazy_gettext("A user name has letters, digits, dots and dashes only.")
            ),
        ],
    )
    full_name = StringField(lazy_gettext("Full name"), [Length(max=80)])
    role = SelectField(
        lazy_gettext("Role"), choices=[SelectChoice(key, name) for key, name in ROLE_NAMES.items()]
    )
    unit_code = StringField(lazy_gettext("Unit, of unit officers and heads"), [Length(max=20)])
