"""seats"""

import sqlalchemy as sa
from alembic import op

from hotline.mapping import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "exchange",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("as_of", UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange")),
    )
    op.create_table(
        "waiting_calls",
        sa.Column("call_id", sa.String(length=100), nullable=False),
        sa.Column("caller", sa.String(length=32), nullable=False),
        sa.Column("joined_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_callback", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("call_id", name=op.f("pk_waiting_calls")),
    )
    op.create_table(
        "blocks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digits", sa.String(length=32), nullable=False),
        sa.Column("is_prefix", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("begins_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("ends_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("lifted_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("lifted_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_blocks_by_id")),
        sa.ForeignKeyConstraint(["lifted_by_id"], ["users.id"], name=op.f("fk_blocks_lifted_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blocks")),
    )
    op.create_index(op.f("ix_blocks_digits"), "blocks", ["digits"], unique=False)
    op.create_index(op.f("ix_blocks_ends_at"), "blocks", ["ends_at"], unique=False)
    op.create_table(
        "call_forms",
        sa.Column("call_id", sa.String(length=100), nullable=False),
        sa.Column("seat", sa.String(length=8), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("caller", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("saved_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("finished_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("finished_by_id", sa.Integer(), nullable=True),
        sa.Column("result", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_call_forms_user_id")),
        sa.ForeignKeyConstraint(["finished_by_id"], ["users.id"], name=op.f("fk_call_forms_finished_by_id")),
        sa.PrimaryKeyConstraint("call_id", name=op.f("pk_call_forms")),
    )
    op.create_index(op.f("ix_call_forms_caller"), "call_forms", ["caller"], unique=False)
    op.create_index(
        "ix_call_forms_finished_at_user_id", "call_forms", ["finished_at", "user_id"], unique=False
    )
    op.create_table(
        "callbacks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.String(length=100), nullable=False),
        sa.Column("case_number", sa.String(length=10), nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("open_number", sa.String(length=32), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("joined_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("asked_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("attempt", sa.String(length=100), nullable=False),
        sa.Column("attempt_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("attempt_seen", sa.Boolean(), nullable=False),
        sa.Column("last_outcome", sa.String(length=40), nullable=False),
        sa.Column("seat", sa.String(length=8), nullable=False),
        sa.Column("ended_at", UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_callbacks_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_callbacks")),
        sa.UniqueConstraint("case_number", name=op.f("uq_callbacks_case_number")),
        sa.UniqueConstraint("open_number", name=op.f("uq_callbacks_open_number")),
    )
    op.create_index(op.f("ix_callbacks_attempt"), "callbacks", ["attempt"], unique=False)
    op.create_index(op.f("ix_callbacks_call_id"), "callbacks", ["call_id"], unique=False)
    op.create_index(op.f("ix_callbacks_number"), "callbacks", ["number"], unique=False)
    op.create_index(op.f("ix_callbacks_state"), "callbacks", ["state"], unique=False)
    op.create_table(
        "caller_notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("caller", sa.String(length=32), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("taken_back_at", UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_caller_notes_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_caller_notes")),
    )
    op.create_index(op.f("ix_caller_notes_caller"), "caller_notes", ["caller"], unique=False)
    op.create_table(
        "calls",
        sa.Column("call_id", sa.String(length=100), nullable=False),
        sa.Column("caller", sa.String(length=32), nullable=False),
        sa.Column("arrived_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("offered_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("answered_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("seat", sa.String(length=8), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("ending", sa.String(length=9), nullable=True),
        sa.Column("satisfaction", sa.Integer(), nullable=True),
        sa.Column("handled_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("handled_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["handled_by_id"], ["users.id"], name=op.f("fk_calls_handled_by_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_calls_user_id")),
        sa.PrimaryKeyConstraint("call_id", name=op.f("pk_calls")),
    )
    op.create_index(op.f("ix_calls_arrived_at"), "calls", ["arrived_at"], unique=False)
    op.create_index(op.f("ix_calls_caller"), "calls", ["caller"], unique=False)
    op.create_index(op.f("ix_calls_ending"), "calls", ["ending"], unique=False)
    op.create_index(op.f("ix_calls_offered_at"), "calls", ["offered_at"], unique=False)
    op.create_index(op.f("ix_calls_seat"), "calls", ["seat"], unique=False)
    op.create_index(op.f("ix_calls_user_id"), "calls", ["user_id"], unique=False)
    op.create_table(
        "consultations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.String(length=100), nullable=False),
        sa.Column("caller", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("topic", sa.String(length=200), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("seat", sa.String(length=8), nullable=False),
        sa.Column("withdrawn_at", UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_consultations_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultations")),
        sa.UniqueConstraint("call_id", name=op.f("uq_consultations_call_id")),
    )
    op.create_index(op.f("ix_consultations_caller"), "consultations", ["caller"], unique=False)
    op.create_table(
        "hand_hours",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("begins_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("ends_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("lifted_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("lifted_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_hand_hours_by_id")),
        sa.ForeignKeyConstraint(["lifted_by_id"], ["users.id"], name=op.f("fk_hand_hours_lifted_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_hours")),
    )
    op.create_index(op.f("ix_hand_hours_ends_at"), "hand_hours", ["ends_at"], unique=False)
    op.create_table(
        "seat_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("seat", sa.String(length=8), nullable=False),
        sa.Column("event", sa.String(length=20), nullable=False),
        sa.Column("call_id", sa.String(length=100), nullable=False),
        sa.Column("detail", sa.String(length=80), nullable=False),
        sa.Column("nth", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_seat_events_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat_events")),
        sa.UniqueConstraint(
            "at",
            "seat",
            "event",
            "call_id",
            "detail",
            "nth",
            name=op.f("uq_seat_events_at_seat_event_call_id_detail_nth"),
        ),
    )
    op.create_index(op.f("ix_seat_events_call_id"), "seat_events", ["call_id"], unique=False)
    op.create_index("ix_seat_events_seat_at", "seat_events", ["seat", "at"], unique=False)
    op.create_index("ix_seat_events_user_id_event", "seat_events", ["user_id", "event"], unique=False)
    op.create_table(
        "seat_messages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seat", sa.String(length=8), nullable=False),
        sa.Column("to_user_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("read_at", UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_seat_messages_by_id")),
        sa.ForeignKeyConstraint(["to_user_id"], ["users.id"], name=op.f("fk_seat_messages_to_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat_messages")),
    )
    op.create_index(op.f("ix_seat_messages_to_user_id"), "seat_messages", ["to_user_id"], unique=False)
    op.create_table(
        "seat_orders",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("seat", sa.String(length=8), nullable=False),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column("done_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_seat_orders_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat_orders")),
    )
    op.create_index(op.f("ix_seat_orders_done_at"), "seat_orders", ["done_at"], unique=False)
    op.create_table(
        "seats",
        sa.Column("name", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("since", UtcDateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("call_id", sa.String(length=100), nullable=False),
        sa.Column("caller", sa.String(length=32), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("recording_paused", sa.String(length=40), nullable=False),
        sa.Column("wrap_up_until", UtcDateTime(timezone=True), nullable=True),
        sa.Column("wrap_up_extended", sa.Boolean(), nullable=False),
        sa.Column("calls_answered", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_seats_user_id")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_seats")),
        sa.UniqueConstraint("user_id", name=op.f("uq_seats_user_id")),
    )
    op.add_column("cases", sa.Column("call_id", sa.String(length=100), nullable=True))
    op.create_index(op.f("ix_cases_call_id"), "cases", ["call_id"], unique=True)
    op.create_index(op.f("ix_cases_telephone"), "cases", ["telephone"], unique=False)
    op.add_column("recording_parts", sa.Column("speaker", sa.String(length=6), nullable=True))
    op.add_column(
        "recordings", sa.Column("kind", sa.String(length=8), server_default="message", nullable=False)
    )
    op.add_column("recordings", sa.Column("seat", sa.String(length=8), server_default="", nullable=False))
    op.drop_index(op.f("ix_recordings_queue"), table_name="recordings")
    op.create_index(
        "ix_recordings_queue", "recordings", ["kind", "outcome", "transcription", "received_at"], unique=False
    )
    op.create_index("ix_recordings_kind_received_at", "recordings", ["kind", "received_at"], unique=False)
    op.add_column("segments", sa.Column("speaker", sa.String(length=6), nullable=True))


def downgrade() -> None:
    op.drop_column("segments", "speaker")
    op.drop_index("ix_recordings_kind_received_at", table_name="recordings")
    op.drop_index("ix_recordings_queue", table_name="recordings")
    op.create_index(
        op.f("ix_recordings_queue"), "recordings", ["outcome", "transcription", "received_at"], unique=False
    )
    op.drop_column("recordings", "seat")
    op.drop_column("recordings", "kind")
    op.drop_column("recording_parts", "speaker")
    op.drop_index(op.f("ix_cases_telephone"), table_name="cases")
    op.drop_index(op.f("ix_cases_call_id"), table_name="cases")
    op.drop_column("cases", "call_id")
    op.drop_table("seats")
    op.drop_index(op.f("ix_seat_orders_done_at"), table_name="seat_orders")
    op.drop_table("seat_orders")
    op.drop_index(op.f("ix_seat_messages_to_user_id"), table_name="seat_messages")
    op.drop_table("seat_messages")
    op.drop_index(op.f("ix_seat_events_call_id"), table_name="seat_events")
    op.drop_index("ix_seat_events_user_id_event", table_name="seat_events")
    op.drop_index("ix_seat_events_seat_at", table_name="seat_events")
    op.drop_table("seat_events")
    op.drop_index(op.f("ix_hand_hours_ends_at"), table_name="hand_hours")
    op.drop_table("hand_hours")
    op.drop_index(op.f("ix_consultations_caller"), table_name="consultations")
    op.drop_table("consultations")
    op.drop_index(op.f("ix_calls_user_id"), table_name="calls")
    op.drop_index(op.f("ix_calls_seat"), table_name="calls")
    op.drop_index(op.f("ix_calls_offered_at"), table_name="calls")
    op.drop_index(op.f("ix_calls_ending"), table_name="calls")
    op.drop_index(op.f("ix_calls_caller"), table_name="calls")
    op.drop_index(op.f("ix_calls_arrived_at"), table_name="calls")
    op.drop_table("calls")
    op.drop_index(op.f("ix_caller_notes_caller"), table_name="caller_notes")
    op.drop_table("caller_notes")
    op.drop_index(op.f("ix_callbacks_state"), table_name="callbacks")
    op.drop_index(op.f("ix_callbacks_number"), table_name="callbacks")
    op.drop_index(op.f("ix_callbacks_call_id"), table_name="callbacks")
    op.drop_index(op.f("ix_callbacks_attempt"), table_name="callbacks")
    op.drop_table("callbacks")
    op.drop_index("ix_call_forms_finished_at_user_id", table_name="call_forms")
    op.drop_index(op.f("ix_call_forms_caller"), table_name="call_forms")
    op.drop_table("call_forms")
    op.drop_index(op.f("ix_blocks_ends_at"), table_name="blocks")
    op.drop_index(op.f("ix_blocks_digits"), table_name="blocks")
    op.drop_table("blocks")
    op.drop_table("waiting_calls")
    op.drop_table("exchange")
