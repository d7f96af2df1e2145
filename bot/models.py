"""Every table. Instants end in ``_at`` and are aware UTC; local dates end in ``_on``."""

from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

# Constraint names must not depend on the database, or migrations could not name what they change.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

# SQLite numbers rows by itself only in a column declared INTEGER.
RowId = sa.BigInteger().with_variant(sa.Integer, "sqlite")
EVERY_DAY = 0b1111111


def _names(kind: type[StrEnum]) -> Any:
    """A column that stores an enum's values as text, the same in every database."""
    return sa.Enum(
        kind,
        native_enum=False,
        create_constraint=False,
        length=20,
        values_callable=lambda members: [member.value for member in members],
    )


def _owner() -> Any:
    return sa.Column(
        sa.BigInteger, sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True
    )


class Fluids(StrEnum):
    """The answer to the fluid question; only ``FREE`` allows drink reminders."""

    FREE = "free"
    LIMITED = "limited"
    UNSURE = "unsure"


class SetupStep(StrEnum):
    """The question at which meeting the bot stands."""

    TIME_ZONE = "time_zone"
    BED = "bed"
    WAKE = "wake"
    FLUIDS = "fluids"
    DONE = "done"


class Kind(StrEnum):
    """What a reminder is about."""

    STRETCH = "stretch"
    CAFFEINE = "caffeine"
    DINNER_CAFFEINE = "dinner_caffeine"
    HYDRATION = "hydration"
    SUMMARY = "summary"


class DeliveryStatus(StrEnum):
    """Where one occurrence of a reminder stands on its way to the person."""

    CLAIMED = "claimed"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    MISSED = "missed"
    FAILED = "failed"


class Answer(StrEnum):
    """How a reminder was answered."""

    DONE = "done"
    SKIPPED = "skipped"
    NO_ANSWER = "no_answer"


class NightStatus(StrEnum):
    """What a person said of a whole night."""

    NONE_LAST_NIGHT = "none_last_night"
    HAD_CRAMPS = "had_cramps"
    SKIP = "skip"


class User(SQLModel, table=True):
    """A person in a private chat with the bot; the key is Telegram's user id (also the chat's)."""

    __tablename__ = "users"

    id: int = Field(sa_column=sa.Column(sa.BigInteger, primary_key=True, autoincrement=False))
    language: str = Field(default="en", max_length=16)
    created_at: datetime
    setup_step: SetupStep = Field(default=SetupStep.TIME_ZONE, sa_type=_names(SetupStep))
    time_zone: str | None = Field(default=None, max_length=64)
    home_zone: str | None = Field(default=None, max_length=64)
    """While travelling: the zone that reminders keep, until ``home_zone_until_on``."""
    home_zone_until_on: date | None = None
    bed_time: time | None = None
    wake_time: time | None = None
    fluids: Fluids | None = Field(default=None, sa_type=_names(Fluids))
    spread_seconds: int = 0
    """This person's own offset, 0 to 599 s, of times that they did not choose."""
    paused: bool = False
    paused_until_at: datetime | None = None
    blocked_at: datetime | None = None
    awaiting: str | None = Field(default=None, max_length=64)
    """What typed text would answer, in the form of callback data; None when nothing was asked."""
    keyboard_sent_at: datetime | None = None


class Reminder(SQLModel, table=True):
    """One kind of nudge of one person. The row is the schedule: ``next_at`` says when it is due."""

    __tablename__ = "reminders"
    __table_args__ = (
        sa.UniqueConstraint("user_id", "kind"),
        sa.Index(
            "ix_reminders_due",
            "priority",
            "next_at",
            sqlite_where=sa.text("next_at IS NOT NULL"),
            postgresql_where=sa.text("next_at IS NOT NULL"),
        ),
    )

    id: int | None = Field(default=None, sa_column=sa.Column(RowId, primary_key=True))
    user_id: int = Field(sa_column=_owner())
    kind: Kind = Field(sa_type=_names(Kind))
    enabled: bool = True
    times: str | None = Field(default=None, max_length=200)
    """Local times the person chose (``22:15`` or ``08:00,12:30``); None follows the defaults."""
    weekdays: int = EVERY_DAY
    """Bit 0 is Monday, bit 6 Sunday."""
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
    kind: Kind = Field(sa_type=_names(Kind))
    due_at: datetime
    night_on: date
    """The evening it belongs to, whenever it is answered."""
    status: DeliveryStatus = Field(default=DeliveryStatus.CLAIMED, sa_type=_names(DeliveryStatus))
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
    answer: Answer | None = Field(default=None, sa_type=_names(Answer))
    answered_at: datetime | None = None


class Cramp(SQLModel, table=True):
    """One diary entry. The tap's own message is its natural key, so a replay writes it once."""

    __tablename__ = "cramps"
    __table_args__ = (
        sa.UniqueConstraint("user_id", "message_id"),
        sa.Index("ix_cramps_user_night", "user_id", "night_on"),
    )

    id: int | None = Field(default=None, sa_column=sa.Column(RowId, primary_key=True))
    user_id: int = Field(
        sa_column=sa.Column(
            sa.BigInteger, sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False
        )
    )
    message_id: int
    tapped_at: datetime
    """When the logging message was sent; a corrected time does not change it."""
    occurred_at: datetime
    time_precision: str = Field(default="exact", max_length=20)
    time_zone: str = Field(max_length=64)
    night_on: date
    event_type: str = Field(default="cramp", max_length=20)
    site: str | None = Field(default=None, max_length=20)
    side: str | None = Field(default=None, max_length=20)
    intensity: int | None = None
    duration: str | None = Field(default=None, max_length=20)
    woke_me: str | None = Field(default=None, max_length=20)
    after_effects: str = Field(default="", max_length=200)
    """Codes separated by commas, in the order of the value set."""
    same_as_id: int | None = Field(
        default=None,
        sa_column=sa.Column(RowId, sa.ForeignKey("cramps.id", ondelete="CASCADE"), nullable=True),
    )
    """Set when the tap was understood as a second tap for this earlier entry: then it counts as
    no entry of its own."""
    deleted_at: datetime | None = None
    reply_message_id: int | None = None


class NightCheck(SQLModel, table=True):
    """What the person said of a whole night; it makes "no cramp" differ from "no entry"."""

    __tablename__ = "night_checks"
    __table_args__ = (sa.UniqueConstraint("user_id", "night_on"),)

    id: int | None = Field(default=None, sa_column=sa.Column(RowId, primary_key=True))
    user_id: int = Field(sa_column=_owner())
    night_on: date
    status: NightStatus = Field(sa_type=_names(NightStatus))
    answered_at: datetime


class WeeklySummary(SQLModel, table=True):
    """A week's figures as last shown, and the message that shows them."""

    __tablename__ = "weekly_summaries"
    __table_args__ = (sa.UniqueConstraint("user_id", "week_on"),)

    id: int | None = Field(default=None, sa_column=sa.Column(RowId, primary_key=True))
    user_id: int = Field(sa_column=_owner())
    week_on: date
    """Date of the first of its seven nights."""
    figures: dict[str, Any] = Field(sa_type=sa.JSON)
    caption: str
    message_id: int | None = None
    created_at: datetime
    updated_at: datetime
    sent_at: datetime | None = None


class FailedUpdate(SQLModel, table=True):
    """An update that a handler could not take because of a bug; kept a few days for replay."""

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


class Pace(SQLModel, table=True):
    """One row: when the next reminder may go out, shared by all replicas."""

    __tablename__ = "pace"

    id: int = Field(default=1, primary_key=True)
    free_at: datetime


class Fact(SQLModel, table=True):
    """A named fact about the installation, such as the version of the time-zone rules in use."""

    __tablename__ = "facts"

    name: str = Field(primary_key=True, max_length=40)
    value: str = Field(max_length=200)
