"""what a kind answer and a tidy chat need.

One pair of functions for each part, so that each can be read alone.
"""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Each part adds its columns and tables."""
    _add_earlier_nights()
    _add_meeting()
    _add_log_addresses()
    _add_looking()
    _add_edits()
    _add_reliefs()
    _add_tidy_chat()


def downgrade() -> None:
    """The same parts in the opposite order."""
    _drop_tidy_chat()
    _drop_reliefs()
    _drop_edits()
    _drop_looking()
    _drop_log_addresses()
    _drop_meeting()
    _drop_earlier_nights()


def _add_meeting() -> None:
    """Which message asks, which album was answered, and when it was said what is not read."""
    op.add_column("users", sa.Column("question_message_id", sa.Integer()))
    op.add_column("users", sa.Column("album_id", sa.String(64)))
    op.add_column("users", sa.Column("album_answer_message_id", sa.Integer()))
    op.add_column("users", sa.Column("unread_told_at", sqlmodel.sql.sqltypes.UTCDateTime()))


def _drop_meeting() -> None:
    for column in ("unread_told_at", "album_answer_message_id", "album_id", "question_message_id"):
        op.drop_column("users", column)


def _add_log_addresses() -> None:
    op.create_table(
        "log_addresses",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("token_hash", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("made_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("used_at", sqlmodel.sql.sqltypes.UTCDateTime()),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_log_addresses_user_id_users"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_log_addresses")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_log_addresses_token_hash")),
    )


def _drop_log_addresses() -> None:
    op.drop_table("log_addresses")


def _add_looking() -> None:
    """Whether pictures are light, and which stored weeks are no week of the summaries."""
    op.add_column("users", sa.Column("light_pictures", sa.Boolean()))
    op.add_column(
        "weekly_summaries",
        sa.Column("is_view", sa.Boolean(), server_default=sa.false(), nullable=False),
    )


def _drop_looking() -> None:
    op.drop_column("weekly_summaries", "is_view")
    op.drop_column("users", "light_pictures")


def _add_earlier_nights() -> None:
    """How nights were bounded before bed or wake time changed."""
    op.add_column("users", sa.Column("earlier_nights", sa.String(1200)))


def _drop_earlier_nights() -> None:
    op.drop_column("users", "earlier_nights")


# What is on screen, and changes that can be undone ---------------------------------------------


def _add_edits() -> None:
    op.add_column("users", sa.Column("on_screen", sa.String(64)))
    op.create_table(
        "entry_changes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("cramp_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("message_id", sa.BigInteger()),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("words", sa.String(500)),
        sa.Column("undone", sa.Boolean(), nullable=False),
        sa.Column("made_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_entry_changes_user_id_users"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["cramp_id"],
            ["cramps.id"],
            name=op.f("fk_entry_changes_cramp_id_cramps"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry_changes")),
    )
    op.create_index(
        op.f("ix_entry_changes_user_message"), "entry_changes", ["user_id", "message_id"]
    )
    op.create_index(op.f("ix_entry_changes_cramp_id"), "entry_changes", ["cramp_id"])
    op.create_index(op.f("ix_entry_changes_made_at"), "entry_changes", ["made_at"])


def _drop_edits() -> None:
    op.drop_table("entry_changes")
    op.drop_column("users", "on_screen")


def _add_reliefs() -> None:
    """What counts the minutes of a cramp; and which process counts a stretch."""
    op.create_table(
        "reliefs",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite")),
        sa.Column("message_id", sa.BigInteger()),
        sa.Column("move", sa.String(20), nullable=False),
        sa.Column("way", sa.String(20), nullable=False),
        sa.Column("started_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("next_at", sqlmodel.sql.sqltypes.UTCDateTime()),
        sa.Column("warned_at", sqlmodel.sql.sqltypes.UTCDateTime()),
        sa.Column("ended_at", sqlmodel.sql.sqltypes.UTCDateTime()),
        sa.Column("held_by", sa.String(32)),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_reliefs_user_id_users"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["cramps.id"],
            name=op.f("fk_reliefs_entry_id_cramps"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reliefs")),
    )
    op.create_index(op.f("ix_reliefs_user_id"), "reliefs", ["user_id"])
    op.create_index(op.f("ix_reliefs_entry_id"), "reliefs", ["entry_id"])
    op.create_index(op.f("ix_reliefs_started_at"), "reliefs", ["started_at"])
    is_held = sa.text("held_by IS NOT NULL")
    op.create_index(
        "ix_reliefs_held_by",
        "reliefs",
        ["held_by", "next_at"],
        sqlite_where=is_held,
        postgresql_where=is_held,
    )
    op.add_column("stretch_counts", sa.Column("held_by", sa.String(32)))
    op.execute("UPDATE stretch_counts SET held_by = ''")


def _drop_reliefs() -> None:
    op.drop_column("stretch_counts", "held_by")
    op.drop_table("reliefs")


def _add_tidy_chat() -> None:
    """Reminders can be muted, are asked about once, and their messages go when they are stale."""
    op.add_column("reminders", sa.Column("muted", sa.String(40)))
    op.add_column("reminders", sa.Column("stop_asked_at", sqlmodel.sql.sqltypes.UTCDateTime()))
    op.add_column("deliveries", sa.Column("tidy_at", sqlmodel.sql.sqltypes.UTCDateTime()))
    wanted = sa.text("tidy_at IS NOT NULL")
    op.create_index(
        "ix_deliveries_tidy",
        "deliveries",
        ["tidy_at"],
        sqlite_where=wanted,
        postgresql_where=wanted,
    )


def _drop_tidy_chat() -> None:
    op.drop_index("ix_deliveries_tidy", "deliveries")
    op.drop_column("deliveries", "tidy_at")
    op.drop_column("reminders", "stop_asked_at")
    op.drop_column("reminders", "muted")
