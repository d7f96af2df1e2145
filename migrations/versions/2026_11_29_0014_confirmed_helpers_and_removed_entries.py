"""who may help is confirmed, and removed entries lose their content.

Helpers of before see what they saw: all weeks.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """New columns with their indexes."""
    op.add_column("caregivers", sa.Column("asked_id", sa.BigInteger()))
    op.create_index(op.f("ix_caregivers_asked_id"), "caregivers", ["asked_id"])
    op.add_column("caregivers", sa.Column("shown_from_on", sa.Date()))
    op.add_column(
        "cramps", sa.Column("is_empty", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    to_empty = sa.text("deleted_at IS NOT NULL AND NOT is_empty")
    op.create_index(
        "ix_cramps_to_empty",
        "cramps",
        ["deleted_at"],
        sqlite_where=to_empty,
        postgresql_where=to_empty,
    )


def downgrade() -> None:
    """Without them, an invitation whose answer is open is an open one."""
    op.drop_index("ix_cramps_to_empty", "cramps")
    op.drop_column("cramps", "is_empty")
    op.drop_column("caregivers", "shown_from_on")
    op.drop_index(op.f("ix_caregivers_asked_id"), "caregivers")
    op.drop_column("caregivers", "asked_id")
