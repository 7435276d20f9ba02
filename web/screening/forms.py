"""The forms of a decision. ``registration.screening`` says what is right; here are only lengths and kinds."""

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from hotline.cases.case_entry import CannotRegister, CaseEntry
from hotline.cases.cases import Case, Category
from hotline.recordings.recordings import Recording
from web.formats import CATEGORY_NAMES
from web.refusals import lazy_words
from web.typed import typed


class RegisterForm(FlaskForm):  # type: ignore[misc]
    """What is entered to register a case."""

    petitioner = StringField(lazy_gettext("Petitioner"), [Length(max=80)])
    telephone = StringField(lazy_gettext("Telephone"), [Length(max=32)])
    address = StringField(lazy_gettext("Address"), [Length(max=200)])
    category = SelectField(
        lazy_gettext("Category"),
        [InputRequired(lazy_gettext("Choose a category."))],
        choices=[
            SelectChoice("", lazy_gettext("Choose…")),
            *(SelectChoice(str(key), name) for key, name in CATEGORY_NAMES.items()),
        ],
    )
    summary = TextAreaField(
        lazy_gettext("What it is about"),
        [InputRequired(lazy_words(CannotRegister.NO_SUMMARY)), Length(max=4000)],
    )
    unit_code = HiddenField(
        lazy_gettext("Responsible unit"),
        [InputRequired(lazy_words(CannotRegister.NO_UNIT)), Length(max=20)],
    )

    def entry(self) -> CaseEntry:
        """The input as the domain takes it."""
        text = {name: typed(field.data) for name, field in self._fields.items()}
        return CaseEntry(
            petitioner=text["petitioner"],
            telephone=text["telephone"],
            address=text["address"],
            category=Category(text["category"]),
            summary=text["summary"],
            unit_code=text["unit_code"],
        )


class DuplicateForm(FlaskForm):  # type: ignore[misc]
    """The number of the case that was already there."""

    duplicate_of = StringField(lazy_gettext("Number of the other case"), [Length(max=20)])


class UndoForm(FlaskForm):  # type: ignore[misc]
    """Why a decision is undone, and which one was on the page."""

    decision_id = IntegerField()
    reason = StringField(lazy_gettext("Reason"), [Length(max=300)])


def register_form(recording: Recording, case: Case | None) -> RegisterForm:
    """The form as it is first shown: what was entered before an undoing, else the caller's number."""
    if case is None:
        return RegisterForm(formdata=None, telephone=recording.caller)
    return RegisterForm(formdata=None, obj=case)
