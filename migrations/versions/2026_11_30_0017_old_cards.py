"""When the card of an entry is reduced to one line."""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision: str = "0017"
down_revision: str | None = "0016"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """The newest entry of each person may have its whole card in the chat: it is due now."""
    op.add_column("cramps", sa.Column("tidy_at", sqlmodel.sql.sqltypes.UTCDateTime()))
    op.execute(
        "UPDATE cramps SET tidy_at = tapped_at WHERE reply_message_id IS NOT NULL"
        " AND id IN (SELECT max(id) FROM cramps GROUP BY user_id)"
    )
    where = sa.text("tidy_at IS NOT NULL")
    op.create_index(
        "ix_cramps_tidy", "cramps", ["tidy_at"], postgresql_where=where, sqlite_where=where
    )


def downgrade() -> None:
    """Cards are reduced at the next entry again."""
    op.drop_index("ix_cramps_tidy", "cramps")
    op.drop_column("cramps", "tidy_at")
