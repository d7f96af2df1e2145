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
    _add_meeting()


def downgrade() -> None:
    """The same parts in the opposite order."""
    _drop_meeting()


def _add_meeting() -> None:
    """Which message asks, which album was answered, and when it was said what is not read."""
    op.add_column("users", sa.Column("question_message_id", sa.Integer()))
    op.add_column("users", sa.Column("album_id", sa.String(64)))
    op.add_column("users", sa.Column("album_answer_id", sa.Integer()))
    op.add_column("users", sa.Column("unread_told_at", sqlmodel.sql.sqltypes.UTCDateTime()))


def _drop_meeting() -> None:
    for column in ("unread_told_at", "album_answer_id", "album_id", "question_message_id"):
        op.drop_column("users", column)
