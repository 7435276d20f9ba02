"""Codes of a telephone: right for a moment, once, and not guessed; recovery codes; on both databases."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from hotline import people, second_factor, sign_ins
from hotline.database import Database
from hotline.people import PasswordHash, Role
from hotline.running import sign_in_health
from hotline.second_factor import RECOVERY_CODES, WRONG_A_DAY, RecoveryCode, SecondFactor, TooManyCodes
from hotline.sections import Web
from hotline.settings_file import Settings

NOW = datetime(2026, 11, 23, 0, 40, 10, tzinfo=UTC)
STEP = timedelta(seconds=30)


@pytest.fixture
def li(either_db: Database) -> int:
    with either_db.writing() as session:
        return people.add(session, "li", "李", Role.SUPERVISOR, PasswordHash("no password at all")).id


def set_up(db: Database, user_id: int, at: datetime = NOW) -> tuple[pyotp.TOTP, list[str]]:
    """A telephone, confirmed an hour before, and the recovery codes."""
    before = at - timedelta(hours=1)
    with db.writing() as session:
        telephone = pyotp.TOTP(second_factor.offer(session, user_id, before))
        codes = second_factor.confirm(session, user_id, telephone.at(before), before)
    assert codes
    return telephone, codes


def given_code(db: Database, user_id: int, code: str, at: datetime = NOW) -> str:
    with db.writing() as session:
        return second_factor.check(session, user_id, code, at)


def test_a_code_is_right_a_step_before_and_after_and_once(either_db: Database, li: int) -> None:
    telephone, _ = set_up(either_db, li)
    assert given_code(either_db, li, telephone.at(NOW - 2 * STEP)) == ""
    assert given_code(either_db, li, telephone.at(NOW + 2 * STEP)) == ""
    assert given_code(either_db, li, telephone.at(NOW)) == "code"
    assert given_code(either_db, li, telephone.at(NOW)) == ""
    assert given_code(either_db, li, telephone.at(NOW - STEP)) == ""  # nor one before it
    assert given_code(either_db, li, telephone.at(NOW + STEP)) == "code"
    assert given_code(either_db, li, telephone.at(NOW), NOW + STEP) == ""


def test_the_code_that_confirmed_the_telephone_signs_nobody_in(either_db: Database, li: int) -> None:
    telephone, _ = set_up(either_db, li)
    before = NOW - timedelta(hours=1)
    assert given_code(either_db, li, telephone.at(before), before) == ""


def test_guesses_of_a_day_are_few_and_recovery_codes_still_help(either_db: Database, li: int) -> None:
    telephone, codes = set_up(either_db, li)
    for _ in range(WRONG_A_DAY):
        assert given_code(either_db, li, telephone.at(NOW + 9 * STEP)) == ""
    with pytest.raises(TooManyCodes):
        given_code(either_db, li, telephone.at(NOW))
    assert given_code(either_db, li, codes[0]) == "recovery code"
    tomorrow = NOW + timedelta(days=1)
    assert given_code(either_db, li, telephone.at(tomorrow), tomorrow) == "code"


def test_guessing_recovery_codes_shuts_no_telephone_out(either_db: Database, li: int) -> None:
    telephone, _ = set_up(either_db, li)
    for guess in range(2 * WRONG_A_DAY):
        assert given_code(either_db, li, f"{guess:020}") == ""
    assert given_code(either_db, li, telephone.at(NOW)) == "code"


def test_each_recovery_code_works_once_and_only_for_its_user(either_db: Database, li: int) -> None:
    _, codes = set_up(either_db, li)
    with either_db.writing() as session:
        wang = people.add(session, "wang", "王", Role.CLERK, PasswordHash("none")).id
    set_up(either_db, wang)
    assert len(set(codes)) == RECOVERY_CODES
    assert given_code(either_db, wang, codes[0]) == ""
    assert given_code(either_db, li, codes[0].replace("-", " ")) == "recovery code"
    assert given_code(either_db, li, codes[0]) == ""
    with either_db.reading() as session:
        assert second_factor.codes_left(session, li) == RECOVERY_CODES - 1
        kept = session.scalars(select(RecoveryCode.code_hash)).all()
    assert not any(code.replace("-", "") in "".join(kept) for code in codes)


def test_new_recovery_codes_end_the_old_ones(either_db: Database, li: int) -> None:
    _, codes = set_up(either_db, li)
    with either_db.writing() as session:
        fresh = second_factor.new_recovery_codes(session, li)
    assert given_code(either_db, li, codes[0]) == ""
    assert given_code(either_db, li, fresh[0]) == "recovery code"


def test_a_secret_that_was_not_confirmed_is_worth_nothing(either_db: Database, li: int) -> None:
    telephone, _ = set_up(either_db, li)
    with either_db.writing() as session:
        offered = pyotp.TOTP(second_factor.offer(session, li, NOW))
    assert given_code(either_db, li, offered.at(NOW)) == ""
    assert given_code(either_db, li, telephone.at(NOW)) == "code"
    late = NOW + second_factor.OFFERED + STEP
    with either_db.writing() as session:
        assert second_factor.confirm(session, li, offered.at(late), late) is None


def test_nobody_without_a_second_factor_gets_past_by_a_code(either_db: Database, li: int) -> None:
    for code in ("", "000000", "0" * 20):
        assert given_code(either_db, li, code) == ""
    set_up(either_db, li)
    with either_db.writing() as session:
        assert second_factor.remove(session, li) and not second_factor.remove(session, li)
        assert not session.scalars(select(SecondFactor)).all()
        assert not session.scalars(select(RecoveryCode)).all()


@pytest.mark.parametrize("written", ["{a} {b}", "{a}-{b}", "  {a}{b}\n", "{a}\u3000{b}"])
def test_however_a_code_is_written(either_db: Database, li: int, written: str) -> None:
    telephone, _ = set_up(either_db, li)
    code = telephone.at(NOW)
    wide = code.translate({ord("0") + n: chr(0xFF10 + n) for n in range(10)})
    text = wide if "\u3000" in written else code
    assert given_code(either_db, li, written.format(a=text[:3], b=text[3:])) == "code"


@given(st.text(max_size=80))
def test_what_is_compared_is_short_and_plain(typed: str) -> None:
    cleaned = second_factor.cleaned(typed)
    assert cleaned.isascii() and (cleaned == "" or cleaned.isalnum())
    assert second_factor.cleaned(cleaned[:64]) == cleaned[:64]


@given(st.datetimes(datetime(2020, 1, 1), datetime(2090, 1, 1)), st.integers(-600, 600))
def test_the_window_is_one_step_to_each_side(at: datetime, seconds: int) -> None:
    now, secret = at.replace(tzinfo=UTC), "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    shown_at = now + timedelta(seconds=seconds)
    found = second_factor._step_of(secret, pyotp.TOTP(secret).at(shown_at), now)
    steps = int(shown_at.timestamp()) // 30 - int(now.timestamp()) // 30
    if abs(steps) <= 1:
        assert found is not None and abs(found - int(now.timestamp()) // 30) <= 1
    elif found is not None:  # two steps may show the same six digits, once in 300,000
        assert pyotp.TOTP(secret).generate_otp(found) == pyotp.TOTP(secret).at(shown_at)


def test_a_sitting_has_few_codes_and_little_time(either_db: Database, li: int) -> None:
    with either_db.writing() as session:
        token = sign_ins.await_code(session, li, NOW)
    with either_db.writing() as session:
        tried = [sign_ins.try_code(session, token, NOW) for _ in range(sign_ins.CODES_A_SITTING + 1)]
        assert tried == [li] * sign_ins.CODES_A_SITTING + [None]
        late = sign_ins.await_code(session, li, NOW)
        assert sign_ins.who_waits(session, late, NOW + sign_ins.CODE_AWAITED + STEP) is None
        assert sign_ins.try_code(session, late, NOW + sign_ins.CODE_AWAITED + STEP) is None
        sign_ins.end_all(session, li)
        assert sign_ins.who_waits(session, late, NOW) is None


@pytest.mark.parametrize(
    ("web", "unsafe"),
    [
        (Web(), set()),
        (Web(bind="10.1.2.3"), {"https", "second factor"}),
        (Web(bind="10.1.2.3", demand_second_factor=True), {"https"}),
        (Web(secure_cookies=True), {"second factor"}),
        (Web(secure_cookies=True, demand_second_factor=True), set()),
    ],
)
def test_the_doctor_says_what_is_unsafe(settings: Settings, web: Web, unsafe: set[str]) -> None:
    findings = list(sign_in_health.check(settings.model_copy(update={"web": web})))
    assert {each.part for each in findings if not each.ok} == unsafe
    assert all("web." in each.remedy for each in findings)


def test_a_clock_that_is_put_back_shuts_no_telephone_out(either_db: Database, li: int) -> None:
    telephone, _ = set_up(either_db, li)
    ahead = NOW + timedelta(days=365)
    for _ in range(second_factor.WRONG_A_DAY):
        assert given_code(either_db, li, "no", ahead) == ""
    assert given_code(either_db, li, telephone.at(NOW)) == "code"
