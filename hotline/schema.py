"""Every mapping of the database in one place, for migrations and for whoever opens a session first."""

from hotline import (  # noqa: F401  (imported for their tables)
    audit,
    call_forms,
    callbacks,
    caller_notes,
    calls,
    cases,
    consultations,
    enquiries,
    hand_hours,
    nuisance,
    numbering,
    people,
    recordings,
    screening,
    seat_events,
    seat_messages,
    seat_orders,
    seats,
    transcripts,
    units,
)
from hotline.mapping import Base

metadata = Base.metadata
