"""What a form says of its draft, in the tag that begins it."""

from flask import Flask, url_for
from flask_login import current_user
from markupsafe import Markup
from sqlalchemy.orm import Session

from hotline import drafts
from hotline.drafts import FIELDS, DraftPlace, FormName

NO_SUBJECT = "-"


def drafted(form: str, subject: str = "", sent: object = False) -> Markup:
    """Attributes of a form that is saved while it is typed. ``sent``: it shows what was sent just now."""
    address = url_for("drafts.show", form=FormName(form), subject=subject or NO_SUBJECT)
    names = " ".join(FIELDS[FormName(form)])
    attributes = Markup(' autocomplete="off" data-draft="{}" data-names="{}"').format(address, names)
    return attributes + Markup(" data-sent") if sent else attributes


def mine(form: FormName, subject: str = "") -> DraftPlace:
    """That form, as the user who is signed in has it."""
    return DraftPlace(current_user.id, form, subject)


def sent(session: Session, form: FormName, subject: str = "") -> None:
    """What this user typed there is done: nothing of it is kept as a draft."""
    drafts.discard(session, mine(form, subject))


def set_up(app: Flask) -> None:
    """Make these known to the templates."""
    app.jinja_env.globals.update(drafted=drafted)
