"""Reminders and their deliveries, and the shared pace of sending."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from bot.database.models.base import (
    RowId,
    enum_type,
    owner_column,
    owner_key,
    partial_index,
)
from bot.database.stored_values import EVERY_DAY, Answer, DeliveryStatus, Kind


class Reminder(SQLModel, table=True):
    """A reminder of one person. The row is its own schedule: ``next_at`` says when it is due."""

    __tablename__ = "reminders"
    __table_args__ = (
        sa.UniqueConstraint("user_id", "kind", "slot"),
        partial_index("ix_reminders_due", "priority", "next_at", where="next_at IS NOT NULL"),
    )

    id: int | None = Field(default=None, sa_column=sa.Column(RowId, primary_key=True))
    user_id: int = Field(sa_column=owner_column())
    kind: Kind = Field(sa_type=enum_type(Kind))
    slot: int = 0
    """Distinguishes the custom reminders of one person; 0 for all other kinds."""
    words: str | None = Field(default=None, max_length=120)
    """What a custom reminder says."""
    enabled: bool = True
    times: str | None = Field(default=None, max_length=200)
    """Local times the person chose (``22:15`` or ``08:00,12:30``); None follows the defaults."""
    weekdays: int = EVERY_DAY
    """Bit 0 is Monday, bit 6 Sunday."""
    rests: str | None = None
    """Spans of nights on which it rests (``2027-01-10/2027-01-16,…``, both ends included): the
    blocks of a fair test without the habit."""
    muted: str | None = Field(default=None, max_length=40)
    """A span of evenings on which the person wants none (``2027-01-14/2027-01-20``, both ends
    included)."""
    stop_asked_at: datetime | None = None
    """The due instant of the occurrence in whose place it was asked whether to stop."""
    with_sound: bool = True
    priority: int = 0
    """0 is sent first; 1 is for drinks, meals and summaries, which are less urgent."""
    next_at: datetime | None = None
    next_local: str | None = Field(default=None, max_length=16)
    """The wall-clock time of ``next_at`` (``2027-03-28T22:20``): the key of the occurrence."""
    last_local: str | None = Field(default=None, max_length=16)
    """The key of the latest claimed occurrence; later ones have a greater key."""


class Delivery(SQLModel, table=True):
    """The delivery of one occurrence of a reminder, and how the person answered it."""

    __tablename__ = "deliveries"
    __table_args__ = (
        sa.UniqueConstraint("reminder_id", "due_at"),
        sa.Index("ix_deliveries_open", "status", "send_at"),
        sa.Index(
            "ix_deliveries_buttons",
            "reminder_id",
            sqlite_where=sa.text("has_buttons IS 1"),
            postgresql_where=sa.text("has_buttons IS true"),
        ),
        partial_index("ix_deliveries_later", "later_at", where="later_at IS NOT NULL"),
        partial_index("ix_deliveries_tidy", "tidy_at", where="tidy_at IS NOT NULL"),
        sa.Index("ix_deliveries_user_night", "user_id", "night_on"),
    )

    id: int | None = Field(default=None, sa_column=sa.Column(RowId, primary_key=True))
    reminder_id: int = Field(
        sa_column=sa.Column(
            RowId, sa.ForeignKey("reminders.id", ondelete="CASCADE"), nullable=False
        )
    )
    user_id: int = Field(sa_column=owner_column(indexed=False))
    kind: Kind = Field(sa_type=enum_type(Kind))
    due_at: datetime
    night_on: date
    """The night that it belongs to, by the date of its evening."""
    status: DeliveryStatus = Field(
        default=DeliveryStatus.CLAIMED, sa_type=enum_type(DeliveryStatus)
    )
    send_at: datetime
    """When to send it: ``due_at`` at first, another instant after "Later" or for a retry."""
    useful_until_at: datetime | None = None
    """After this instant it is dropped instead of sent; None: it is always sent."""
    attempts: int = 0
    claimed_by: str | None = Field(default=None, max_length=40)
    """The name of the process that holds the claim."""
    lease_until_at: datetime | None = None
    """When the claim runs out (PostgreSQL only)."""
    sent_at: datetime | None = None
    message_id: int | None = None
    has_buttons: bool = False
    """Whether the message has buttons, which are removed when the next delivery is sent."""
    tidy_at: datetime | None = None
    """When its message is to be removed or made smaller; None: it stays as it is."""
    later_at: datetime | None = None
    """When to send it again, because the person tapped "Later"."""
    answer: Answer | None = Field(default=None, sa_type=enum_type(Answer))
    answered_at: datetime | None = None


class ReminderNight(SQLModel, table=True):
    """What is kept of the deliveries of one night after 400 days: how they were answered."""

    __tablename__ = "reminder_nights"
    __table_args__ = (sa.UniqueConstraint("user_id", "night_on"),)

    id: int | None = Field(default=None, sa_column=sa.Column(RowId, primary_key=True))
    user_id: int = Field(sa_column=owner_column(indexed=False))
    night_on: date
    answers: str = Field(sa_type=sa.Text)
    """What reached the person, in the form of ``bot/features/diary/old_reminders.py``; empty when
    nothing did."""


class Pace(SQLModel, table=True):
    """One row, shared by all replicas: when the next reminder may be sent."""

    __tablename__ = "pace"

    id: int = Field(default=1, primary_key=True)
    free_at: datetime


class StretchCount(SQLModel, table=True):
    """The count that runs in a person's guided stretch; what it says follows from the clock."""

    __tablename__ = "stretch_counts"

    user_id: int = Field(sa_column=owner_key())
    delivery_id: int = Field(default=0, sa_type=sa.BigInteger)
    """The reminder that led to it; 0 without one."""
    message_id: int = Field(sa_type=sa.BigInteger)
    step: int = Field(sa_type=sa.SmallInteger)
    """The step that the count began with, from 0."""
    way: str = Field(max_length=20)
    started_at: datetime
    held_by: str | None = Field(default=None, max_length=32)
    """The process that counts."""
