"""first tables."""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:

    op.create_table(
        "facts",
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("value", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_facts")),
    )
    op.create_table(
        "failed_updates",
        sa.Column("update_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("raw", sa.JSON(), nullable=False),
        sa.Column("error", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("failed_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("update_id", name=op.f("pk_failed_updates")),
    )
    with op.batch_alter_table("failed_updates", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_failed_updates_user_id"), ["user_id"], unique=False)

    op.create_table(
        "pace",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("free_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pace")),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("language", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column(
            "setup_step",
            sa.Enum(
                "time_zone",
                "bed",
                "wake",
                "fluids",
                "done",
                name="setupstep",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("time_zone", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=True),
        sa.Column("home_zone", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=True),
        sa.Column("home_zone_until_on", sa.Date(), nullable=True),
        sa.Column("bed_time", sa.Time(), nullable=True),
        sa.Column("wake_time", sa.Time(), nullable=True),
        sa.Column(
            "fluids",
            sa.Enum("free", "limited", "unsure", name="fluids", native_enum=False, length=20),
            nullable=True,
        ),
        sa.Column("spread_seconds", sa.Integer(), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("paused_until_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("blocked_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("awaiting", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=True),
        sa.Column("keyboard_sent_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
    )
    op.create_table(
        "cramps",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("tapped_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("occurred_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("time_precision", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("time_zone", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("night_on", sa.Date(), nullable=False),
        sa.Column("event_type", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("site", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=True),
        sa.Column("side", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=True),
        sa.Column("intensity", sa.Integer(), nullable=True),
        sa.Column("duration", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=True),
        sa.Column("woke_me", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=True),
        sa.Column("after_effects", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column(
            "same_as_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("deleted_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("reply_message_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["same_as_id"],
            ["cramps.id"],
            name=op.f("fk_cramps_same_as_id_cramps"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_cramps_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cramps")),
        sa.UniqueConstraint("user_id", "message_id", name=op.f("uq_cramps_user_id_message_id")),
    )
    with op.batch_alter_table("cramps", schema=None) as batch_op:
        batch_op.create_index("ix_cramps_user_night", ["user_id", "night_on"], unique=False)

    op.create_table(
        "night_checks",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("night_on", sa.Date(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "none_last_night",
                "had_cramps",
                "skip",
                name="nightstatus",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("answered_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_night_checks_user_id_users"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_night_checks")),
        sa.UniqueConstraint("user_id", "night_on", name=op.f("uq_night_checks_user_id_night_on")),
    )
    with op.batch_alter_table("night_checks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_night_checks_user_id"), ["user_id"], unique=False)

    op.create_table(
        "reminders",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "stretch",
                "caffeine",
                "dinner_caffeine",
                "hydration",
                "summary",
                name="kind",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("times", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=True),
        sa.Column("weekdays", sa.Integer(), nullable=False),
        sa.Column("with_sound", sa.Boolean(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("next_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("next_local", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=True),
        sa.Column("last_local", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_reminders_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminders")),
        sa.UniqueConstraint("user_id", "kind", name=op.f("uq_reminders_user_id_kind")),
    )
    with op.batch_alter_table("reminders", schema=None) as batch_op:
        batch_op.create_index(
            "ix_reminders_due",
            ["priority", "next_at"],
            unique=False,
            sqlite_where=sa.text("next_at IS NOT NULL"),
            postgresql_where=sa.text("next_at IS NOT NULL"),
        )
        batch_op.create_index(batch_op.f("ix_reminders_user_id"), ["user_id"], unique=False)

    op.create_table(
        "weekly_summaries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("week_on", sa.Date(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("caption", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("updated_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("sent_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_weekly_summaries_user_id_users"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_weekly_summaries")),
        sa.UniqueConstraint("user_id", "week_on", name=op.f("uq_weekly_summaries_user_id_week_on")),
    )
    with op.batch_alter_table("weekly_summaries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_weekly_summaries_user_id"), ["user_id"], unique=False)

    op.create_table(
        "deliveries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "reminder_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "stretch",
                "caffeine",
                "dinner_caffeine",
                "hydration",
                "summary",
                name="kind",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("due_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("night_on", sa.Date(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "claimed",
                "sending",
                "sent",
                "unknown",
                "missed",
                "failed",
                name="deliverystatus",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("send_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("useful_until_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("claimed_by", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=True),
        sa.Column("lease_until_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("sent_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("has_buttons", sa.Boolean(), nullable=False),
        sa.Column("later_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column(
            "answer",
            sa.Enum("done", "skipped", "no_answer", name="answer", native_enum=False, length=20),
            nullable=True,
        ),
        sa.Column("answered_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["reminder_id"],
            ["reminders.id"],
            name=op.f("fk_deliveries_reminder_id_reminders"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_deliveries_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("reminder_id", "due_at", name=op.f("uq_deliveries_reminder_id_due_at")),
    )
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.create_index(
            "ix_deliveries_buttons",
            ["reminder_id"],
            unique=False,
            sqlite_where=sa.text("has_buttons IS 1"),
            postgresql_where=sa.text("has_buttons IS true"),
        )
        batch_op.create_index(
            "ix_deliveries_later",
            ["later_at"],
            unique=False,
            sqlite_where=sa.text("later_at IS NOT NULL"),
            postgresql_where=sa.text("later_at IS NOT NULL"),
        )
        batch_op.create_index("ix_deliveries_open", ["status", "send_at"], unique=False)
        batch_op.create_index("ix_deliveries_user_night", ["user_id", "night_on"], unique=False)


def downgrade() -> None:

    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.drop_index("ix_deliveries_user_night")
        batch_op.drop_index("ix_deliveries_open")
        batch_op.drop_index(
            "ix_deliveries_later",
            sqlite_where=sa.text("later_at IS NOT NULL"),
            postgresql_where=sa.text("later_at IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_deliveries_buttons",
            sqlite_where=sa.text("has_buttons IS 1"),
            postgresql_where=sa.text("has_buttons IS true"),
        )

    op.drop_table("deliveries")
    with op.batch_alter_table("weekly_summaries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_weekly_summaries_user_id"))

    op.drop_table("weekly_summaries")
    with op.batch_alter_table("reminders", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reminders_user_id"))
        batch_op.drop_index(
            "ix_reminders_due",
            sqlite_where=sa.text("next_at IS NOT NULL"),
            postgresql_where=sa.text("next_at IS NOT NULL"),
        )

    op.drop_table("reminders")
    with op.batch_alter_table("night_checks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_night_checks_user_id"))

    op.drop_table("night_checks")
    with op.batch_alter_table("cramps", schema=None) as batch_op:
        batch_op.drop_index("ix_cramps_user_night")

    op.drop_table("cramps")
    op.drop_table("users")
    op.drop_table("pace")
    with op.batch_alter_table("failed_updates", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_failed_updates_user_id"))

    op.drop_table("failed_updates")
    op.drop_table("facts")
