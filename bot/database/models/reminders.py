"""Reminders and their deliveries, and the shared pace of sending."""

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from bot.database.models.base import EVERY_DAY, RowId, enum_type, owner_column


class Kind(StrEnum):
    """What a reminder is about."""

    STRETCH = "stretch"
    CAFFEINE = "caffeine"
    DINNER_CAFFEINE = "dinner_caffeine"
    HYDRATION = "hydration"
    MEAL = "meal"
    CUSTOM = "custom"
    CHECK_IN = "check_in"
    SUMMARY = "summary"


class DeliveryStatus(StrEnum):
    """Where one occurrence of a reminder stands on its way to the person."""

    CLAIMED = "claimed"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    MISSED = "missed"
    FAILED = "failed"
    NOT_NEEDED = "not_needed"
    """There was nothing to say after all, such as a morning check-in of a night that is logged."""


class Answer(StrEnum):
    """How a reminder was answered."""

    DONE = "done"
    SKIPPED = "skipped"
    NO_ANSWER = "no_answer"


class Reminder(SQLModel, table=True):
    """One kind of nudge of one person. The row is the schedule: ``next_at`` says when it is due."""

    __tablename__ = "reminders"
    __table_args__ = (
        sa.UniqueConstraint("user_id", "kind", "slot"),
        sa.Index(
            "ix_reminders_due",
            "priority",
            "next_at",
            sqlite_where=sa.text("next_at IS NOT NULL"),
            postgresql_where=sa.text("next_at IS NOT NULL"),
        ),
    )

    id: int | None = Field(default=None, sa_column=sa.Column(RowId, primary_key=True))
    user_id: int = Field(sa_column=owner_column())
    kind: Kind = Field(sa_type=enum_type(Kind))
    slot: int = 0
    """Tells several reminders of one kind apart: those in the person's own words."""
    words: str | None = Field(default=None, max_length=120)
    """What a custom reminder says."""
    enabled: bool = True
    times: str | None = Field(default=None, max_length=200)
    """Local times the person chose (``22:15`` or ``08:00,12:30``); None follows the defaults."""
    weekdays: int = EVERY_DAY
    """Bit 0 is Monday, bit 6 Sunday."""
    rests: str | None = None
    """Spans of nights without it (``2027-01-10/2027-01-16,…``, both ends included): the blocks
    of a fair test that go without the habit."""
    with_sound: bool = True
    priority: int = 0
    """0 goes first, 1 waits: drinks and summaries are less pressing."""
    next_at: datetime | None = None
    next_local: str | None = Field(default=None, max_length=16)
    """Wall-clock time (``2027-03-28T22:20``) that ``next_at`` stands for: the occurrence's key."""
    last_local: str | None = Field(default=None, max_length=16)
    """Key of the latest claimed occurrence; no later plan may come before or upon it."""


class Delivery(SQLModel, table=True):
    """One occurrence of a reminder on its way to the person, and how it was answered."""

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
        sa.Index(
            "ix_deliveries_later",
            "later_at",
            sqlite_where=sa.text("later_at IS NOT NULL"),
            postgresql_where=sa.text("later_at IS NOT NULL"),
        ),
        sa.Index("ix_deliveries_user_night", "user_id", "night_on"),
    )

    id: int | None = Field(default=None, sa_column=sa.Column(RowId, primary_key=True))
    reminder_id: int = Field(
        sa_column=sa.Column(
            RowId, sa.ForeignKey("reminders.id", ondelete="CASCADE"), nullable=False
        )
    )
    user_id: int = Field(
        sa_column=sa.Column(
            sa.BigInteger, sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False
        )
    )
    kind: Kind = Field(sa_type=enum_type(Kind))
    due_at: datetime
    night_on: date
    """The evening it belongs to, whenever it is answered."""
    status: DeliveryStatus = Field(
        default=DeliveryStatus.CLAIMED, sa_type=enum_type(DeliveryStatus)
    )
    send_at: datetime
    """When to send: ``due_at`` at first, later after "Later" or a retry."""
    useful_until_at: datetime | None = None
    """After this instant it is dropped instead of sent; None: always sent."""
    attempts: int = 0
    claimed_by: str | None = Field(default=None, max_length=40)
    lease_until_at: datetime | None = None
    sent_at: datetime | None = None
    message_id: int | None = None
    has_buttons: bool = False
    """Whether the message still carries buttons that must go when the next one is sent."""
    later_at: datetime | None = None
    answer: Answer | None = Field(default=None, sa_type=enum_type(Answer))
    answered_at: datetime | None = None


class Pace(SQLModel, table=True):
    """One row: when the next reminder may go out, shared by all replicas."""

    __tablename__ = "pace"

    id: int = Field(default=1, primary_key=True)
    free_at: datetime
