"""The rule of retention over values: what is kept in any case, and when the months are over."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.cases.cases import CaseState
from hotline.recordings.recordings import RecordingKind, ScreeningOutcome, TranscriptionState
from hotline.retention import rule
from hotline.retention.rule import CaseFacts, RetentionFacts

RECEIVED = datetime(2026, 1, 5, 20, tzinfo=UTC)
DECIDED = datetime(2026, 1, 6, 2, tzinfo=UTC)
CLOSED = datetime(2026, 3, 31, 3, tzinfo=UTC)
NOW = datetime(2036, 1, 1, tzinfo=UTC)
SET_ASIDE = RetentionFacts(
    RecordingKind.MESSAGE,
    RECEIVED,
    TranscriptionState.TRANSCRIBED,
    outcome=ScreeningOutcome.NO_CONTENT,
    decided_at=DECIDED,
)
OVER = CaseFacts(CaseState.CLOSED, CLOSED)
ENTERED = replace(SET_ASIDE, outcome=ScreeningOutcome.REGISTERED, cases=(OVER,))
CALL = RetentionFacts(RecordingKind.CALL, RECEIVED, TranscriptionState.NO_SPEECH)


@pytest.mark.parametrize(
    ("facts", "begin"),
    [
        (SET_ASIDE, DECIDED),
        (replace(SET_ASIDE, outcome=ScreeningOutcome.NUISANCE), DECIDED),
        (ENTERED, CLOSED),
        (replace(ENTERED, cases=(OVER, CaseFacts(CaseState.WITHDRAWN, NOW))), NOW),
        (replace(SET_ASIDE, outcome=ScreeningOutcome.DUPLICATE, cases=(OVER,)), CLOSED),
        (CALL, RECEIVED),
        (replace(CALL, form_ended_at=DECIDED), DECIDED),
        (replace(CALL, cases=(OVER,), form_ended_at=DECIDED), CLOSED),
        (replace(CALL, transcription=TranscriptionState.FAILED), RECEIVED),
        (replace(SET_ASIDE, held_until=NOW - timedelta(seconds=1)), DECIDED),
    ],
)
def test_months_are_counted_from_what_came_last(facts: RetentionFacts, begin: datetime) -> None:
    assert rule.settled_at(facts, NOW) == begin
    assert rule.is_due(facts, 24, rule.later(begin, 24)) or facts.held_until
    assert not rule.is_due(facts, 24, rule.later(begin, 24) - timedelta(microseconds=1))
    assert not rule.is_due(facts, 0, NOW + timedelta(days=36500))


RUNNING = [CaseFacts(each, None) for each in CaseState if each not in rule.ENDED_STATES]
KEPT = [
    replace(SET_ASIDE, outcome=None),
    replace(ENTERED, cases=()),
    *(replace(ENTERED, cases=(each,)) for each in RUNNING),
    *(replace(ENTERED, cases=(OVER, each)) for each in RUNNING),
    *(replace(CALL, cases=(each,)) for each in RUNNING),
    replace(ENTERED, cases=(CaseFacts(CaseState.CLOSED, None),)),
    replace(ENTERED, cases=(CaseFacts(CaseState.ACCEPTED, CLOSED),)),
    replace(SET_ASIDE, outcome=ScreeningOutcome.DUPLICATE, original_waits=True),
    replace(SET_ASIDE, transcription=TranscriptionState.PENDING),
    replace(SET_ASIDE, transcription=TranscriptionState.RUNNING),
    replace(SET_ASIDE, held_until=NOW),
    replace(SET_ASIDE, legal_hold=True),
    replace(CALL, form_open=True),
]


@pytest.mark.parametrize("facts", KEPT)
def test_kept_whatever_is_set(facts: RetentionFacts) -> None:
    assert rule.settled_at(facts, NOW) is None
    assert not rule.is_due(facts, 1, NOW)


@pytest.mark.parametrize(
    ("begin", "months", "end"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2027-01-31", 13, "2028-02-29"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2026-11-30", 1, "2026-12-30"),
        ("2026-12-31", 2, "2027-02-28"),
        ("2026-05-05", 240, "2046-05-05"),
    ],
)
def test_months_of_any_length(begin: str, months: int, end: str) -> None:
    assert rule.later(datetime.fromisoformat(begin), months) == datetime.fromisoformat(end)


moments = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))
cases = st.builds(CaseFacts, st.sampled_from(CaseState), st.none() | moments)
any_facts = st.builds(
    RetentionFacts,
    kind=st.sampled_from(RecordingKind),
    received_at=moments,
    transcription=st.sampled_from(TranscriptionState),
    outcome=st.none() | st.sampled_from(ScreeningOutcome),
    decided_at=st.none() | moments,
    held_until=st.none() | moments,
    cases=st.lists(cases, max_size=3).map(tuple),
    original_waits=st.booleans(),
    form_open=st.booleans(),
    form_ended_at=st.none() | moments,
    legal_hold=st.booleans(),
)


@given(any_facts, st.integers(0, 240), moments)
def test_nothing_goes_that_anybody_may_need(facts: RetentionFacts, months: int, now: datetime) -> None:
    if not rule.is_due(facts, months, now):
        return
    assert months and not facts.legal_hold and not facts.form_open and not facts.original_waits
    assert facts.kind == RecordingKind.CALL or facts.outcome
    assert facts.transcription not in (TranscriptionState.PENDING, TranscriptionState.RUNNING)
    assert facts.held_until is None or facts.held_until < now
    assert all(each.state in rule.ENDED_STATES and each.closed_at for each in facts.cases)
    ends = [
        facts.received_at,
        facts.decided_at,
        facts.form_ended_at,
        *(each.closed_at for each in facts.cases),
    ]
    assert all(rule.later(each, months) <= now for each in ends if each)


@given(any_facts, st.integers(1, 240), moments, st.timedeltas(timedelta(0), timedelta(days=4000)))
def test_what_is_due_stays_due(facts: RetentionFacts, months: int, now: datetime, after: timedelta) -> None:
    assert not rule.is_due(facts, months, now) or rule.is_due(facts, months, now + after)
