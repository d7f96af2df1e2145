"""caregivers."""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "caregivers",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("code", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("expires_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("caregiver_id", sa.BigInteger(), nullable=True),
        sa.Column("since_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_caregivers_user_id_users"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_caregivers")),
        sa.UniqueConstraint("code", name=op.f("uq_caregivers_code")),
    )
    with op.batch_alter_table("caregivers") as table:
        table.create_index(op.f("ix_caregivers_caregiver_id"), ["caregiver_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("caregivers") as table:
        table.drop_index(op.f("ix_caregivers_caregiver_id"))
    op.drop_table("caregivers")
