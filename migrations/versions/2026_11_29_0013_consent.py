"""what people agreed to, and when.

Nobody who is in the database has been asked: the new columns stay empty.
"""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

VERSIONS = ("consent_version", "consent_asked_version")
INSTANTS = ("consented_at", "consent_withdrawn_at")


def upgrade() -> None:
    for column in VERSIONS:
        op.add_column("users", sa.Column(column, sa.SmallInteger()))
    for column in INSTANTS:
        op.add_column("users", sa.Column(column, sqlmodel.sql.sqltypes.UTCDateTime()))


def downgrade() -> None:
    """Pause whoever took back their consent: an older version knows no other way to be silent."""
    op.execute(
        sa.text(
            "UPDATE users SET paused = true, paused_until_at = NULL "
            "WHERE consent_withdrawn_at IS NOT NULL"
        )
    )
    for column in (*INSTANTS, *VERSIONS):
        op.drop_column("users", column)
