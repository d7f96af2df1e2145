"""Rows about the installation."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from bot.database.models.base import RowId, enum_type, owner_column, partial_index


class InboxState(StrEnum):
    """How far an update has come."""

    WAITING = "waiting"
    APPLIED = "applied"
    """Its effect is committed; replies are still to be sent."""
    DONE = "done"
    """Only its id is kept, so that it has no effect when it comes again."""


class InboxRow(SQLModel, table=True):
    """An update that was taken over from Telegram. See ``bot/telegram/inbox.py``."""

    __tablename__ = "inbox"
    __table_args__ = (
        partial_index("ix_inbox_open", "update_id", where="state != 'done'"),
        partial_index("ix_inbox_open_user_id", "user_id", "update_id", where="state != 'done'"),
        partial_index("ix_inbox_done", "received_at", where="state = 'done'"),
    )

    update_id: int = Field(
        sa_column=sa.Column(sa.BigInteger, primary_key=True, autoincrement=False)
    )
    user_id: int | None = Field(default=None, sa_column=sa.Column(sa.BigInteger, nullable=True))
    """Who sent it; not a foreign key, because a stranger's update has no person yet."""
    state: InboxState = Field(sa_type=enum_type(InboxState, 10, checked_as="inbox_state"))
    raw: str | None = Field(default=None, sa_type=sa.Text)
    """The update as JSON; removed when it is done, because it is diary content."""
    replies: bytes | None = None
    """What is still to be said; see ``bot/telegram/stored_replies.py``."""
    attempts: int = 0
    held_by: str | None = Field(default=None, max_length=32)
    """The process that handles it; None: any process may take it over."""
    received_at: datetime


class Lease(SQLModel, table=True):
    """Something that one process holds for as long as it keeps renewing it (PostgreSQL only)."""

    __tablename__ = "leases"

    name: str = Field(primary_key=True, max_length=64)
    holder: str = Field(max_length=32)
    until_at: datetime
    """When it ends, by the clock of the database, which all processes share."""


class JobState(StrEnum):
    """How far a job has come."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Job(SQLModel, table=True):
    """Heavy work for one person, done outside of the inbox: pages, an export, an import."""

    __tablename__ = "jobs"
    __table_args__ = (
        partial_index("ix_jobs_open", "id", where="finished_at IS NULL"),
        partial_index("ix_jobs_failed", "finished_at", where="state = 'failed'"),
    )

    id: int | None = Field(default=None, sa_column=sa.Column(RowId, primary_key=True))
    user_id: int = Field(sa_column=owner_column())
    kind: str = Field(max_length=40)
    arguments: dict[str, Any] = Field(sa_type=sa.JSON)
    state: JobState = Field(
        default=JobState.WAITING, sa_type=enum_type(JobState, 10, checked_as="job_state")
    )
    attempts: int = 0
    """How often it was begun; counted before it begins."""
    done: int = 0
    total: int | None = None
    """Progress: entries or pages that are done, and their total; None while that is not known."""
    message_id: int | None = Field(default=None, sa_type=sa.BigInteger)
    """The message that shows the progress."""
    held_by: str | None = Field(default=None, max_length=32)
    """The process that runs it."""
    queued_at: datetime
    finished_at: datetime | None = Field(default=None, index=True)


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
    failed_at: datetime = Field(index=True)


class Fact(SQLModel, table=True):
    """A named fact about the installation, such as the version of the time-zone rules in use."""

    __tablename__ = "facts"

    name: str = Field(primary_key=True, max_length=40)
    value: str = Field(max_length=200)


class Revoked(StrEnum):
    """What somebody has revoked."""

    ERASED = "erased"
    """All of it: everything about them was erased."""
    CONSENT = "consent"
    """Their consent: nothing more is stored of them."""
    AGREED = "agreed"
    """The opposite: they agreed again, so that an earlier ``CONSENT`` does not count any more."""


class Revocation(SQLModel, table=True):
    """A record that somebody was erased or took back their consent, without saying who.

    See ``bot/identity/revocations.py``.
    """

    __tablename__ = "revocations"

    person: str = Field(primary_key=True, max_length=32)
    """A keyed hash of their Telegram id, another one for each ``what``."""
    what: Revoked = Field(sa_type=enum_type(Revoked, 10, checked_as="revoked"))
    revoked_at: datetime = Field(index=True)
    """When they did so last."""
