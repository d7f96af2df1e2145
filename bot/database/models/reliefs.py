"""Reliefs: what was shown during a cramp, and for how long it has been going on."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from bot.database.models.base import RowId, owner_column, partial_index


class Relief(SQLModel, table=True):
    """One message with moves against a cramp, and the minutes that it counts.

    What the message says follows from the row and the clock. A row is deleted after two days: the
    length that it measured is in the entry.
    """

    __tablename__ = "reliefs"
    __table_args__ = (
        partial_index("ix_reliefs_held_by", "held_by", "next_at", where="held_by IS NOT NULL"),
    )

    id: int | None = Field(default=None, sa_column=sa.Column(RowId, primary_key=True))
    user_id: int = Field(sa_column=owner_column())
    entry_id: int | None = Field(
        default=None,
        sa_column=sa.Column(
            RowId, sa.ForeignKey("cramps.id", ondelete="SET NULL"), nullable=True, index=True
        ),
    )
    """The entry of the cramp; None while there is none."""
    message_id: int | None = Field(default=None, sa_type=sa.BigInteger)
    """The message that shows the moves; None until it was sent."""
    move: str = Field(max_length=20)
    """Which move it shows."""
    way: str = Field(max_length=20)
    """Seated or lying."""
    started_at: datetime = Field(index=True)
    """When the cramp began, as far as the taps say."""
    next_at: datetime | None = None
    """When the message changes next, or the warning card is due; None: nothing is to come."""
    warned_at: datetime | None = None
    """When the warning card was claimed, which is before it is sent."""
    ended_at: datetime | None = None
    """When the person said that it has let go."""
    held_by: str | None = Field(default=None, max_length=32)
    """The process that edits the message; None: nothing is to come."""
