"""a diary for a consultation."""

from collections.abc import Sequence
from uuid import UUID, uuid5

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "experiments",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("uid", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column(
            "habit",
            sa.Enum(
                "stretch_done",
                "caffeine_after_cutoff",
                "hydration_done",
                "magnesium_rich_meal",
                "other",
                name="habit",
                native_enum=False,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("words", sqlmodel.sql.sqltypes.AutoString(length=120), nullable=True),
        sa.Column("block_days", sa.Integer(), nullable=False),
        sa.Column("blocks", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "running", "stopped", "finished", name="trialstatus", native_enum=False, length=20
            ),
            nullable=False,
        ),
        sa.Column("stopped_on", sa.Date(), nullable=True),
        sa.Column("stopped_why", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=True),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("told_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_experiments_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_experiments")),
        sa.UniqueConstraint("user_id", "uid", name=op.f("uq_experiments_user_id_uid")),
    )
    with op.batch_alter_table("experiments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_experiments_user_id"), ["user_id"], unique=False)

    op.create_table(
        "flag_hits",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("rule", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("level", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("hit_on", sa.Date(), nullable=False),
        sa.Column("hit_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.Column(
            "answer",
            sa.Enum("seen_doctor", "not_now", name="hitanswer", native_enum=False, length=20),
            nullable=True,
        ),
        sa.Column("answered_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_flag_hits_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flag_hits")),
        sa.UniqueConstraint(
            "user_id", "rule", "hit_on", name=op.f("uq_flag_hits_user_id_rule_hit_on")
        ),
    )
    with op.batch_alter_table("flag_hits", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_flag_hits_user_id"), ["user_id"], unique=False)

    op.create_table(
        "habit_days",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("night_on", sa.Date(), nullable=False),
        sa.Column(
            "habit",
            sa.Enum(
                "stretch_done",
                "caffeine_after_cutoff",
                "hydration_done",
                "magnesium_rich_meal",
                "other",
                name="habit",
                native_enum=False,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.Column("answered_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_habit_days_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_habit_days")),
        sa.UniqueConstraint(
            "user_id", "night_on", "habit", name=op.f("uq_habit_days_user_id_night_on_habit")
        ),
    )
    with op.batch_alter_table("habit_days", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_habit_days_user_id"), ["user_id"], unique=False)

    op.create_table(
        "medicines",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("uid", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("words", sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("told_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_medicines_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_medicines")),
        sa.UniqueConstraint("user_id", "uid", name=op.f("uq_medicines_user_id_uid")),
    )
    with op.batch_alter_table("medicines", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_medicines_user_id"), ["user_id"], unique=False)

    op.create_table(
        "profile_items",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("item", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("value", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("told_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_profile_items_user_id_users"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profile_items")),
        sa.UniqueConstraint("user_id", "item", name=op.f("uq_profile_items_user_id_item")),
    )
    with op.batch_alter_table("profile_items", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_profile_items_user_id"), ["user_id"], unique=False)

    op.create_table(
        "report_drafts",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("weeks", sa.Integer(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("left_out", sqlmodel.sql.sqltypes.AutoString(length=1000), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=80), nullable=True),
        sa.Column("questions", sqlmodel.sql.sqltypes.AutoString(length=1000), nullable=True),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("updated_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_report_drafts_user_id_users"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_report_drafts")),
    )
    with op.batch_alter_table("cramps", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "uid",
                sqlmodel.sql.sqltypes.AutoString(length=32),
                nullable=False,
                server_default="",
            )
        )
        batch_op.add_column(
            sa.Column("count_tonight", sa.Integer(), nullable=False, server_default="1")
        )
        batch_op.add_column(sa.Column("sleep_disturbance", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column("back_to_sleep", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=True)
        )
        batch_op.add_column(
            sa.Column("context", sqlmodel.sql.sqltypes.AutoString(length=30), nullable=True)
        )
        batch_op.add_column(
            sa.Column(
                "possible_triggers",
                sqlmodel.sql.sqltypes.AutoString(length=400),
                nullable=False,
                server_default="",
            )
        )
        batch_op.add_column(
            sa.Column(
                "relief_tried",
                sqlmodel.sql.sqltypes.AutoString(length=200),
                nullable=False,
                server_default="",
            )
        )
        batch_op.add_column(
            sa.Column("relief_helped", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=True)
        )
        batch_op.add_column(
            sa.Column("day_impact", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=True)
        )
        batch_op.add_column(
            sa.Column("twitch_days", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=True)
        )
        batch_op.add_column(
            sa.Column(
                "twitch_elsewhere", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=True
            )
        )
        batch_op.add_column(
            sa.Column(
                "twitch_weak_or_stiff", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=True
            )
        )
        batch_op.add_column(
            sa.Column("note", sqlmodel.sql.sqltypes.AutoString(length=500), nullable=True)
        )
        batch_op.add_column(
            sa.Column("edited_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True)
        )

    _name_entries()
    with op.batch_alter_table("cramps", schema=None) as batch_op:
        for name in ("uid", "count_tonight", "possible_triggers", "relief_tried"):
            batch_op.alter_column(name, server_default=None)
        batch_op.create_unique_constraint(batch_op.f("uq_cramps_user_id_uid"), ["user_id", "uid"])

    with op.batch_alter_table("reminders", schema=None) as batch_op:
        batch_op.add_column(sa.Column("slot", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(
            sa.Column("words", sqlmodel.sql.sqltypes.AutoString(length=120), nullable=True)
        )
        batch_op.add_column(sa.Column("rests", sqlmodel.sql.sqltypes.AutoString(), nullable=True))
        batch_op.drop_constraint(batch_op.f("uq_reminders_user_id_kind"), type_="unique")
        batch_op.create_unique_constraint(
            batch_op.f("uq_reminders_user_id_kind_slot"), ["user_id", "kind", "slot"]
        )
    with op.batch_alter_table("reminders", schema=None) as batch_op:
        batch_op.alter_column("slot", server_default=None)

    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "emergency_number", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=True
            )
        )

    with op.batch_alter_table("weekly_summaries", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("limited", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=True)
        )
        batch_op.add_column(
            sa.Column("limited_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True)
        )


NAMESPACE = UUID("6f0c1d0e-52a1-4f0a-9a44-0b6f3a7f7c51")


def _name_entries() -> None:
    """Give entries that were logged before the uid by which exported files identify them."""
    cramps = sa.table(
        "cramps",
        sa.column("id", sa.BigInteger),
        sa.column("user_id", sa.BigInteger),
        sa.column("message_id", sa.Integer),
        sa.column("uid", sa.String),
    )
    connection = op.get_bind()
    rows = connection.execute(sa.select(cramps.c.id, cramps.c.user_id, cramps.c.message_id))
    names = [
        {"key": row.id, "name": uuid5(NAMESPACE, f"{row.user_id}/cramp/{row.message_id}").hex}
        for row in rows.all()
    ]
    if names:
        connection.execute(
            sa.update(cramps)
            .where(cramps.c.id == sa.bindparam("key"))
            .values(uid=sa.bindparam("name")),
            names,
        )


NEW_KINDS = ("meal", "custom", "check_in")


def _forget_what_was_unknown() -> None:
    """Rows that the older version could not read."""
    deliveries = sa.table("deliveries", sa.column("kind"), sa.column("status"))
    reminders = sa.table("reminders", sa.column("kind"))
    connection = op.get_bind()
    connection.execute(sa.delete(deliveries).where(deliveries.c.kind.in_(NEW_KINDS)))
    connection.execute(sa.delete(reminders).where(reminders.c.kind.in_(NEW_KINDS)))
    connection.execute(
        sa.update(deliveries).where(deliveries.c.status == "not_needed").values(status="missed")
    )


def downgrade() -> None:
    _forget_what_was_unknown()
    with op.batch_alter_table("weekly_summaries", schema=None) as batch_op:
        batch_op.drop_column("limited_at")
        batch_op.drop_column("limited")

    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.drop_column("emergency_number")

    with op.batch_alter_table("reminders", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_reminders_user_id_kind_slot"), type_="unique")
        batch_op.create_unique_constraint(
            batch_op.f("uq_reminders_user_id_kind"), ["user_id", "kind"]
        )
        batch_op.drop_column("rests")
        batch_op.drop_column("words")
        batch_op.drop_column("slot")

    with op.batch_alter_table("cramps", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_cramps_user_id_uid"), type_="unique")
        batch_op.drop_column("edited_at")
        batch_op.drop_column("note")
        batch_op.drop_column("twitch_weak_or_stiff")
        batch_op.drop_column("twitch_elsewhere")
        batch_op.drop_column("twitch_days")
        batch_op.drop_column("day_impact")
        batch_op.drop_column("relief_helped")
        batch_op.drop_column("relief_tried")
        batch_op.drop_column("possible_triggers")
        batch_op.drop_column("context")
        batch_op.drop_column("back_to_sleep")
        batch_op.drop_column("sleep_disturbance")
        batch_op.drop_column("count_tonight")
        batch_op.drop_column("uid")

    op.drop_table("report_drafts")
    with op.batch_alter_table("profile_items", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_profile_items_user_id"))

    op.drop_table("profile_items")
    with op.batch_alter_table("medicines", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_medicines_user_id"))

    op.drop_table("medicines")
    with op.batch_alter_table("habit_days", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_habit_days_user_id"))

    op.drop_table("habit_days")
    with op.batch_alter_table("flag_hits", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_flag_hits_user_id"))

    op.drop_table("flag_hits")
    with op.batch_alter_table("experiments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_experiments_user_id"))

    op.drop_table("experiments")
