"""seat sittings"""

import sqlalchemy as sa
from alembic import op

from hotline.mapping import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

SITTINGS, GUESSES = "seat_sittings", "telephone_guesses"


def upgrade() -> None:
    op.create_table(
        SITTINGS,
        sa.Column("seat", sa.String(8), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("secret", sa.String(32), nullable=False),
        sa.Column("known", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_seat_sittings_user_id")),
        sa.ForeignKeyConstraint(
            ["token_hash"],
            ["sign_ins.token_hash"],
            name=op.f("fk_seat_sittings_token_hash"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("seat", name=op.f("pk_seat_sittings")),
    )
    op.create_index(op.f("ix_seat_sittings_token_hash"), SITTINGS, ["token_hash"])
    op.create_table(
        GUESSES,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("account", sa.String(20), nullable=False),
        sa.Column("address", sa.String(45), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_telephone_guesses")),
    )
    op.create_index(op.f("ix_telephone_guesses_at"), GUESSES, ["at"])


def downgrade() -> None:
    op.drop_table(GUESSES)
    op.drop_table(SITTINGS)
