"""Add the chosen language and clock (12 or 24 hours) to users."""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("users") as table:
        table.add_column(
            sa.Column("chosen_language", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=True)
        )
        table.add_column(sa.Column("hour_cycle", sa.SmallInteger(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("users") as table:
        table.drop_column("hour_cycle")
        table.drop_column("chosen_language")
