"""long numbers of taps."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    if _is_postgres():  # SQLite's integers are as long as they must be
        op.alter_column("cramps", "message_id", type_=sa.BigInteger())


def downgrade() -> None:
    if _is_postgres():
        # Numbers that the older column does not take are given anew, counting down from the lowest
        # that it does: their order stays, and an entry is never lost.
        op.execute(
            """
            UPDATE cramps SET message_id = short.number
            FROM (
                SELECT id, -2147483648 + row_number() OVER (
                    PARTITION BY user_id ORDER BY message_id
                ) - 1 AS number
                FROM cramps WHERE message_id < -2147483648
            ) AS short
            WHERE cramps.id = short.id
            """
        )
        op.alter_column("cramps", "message_id", type_=sa.Integer())


def _is_postgres() -> bool:
    return op.get_bind().dialect.name == "postgresql"
