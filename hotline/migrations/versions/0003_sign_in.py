"""sign in"""

import sqlalchemy as sa
from alembic import op

from hotline.mapping import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name, length in (("address", 45), ("browser", 60), ("sits_at", 8)):
        op.add_column("sign_ins", sa.Column(name, sa.String(length), nullable=False, server_default=""))
    op.add_column("sign_ins", sa.Column("begun_at", UtcDateTime(), nullable=True))
    op.execute("UPDATE sign_ins SET begun_at = seen_at")
    with op.batch_alter_table("sign_ins") as table:
        table.alter_column("begun_at", existing_type=UtcDateTime(), nullable=False)
    _awaited_codes()
    _second_factors()
    _recovery_codes()


def _awaited_codes() -> None:
    op.create_table(
        "awaited_codes",
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_awaited_codes_user_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_awaited_codes")),
    )
    op.create_index(op.f("ix_awaited_codes_user_id"), "awaited_codes", ["user_id"])


def _second_factors() -> None:
    op.create_table(
        "second_factors",
        sa.Column("user_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("secret", sa.String(64), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=True),
        sa.Column("offered", sa.String(64), nullable=False),
        sa.Column("offered_at", UtcDateTime(), nullable=True),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("wrong_since", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_second_factors_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_second_factors")),
    )


def _recovery_codes() -> None:
    op.create_table(
        "recovery_codes",
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_recovery_codes_user_id")),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_recovery_codes")),
    )
    op.create_index(op.f("ix_recovery_codes_user_id"), "recovery_codes", ["user_id"])


def downgrade() -> None:
    for table in ("recovery_codes", "second_factors", "awaited_codes"):
        op.drop_table(table)
    with op.batch_alter_table("sign_ins") as sign_ins:
        for name in ("begun_at", "sits_at", "browser", "address"):
            sign_ins.drop_column(name)
