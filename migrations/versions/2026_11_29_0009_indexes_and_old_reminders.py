"""indexes of periodic deletions, and what is kept of old reminders."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_index(op.f("ix_strangers_answered_at"), "strangers", ["answered_at"])
    op.create_index(op.f("ix_failed_updates_failed_at"), "failed_updates", ["failed_at"])
    op.create_table(
        "reminder_nights",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("night_on", sa.Date(), nullable=False),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_reminder_nights_user_id_users"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder_nights")),
        sa.UniqueConstraint(
            "user_id", "night_on", name=op.f("uq_reminder_nights_user_id_night_on")
        ),
    )


def downgrade() -> None:
    op.drop_table("reminder_nights")
    op.drop_index(op.f("ix_failed_updates_failed_at"), "failed_updates")
    op.drop_index(op.f("ix_strangers_answered_at"), "strangers")
