"""Sessions in the database: begun, found by their token, and over."""

from datetime import UTC, datetime, timedelta

import pytest

from hotline import people, sessions, sign_ins
from hotline.database import Database
from hotline.people import Role
from hotline.sessions import SessionPlace

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
IDLE = timedelta(minutes=30)
MINUTE = timedelta(minutes=1)


def test_a_token_leads_to_its_user_until_the_session_is_over(either_db: Database) -> None:
    with either_db.writing() as session:
        li = people.add(session, "li", "李", Role.CLERK, "correct horse")
        token = sessions.begin(session, li.id, NOW, IDLE, SessionPlace("192.0.2.7", "Firefox", "seat01"))
        found = sessions.find(session, token, NOW + IDLE, IDLE)
        assert found and found.user is li and not found.has_second_factor
        assert (found.entry.address, found.entry.browser, found.entry.sits_at) == (
            "192.0.2.7",
            "Firefox",
            "seat01",
        )
        assert sessions.find(session, f"{token}x", NOW, IDLE) is None
        assert sessions.find(session, token, NOW + IDLE + MINUTE, IDLE) is None
        li.active = False
        assert sessions.find(session, token, NOW, IDLE) is None


@pytest.mark.parametrize(
    ("role", "unused", "goes_on"),
    [
        (Role.CLERK, IDLE + MINUTE, False),
        (Role.WALLBOARD, IDLE + MINUTE, True),
        (Role.WALLBOARD, sign_ins.WALLBOARD_STAYS + MINUTE, False),
    ],
)
def test_a_screen_on_the_wall_idles_longer(
    role: Role, unused: timedelta, goes_on: bool, either_db: Database
) -> None:
    with either_db.writing() as session:
        user_id = people.add(session, "li", "李", role, "correct horse").id
        known = sign_ins.hash_of(sessions.begin(session, user_id, NOW, IDLE))
        listed = sessions.of_user(session, user_id, NOW + unused, IDLE)
        assert [each.token_hash for each in listed] == ([known] if goes_on else [])
        still = sessions.still_signed_in(session, {known, "another"}, NOW + unused, IDLE)
        assert still == ({known} if goes_on else set())
        sessions.begin(session, user_id, NOW + unused, IDLE)
        assert (known in {each.token_hash for each in sign_ins.of_user(session, user_id)}) is goes_on
