"""A user with a second factor, and an office that demands it."""

from datetime import timedelta

import pyotp
from werkzeug.test import TestResponse

from hotline import second_factor
from hotline.sections import Web
from tests.web.office import Office, user_id
from web.services import Services


def telephone_of(office: Office, name: str) -> tuple[pyotp.TOTP, list[str]]:
    """A second factor that the user has had for an hour."""
    someone, before = user_id(office, name), office.clock.now - timedelta(hours=1)
    with office.db.writing() as session:
        telephone = pyotp.TOTP(second_factor.offer(session, someone, before))
        codes = second_factor.confirm(session, someone, telephone.at(before), before)
    assert codes
    return telephone, codes


def demanding(office: Office) -> Office:
    settings = office.settings.model_copy(update={"web": Web(demand_second_factor=True)})
    office.app.extensions["hotline"] = Services(settings, office.db, office.clock)
    return office


def text(answer: TestResponse) -> str:
    return answer.get_data(as_text=True)
