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
        # Numbers that the older column does not take are given anew, counting up from the lowest
        # that it does, after those that an earlier way back gave: an entry is never lost. The
        # numbers of /history begin far above them.
        op.execute(
            """
            UPDATE cramps SET message_id = short.number
            FROM (
                SELECT long.id, row_number() OVER (
                    PARTITION BY long.user_id ORDER BY long.message_id
                ) + coalesce(
                    (
                        SELECT max(given.message_id) FROM cramps AS given
                        WHERE given.user_id = long.user_id
                        AND given.message_id BETWEEN -2147483648 AND -2147200000
                    ),
                    -2147483649
                ) AS number
                FROM cramps AS long WHERE long.message_id < -2147483648
            ) AS short
            WHERE cramps.id = short.id
            """
        )
        op.alter_column("cramps", "message_id", type_=sa.Integer())


def _is_postgres() -> bool:
    return op.get_bind().dialect.name == "postgresql"
