"""Messages of an admin to everybody, and what is still on its way of them."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from bot.database.models.base import RowId, enum_type, partial_index


class BroadcastState(StrEnum):
    """How far a broadcast has come."""

    DRAFT = "draft"
    """Its admin has not decided yet; nobody gets it."""
    RUNNING = "running"
    STOPPING = "stopping"
    """No further message is sent; its figures are not final yet."""
    STOPPED = "stopped"
    DONE = "done"


class Broadcast(SQLModel, table=True):
    """A message to everybody. See ``bot/features/administration``."""

    __tablename__ = "broadcasts"
    __table_args__ = (
        partial_index("ix_broadcasts_open", "id", where="state IN ('running', 'stopping')"),
    )

    id: int | None = Field(default=None, sa_column=sa.Column(RowId, primary_key=True))
    admin_id: int | None = Field(
        default=None,
        sa_column=sa.Column(
            sa.BigInteger, sa.ForeignKey("users.id", ondelete="SET NULL"), index=True
        ),
    )
    """Who wrote it; None: they have erased everything about themselves since."""
    texts: dict[str, str] = Field(sa_type=sa.JSON)
    """Code of a language → its text. The empty code has the text for all other languages."""
    state: BroadcastState = Field(
        default=BroadcastState.DRAFT,
        sa_type=enum_type(BroadcastState, 10, checked_as="broadcast_state"),
    )
    people: int = 0
    """How many people were to get it when the preview was shown to its admin."""
    position: int = Field(default=0, sa_column=sa.Column(sa.BigInteger, nullable=False))
    """Everybody up to this id has had their turn; people whose message is still to be sent have a
    row in ``broadcast_copies``."""
    sent: int = 0
    failed: int = 0
    unknown: int = 0
    """Messages of unknown outcome, because the connection or the process broke. They are not
    repeated."""
    message_id: int | None = Field(default=None, sa_type=sa.BigInteger)
    """The message in the admin's chat that shows how far it is."""
    created_at: datetime
    started_at: datetime | None = None
    worked_at: datetime | None = None
    """When the leader last worked on it. One that rested for long is stopped: the database may be a
    restored backup, and people may have got the message long ago."""
    ended_at: datetime | None = None


class BroadcastCopy(SQLModel, table=True):
    """The message for one person, from the moment it is claimed until its outcome is known."""

    __tablename__ = "broadcast_copies"

    broadcast_id: int = Field(
        sa_column=sa.Column(
            RowId, sa.ForeignKey("broadcasts.id", ondelete="CASCADE"), primary_key=True
        )
    )
    user_id: int = Field(
        sa_column=sa.Column(
            sa.BigInteger,
            sa.ForeignKey("users.id", ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
            index=True,
        )
    )
    held_by: str | None = Field(default=None, max_length=32)
    """The process that is sending it; None: it was refused, and is tried again."""
    again_at: datetime | None = None
    """When it is tried again."""
