# ruff: noqa: F401  (imported for their tables)
"""Every mapping of the database in one place, for migrations and for whoever opens a session first."""

from hotline import attempts, audit, drafts, people, second_factor, sign_ins, withheld_numbers
from hotline.callbacks import callbacks
from hotline.callers import caller_notes, nuisance
from hotline.calls import calls
from hotline.cases import case_events, cases, numbering, unit_changes, units
from hotline.documents import documents
from hotline.enquiries import enquiries
from hotline.evidence import findings, head_places
from hotline.handling import case_documents
from hotline.hours import calendar_days, hand_hours
from hotline.mapping import Base
from hotline.recordings import recordings, transcripts
from hotline.registration import call_forms, consultations, screening, submission_documents
from hotline.retention import deletions
from hotline.seats import seat_events, seat_messages, seat_orders, seat_sittings, seats, telephone_guesses
from hotline.submissions import submissions

metadata = Base.metadata
