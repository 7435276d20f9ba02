"""what happened at seats, in our own words instead of those of Asterisk's queue log"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

WORDS = {
    "QUEUESTART": "exchange_started",
    "ADDMEMBER": "signed_in",
    "REMOVEMEMBER": "signed_out",
    "SEATUSER": "sat_down",
    "PAUSE": "paused",
    "UNPAUSE": "resumed",
    "RINGNOANSWER": "no_answer",
    "CONNECT": "answered",
    "COMPLETEAGENT": "agent_hung_up",
    "COMPLETECALLER": "caller_hung_up",
    "BLINDTRANSFER": "blind_transfer",
    "ATTENDEDTRANSFER": "attended_transfer",
    "TRANSFERCONNECT": "handed_to",
    "TRANSFERCOMPLETE": "handed_talk_over",
    "WRAPUP": "wrap_up_over",
    "RECORDINGPAUSED": "recording_paused",
    "RECORDINGRESUMED": "recording_resumed",
    "CONSULTBEGINS": "consult_began",
    "CONSULTENDS": "consult_ended",
}


def upgrade() -> None:
    _say(WORDS)


def downgrade() -> None:
    _say({ours: theirs for theirs, ours in WORDS.items()})


def _say(words: dict[str, str]) -> None:
    """One pass over the table, however many events there are."""
    event = sa.column("event", sa.String)
    said = sa.case(words, value=event, else_=event)
    op.execute(sa.update(sa.table("seat_events", event)).values(event=said).where(event.in_(words)))
