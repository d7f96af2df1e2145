"""the question that waits for an answer, with what its buttons say."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Nobody has one yet."""
    op.add_column("users", sa.Column("open_question", sa.Text()))
    op.add_column("users", sa.Column("open_question_message_id", sa.Integer()))


def downgrade() -> None:
    """Without the questions: what their buttons say can no longer be typed."""
    op.drop_column("users", "open_question_message_id")
    op.drop_column("users", "open_question")
