"""Every state has a name on the pages, and callers hear it; a new one fails here until it has."""

import tomllib

from hotline.cases.cases import CaseState
from hotline.seats.seats import SeatState
from hotline.settings_file import PROJECT
from web.call.names import CASE_STATE_NAMES
from web.seat.names import SEAT_STATE_NAMES


def test_every_state_has_a_name() -> None:
    assert set(CASE_STATE_NAMES) == set(CaseState)
    assert set(SEAT_STATE_NAMES) == set(SeatState)


def test_callers_hear_every_state() -> None:
    spoken = tomllib.loads((PROJECT / "sounds" / "catalogue.toml").read_text())
    heard = set(CaseState) - {CaseState.WITHDRAWN}  # its number goes on as that of a message
    assert {f"case-state-{state.replace('_', '-')}" for state in heard} <= set(spoken)
