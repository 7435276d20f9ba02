"""Every mapping of the database in one place, for migrations and for whoever opens a session first."""

from hotline import attempts, audit, drafts, people, second_factor, sign_ins  # noqa: F401  (imported for their tables)
from hotline.callbacks import callbacks  # noqa: F401  (imported for their tables)
from hotline.callers import caller_notes, nuisance, withheld  # noqa: F401  (imported for their tables)
from hotline.calls import call_forms, calls, consultations  # noqa: F401  (imported for their tables)
from hotline.cases import cases, enquiries, numbering, units  # noqa: F401  (imported for their tables)
from hotline.evidence import findings, head_places  # noqa: F401  (imported for their tables)
from hotline.hours import hand_hours  # noqa: F401  (imported for their tables)
from hotline.mapping import Base
from hotline.recordings import recordings, screening, transcripts  # noqa: F401  (imported for their tables)
from hotline.retention import deletions  # noqa: F401  (imported for their tables)
from hotline.seats import seat_events, seat_messages, seat_orders, seat_sittings, seats, telephone_guesses  # noqa: F401  (imported for their tables)  # noqa: F401, I001  (imported for their tables)

metadata = Base.metadata
