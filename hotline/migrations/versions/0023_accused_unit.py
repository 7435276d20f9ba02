"""the unit that is accused in a case"""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

ACCUSED = (
    "ALTER TABLE cases ADD COLUMN accused_code VARCHAR(20) "
    "CONSTRAINT fk_cases_accused_code REFERENCES units (code)"
)
"""Word for word the same on both databases; Alembic would add the constraint apart, which SQLite cannot."""


def upgrade() -> None:
    op.execute(ACCUSED)


def downgrade() -> None:
    raise NotImplementedError("Who is accused would be lost, and shown to them: restore a backup.")
