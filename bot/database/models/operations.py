"""Rows about the installation."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel


class InboxState(StrEnum):
    """How far an update is."""

    WAITING = "waiting"
    """Stored and acknowledged; its effect is still to come."""
    APPLIED = "applied"
    """Its effect is committed; replies may still have to be sent."""
    DONE = "done"
    """Dealt with. Only its id is kept, so that it has no effect when it comes again."""


class InboxRow(SQLModel, table=True):
    """An update that was taken over from Telegram; see ``bot/telegram/inbox.py``."""

    __tablename__ = "inbox"
    __table_args__ = (
        sa.Index(
            "ix_inbox_open",
            "user_id",
            "update_id",
            sqlite_where=sa.text("state != 'done'"),
            postgresql_where=sa.text("state <> 'done'"),
        ),
        sa.Index(
            "ix_inbox_held",
            "held_by",
            "held_until",
            sqlite_where=sa.text("state != 'done'"),
            postgresql_where=sa.text("state <> 'done'"),
        ),
        sa.Index("ix_inbox_received_at", "received_at"),
    )

    update_id: int = Field(
        sa_column=sa.Column(sa.BigInteger, primary_key=True, autoincrement=False)
    )
    user_id: int | None = Field(default=None, sa_column=sa.Column(sa.BigInteger, nullable=True))
    """Who sent it; no foreign key, because people are met by their first update."""
    state: str = Field(max_length=10)
    """One of ``InboxState``."""
    raw: str | None = Field(default=None, sa_type=sa.Text)
    """The update as JSON, until it is done."""
    replies: bytes | None = Field(default=None, sa_type=sa.LargeBinary)
    """What is still to be said, from the commit of the effect until it is said."""
    attempts: int = 0
    held_by: str | None = Field(default=None, max_length=32)
    """The process that deals with it."""
    held_until: datetime | None = None
    received_at: datetime


class FailedUpdate(SQLModel, table=True):
    """An update whose handler failed because of a bug; kept for a few days, to be replayed."""

    __tablename__ = "failed_updates"

    update_id: int = Field(
        sa_column=sa.Column(sa.BigInteger, primary_key=True, autoincrement=False)
    )
    user_id: int | None = Field(
        default=None, sa_column=sa.Column(sa.BigInteger, nullable=True, index=True)
    )
    raw: dict[str, Any] = Field(sa_type=sa.JSON)
    error: str = Field(max_length=200)
    failed_at: datetime


class Fact(SQLModel, table=True):
    """A named fact about the installation, such as the version of the time-zone rules in use."""

    __tablename__ = "facts"

    name: str = Field(primary_key=True, max_length=40)
    value: str = Field(max_length=200)
