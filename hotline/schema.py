"""Every mapping of the database in one place, for migrations and for whoever opens a session first."""

from hotline import (  # noqa: F401  (imported for their tables)
    audit,
    cases,
    enquiries,
    numbering,
    people,
    recordings,
    screening,
    transcripts,
    units,
)
from hotline.mapping import Base

metadata = Base.metadata
