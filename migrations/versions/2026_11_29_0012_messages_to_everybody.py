"""messages of an admin to everybody, who wants none, and the command menus of admins."""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("users", sa.Column("wants_news", sa.Boolean()))
    op.add_column("users", sa.Column("admin_menu", sa.String(64)))
    has_menu = sa.text("admin_menu IS NOT NULL")
    op.create_index(
        "ix_users_admin_menu", "users", ["id"], sqlite_where=has_menu, postgresql_where=has_menu
    )
    op.create_table(
        "broadcasts",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("admin_id", sa.BigInteger()),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("unknown", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.BigInteger()),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("started_at", sqlmodel.sql.sqltypes.UTCDateTime()),
        sa.Column("worked_at", sqlmodel.sql.sqltypes.UTCDateTime()),
        sa.Column("ended_at", sqlmodel.sql.sqltypes.UTCDateTime()),
        sa.CheckConstraint(
            "state IN ('draft', 'running', 'stopping', 'stopped', 'done')",
            name=op.f("ck_broadcasts_broadcast_state"),
        ),
        sa.ForeignKeyConstraint(
            ["admin_id"],
            ["users.id"],
            name=op.f("fk_broadcasts_admin_id_users"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_broadcasts")),
    )
    op.create_index(op.f("ix_broadcasts_admin_id"), "broadcasts", ["admin_id"])
    is_open = sa.text("state IN ('running', 'stopping')")
    op.create_index(
        "ix_broadcasts_open", "broadcasts", ["id"], sqlite_where=is_open, postgresql_where=is_open
    )
    op.create_table(
        "broadcast_copies",
        sa.Column("broadcast_id", ROW_ID, nullable=False),
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("held_by", sa.String(32)),
        sa.Column("again_at", sqlmodel.sql.sqltypes.UTCDateTime()),
        sa.ForeignKeyConstraint(
            ["broadcast_id"],
            ["broadcasts.id"],
            name=op.f("fk_broadcast_copies_broadcast_id_broadcasts"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_broadcast_copies_user_id_users"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("broadcast_id", "user_id", name=op.f("pk_broadcast_copies")),
    )
    op.create_index(op.f("ix_broadcast_copies_user_id"), "broadcast_copies", ["user_id"])


def downgrade() -> None:
    op.drop_table("broadcast_copies")
    op.drop_table("broadcasts")
    op.drop_index("ix_users_admin_menu", "users")
    op.drop_column("users", "admin_menu")
    op.drop_column("users", "wants_news")
