"""why a recording has no draft, as a code beside what was said"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

SAID = (
    ("the engine failed", "ENGINE_FAILED"),
    ("transcribing took too long", "TOO_SLOW"),
    ("the worker died", "INTERRUPTED"),
    ("the file is missing", "NO_FILE"),
    ("the message has no part", "NO_PART"),
    ("not transcribed: English", "ENGLISH"),
    ("are transcribed", "TOO_LONG"),
    ("", "UNREADABLE"),
)
"""What is in older rows, in the order in which pages have looked for it, and what it is from now on."""


def upgrade() -> None:
    op.add_column("recordings", sa.Column("no_draft", sa.String(20), nullable=False, server_default=""))
    rows = sa.table("recordings", sa.column("failure", sa.String), sa.column("no_draft", sa.String))
    for words, code in SAID:
        told = (rows.c.failure != "", rows.c.failure.contains(words), rows.c.no_draft == "")
        op.execute(rows.update().where(*told).values(no_draft=code))


def downgrade() -> None:
    op.drop_column("recordings", "no_draft")
