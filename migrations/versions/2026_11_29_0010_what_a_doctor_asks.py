"""what a doctor asks: falls, tingling, sleep, the day before a night, and dates of medicines.

Beside that: a fair test can rest, a met warning sign can be withdrawn, a report can name who it is
about, and a guided stretch is counted.
"""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

FELL = ("no", "nearly", "yes_hurt", "yes_not_hurt")
YES_NO = ("yes", "no")
YES_NO_UNSURE = ("yes", "no", "unsure")
TWITCH = {
    "twitch_elsewhere": YES_NO_UNSURE,
    "twitch_weak_or_stiff": ("weak", "stiff", "both", "yes", "no", "unsure"),
}
EXPOSURES = (
    "alcohol_evening",
    "long_standing",
    "long_sitting",
    "hot_day",
    "hard_exercise",
    "caffeine_late",
    "poor_sleep",
    "stress",
)


def upgrade() -> None:
    with op.batch_alter_table("cramps") as table:
        table.add_column(sa.Column("twitch_tingling", sa.String(20)))
        table.add_column(sa.Column("fell", sa.String(20)))
        table.add_column(sa.Column("signs", sa.String(60)))
        for column, values in TWITCH.items():
            table.drop_constraint(op.f(f"ck_cramps_{column}"), type_="check")
            table.create_check_constraint(op.f(f"ck_cramps_{column}"), _is_one_of(column, values))
        table.create_check_constraint(
            op.f("ck_cramps_twitch_tingling"), _is_one_of("twitch_tingling", YES_NO_UNSURE)
        )
        table.create_check_constraint(op.f("ck_cramps_fell"), _is_one_of("fell", FELL))
    with op.batch_alter_table("medicines") as table:
        table.add_column(sa.Column("stopped_on", sa.Date()))
        table.add_column(sa.Column("changed_on", sa.Date()))
        table.add_column(sa.Column("worse_after", sa.String(20)))
        table.add_column(sa.Column("worse_asked_at", sqlmodel.sql.sqltypes.UTCDateTime()))
        table.create_check_constraint(
            op.f("ck_medicines_worse_after"), _is_one_of("worse_after", YES_NO_UNSURE)
        )
    op.add_column("night_checks", sa.Column("sleep_quality", sa.SmallInteger()))
    op.add_column("users", sa.Column("asks_more", sa.Boolean()))
    op.add_column("flag_hits", sa.Column("withdrawn_at", sqlmodel.sql.sqltypes.UTCDateTime()))
    op.add_column("flag_hits", sa.Column("counted", sa.JSON()))
    op.add_column("experiments", sa.Column("paused_at", sqlmodel.sql.sqltypes.UTCDateTime()))
    op.add_column("experiments", sa.Column("paused_why", sa.String(40)))
    op.add_column("experiments", sa.Column("notice_read_at", sqlmodel.sql.sqltypes.UTCDateTime()))
    op.add_column("report_drafts", sa.Column("identifier", sa.String(40)))
    op.add_column("users", sa.Column("shut_gates", sa.String(200)))
    op.add_column("report_drafts", sa.Column("tried_before", sa.String(1000)))
    op.add_column("report_drafts", sa.Column("dialysis_days", sa.String(80)))
    op.add_column("report_drafts", sa.Column("results", sa.String(1000)))
    op.create_table(
        "night_exposures",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("night_on", sa.Date(), nullable=False),
        sa.Column("exposure", sa.String(20), nullable=False),
        sa.Column("present", sa.Boolean(), nullable=False),
        sa.Column("answered_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.CheckConstraint(
            _is_one_of("exposure", EXPOSURES), name=op.f("ck_night_exposures_exposure")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_night_exposures_user_id_users"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_night_exposures")),
        sa.UniqueConstraint(
            "user_id",
            "night_on",
            "exposure",
            name=op.f("uq_night_exposures_user_id_night_on_exposure"),
        ),
    )
    op.create_index(op.f("ix_night_exposures_user_id"), "night_exposures", ["user_id"])
    op.create_table(
        "stretch_counts",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("delivery_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("step", sa.SmallInteger(), nullable=False),
        sa.Column("way", sa.String(20), nullable=False),
        sa.Column("started_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_stretch_counts_user_id_users"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_stretch_counts")),
    )


def downgrade() -> None:
    op.drop_column("users", "shut_gates")
    op.drop_table("stretch_counts")
    op.drop_table("night_exposures")
    for column in ("results", "dialysis_days", "tried_before", "identifier"):
        op.drop_column("report_drafts", column)
    for column in ("notice_read_at", "paused_why", "paused_at"):
        op.drop_column("experiments", column)
    # The older version would show a withdrawn sign.
    op.execute("DELETE FROM flag_hits WHERE withdrawn_at IS NOT NULL")
    op.drop_column("flag_hits", "counted")
    op.drop_column("flag_hits", "withdrawn_at")
    op.drop_column("users", "asks_more")
    op.drop_column("night_checks", "sleep_quality")
    with op.batch_alter_table("medicines") as table:
        table.drop_constraint(op.f("ck_medicines_worse_after"), type_="check")
        for column in ("worse_asked_at", "worse_after", "changed_on", "stopped_on"):
            table.drop_column(column)
    cramps = sa.table("cramps", *map(sa.column, TWITCH))
    some = ("weak", "stiff", "both")
    op.execute(
        sa.update(cramps)
        .where(cramps.c.twitch_weak_or_stiff.in_(some))
        .values(twitch_weak_or_stiff="yes")
    )
    for name in TWITCH:
        op.execute(sa.update(cramps).where(cramps.c[name] == "unsure").values({name: None}))
    with op.batch_alter_table("cramps") as table:
        table.drop_constraint(op.f("ck_cramps_fell"), type_="check")
        table.drop_constraint(op.f("ck_cramps_twitch_tingling"), type_="check")
        for column in TWITCH:
            table.drop_constraint(op.f(f"ck_cramps_{column}"), type_="check")
            table.create_check_constraint(op.f(f"ck_cramps_{column}"), _is_one_of(column, YES_NO))
        table.drop_column("signs")
        table.drop_column("fell")
        table.drop_column("twitch_tingling")


def _is_one_of(column: str, values: Sequence[str]) -> sa.TextClause:
    listed = ", ".join(f"'{value}'" for value in values)
    return sa.text(f"{column} IN ({listed})")
