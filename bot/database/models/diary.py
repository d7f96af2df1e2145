"""What people log: cramps, nights and habits."""

from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from bot.database.cramp_values import (
    Activity,
    BackToSleep,
    DayImpact,
    Duration,
    EventType,
    Fell,
    ReliefHelped,
    Side,
    Site,
    TimePrecision,
    TwitchDays,
    WeakOrStiff,
    WokeMe,
    YesNo,
)
from bot.database.models.base import RowId, enum_type, new_uid, owner_column, partial_index
from bot.database.stored_values import Exposure, Habit, NightStatus

REMOVED_KEPT = timedelta(days=7)
"""How long a removed entry keeps its content and can be put back."""


class Cramp(SQLModel, table=True):
    """A diary entry. The message that logged it is its natural key, so a replay is idempotent."""

    __tablename__ = "cramps"
    __table_args__ = (
        sa.UniqueConstraint("user_id", "message_id"),
        sa.UniqueConstraint("user_id", "uid"),
        sa.Index("ix_cramps_user_night", "user_id", "night_on"),
        partial_index(
            "ix_cramps_to_empty", "deleted_at", where="deleted_at IS NOT NULL AND NOT is_empty"
        ),
        partial_index("ix_cramps_tidy", "tidy_at", where="tidy_at IS NOT NULL"),
    )

    id: int | None = Field(default=None, sa_column=sa.Column(RowId, primary_key=True))
    user_id: int = Field(sa_column=owner_column(indexed=False))
    message_id: int = Field(sa_column=sa.Column(RowId, nullable=False))
    """The id of the message that logged it. Negative for entries that no message logged: those made
    in /history, by an import, or in the Mini App (whose ids are long)."""
    uid: str = Field(default_factory=new_uid, max_length=32)
    """Identifies the entry in exported files. See ``features/diary/uids``."""
    tapped_at: datetime
    """When the message that logged it was sent. A corrected time does not change it."""
    occurred_at: datetime
    """When the cramp happened, as far as ``time_precision`` says."""
    time_precision: TimePrecision = Field(
        default=TimePrecision.EXACT, sa_type=enum_type(TimePrecision, checked_as="time_precision")
    )
    time_zone: str = Field(max_length=64)
    night_on: date
    event_type: EventType = Field(
        default=EventType.CRAMP, sa_type=enum_type(EventType, checked_as="event_type")
    )
    site: Site | None = Field(default=None, sa_type=enum_type(Site, checked_as="site"))
    side: Side | None = Field(default=None, sa_type=enum_type(Side, checked_as="side"))
    intensity: int | None = None
    """0 to 10."""
    duration: Duration | None = Field(
        default=None, sa_type=enum_type(Duration, checked_as="duration")
    )
    woke_me: WokeMe | None = Field(default=None, sa_type=enum_type(WokeMe, checked_as="woke_me"))
    after_effects: str = Field(default="", max_length=200)
    """Values of ``AfterEffect``, separated by commas, in the order of the value set."""
    count_tonight: int = 1
    """How many cramps this entry stands for, 1 to 4; 4 means four or more."""
    sleep_disturbance: int | None = None
    """0 to 10."""
    back_to_sleep: BackToSleep | None = Field(
        default=None, sa_type=enum_type(BackToSleep, checked_as="back_to_sleep")
    )
    context: Activity | None = Field(
        default=None, sa_type=enum_type(Activity, 30, checked_as="context")
    )
    possible_triggers: str = Field(default="", max_length=400)
    """Values of ``Trigger``, separated by commas."""
    relief_tried: str = Field(default="", max_length=200)
    """Values of ``Relief``, separated by commas."""
    relief_helped: ReliefHelped | None = Field(
        default=None, sa_type=enum_type(ReliefHelped, checked_as="relief_helped")
    )
    day_impact: DayImpact | None = Field(
        default=None, sa_type=enum_type(DayImpact, checked_as="day_impact")
    )
    twitch_days: TwitchDays | None = Field(
        default=None, sa_type=enum_type(TwitchDays, checked_as="twitch_days")
    )
    """For how long a twitch has been going on."""
    twitch_elsewhere: YesNo | None = Field(
        default=None, sa_type=enum_type(YesNo, checked_as="twitch_elsewhere")
    )
    twitch_weak_or_stiff: WeakOrStiff | None = Field(
        default=None, sa_type=enum_type(WeakOrStiff, checked_as="twitch_weak_or_stiff")
    )
    twitch_tingling: YesNo | None = Field(
        default=None, sa_type=enum_type(YesNo, checked_as="twitch_tingling")
    )
    fell: Fell | None = Field(default=None, sa_type=enum_type(Fell, checked_as="fell"))
    note: str | None = Field(default=None, max_length=500)
    edited_at: datetime | None = None
    """When the entry was last changed; None: never."""
    same_as_id: int | None = Field(
        default=None,
        sa_column=sa.Column(
            RowId, sa.ForeignKey("cramps.id", ondelete="CASCADE"), nullable=True, index=True
        ),
    )
    """The earlier entry of the same cramp, when this is a second tap for it; such a row does not
    count as an entry."""
    signs: str | None = Field(default=None, max_length=60)
    """The warning signs that the entry met when it was last looked at, such as ``P11:urgent``,
    separated by commas; None: none. A card is shown when it meets more."""
    deleted_at: datetime | None = None
    """When the person removed the entry, which they can undo for :data:`REMOVED_KEPT`."""
    is_empty: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})
    """Whether only the row of a removed entry is left: its uid, so that an import does not bring it
    back, its night and its message. What was told is gone."""
    reply_message_id: int | None = None
    """The message of the bot that shows the entry."""
    tidy_at: datetime | None = None
    """When that message is reduced to one line with one button; None: it was already, or there is
    none."""


class EntryChange(SQLModel, table=True):
    """One change of an entry, kept for some weeks so that it can be undone.

    ``before`` and ``after`` have the changed columns of ``cramps`` with their values as JSON.
    """

    __tablename__ = "entry_changes"
    __table_args__ = (sa.Index("ix_entry_changes_user_message", "user_id", "message_id"),)

    id: int | None = Field(default=None, sa_column=sa.Column(RowId, primary_key=True))
    user_id: int = Field(sa_column=owner_column(indexed=False))
    cramp_id: int = Field(
        sa_column=sa.Column(
            RowId, sa.ForeignKey("cramps.id", ondelete="CASCADE"), nullable=False, index=True
        )
    )
    message_id: int | None = Field(default=None, sa_type=sa.BigInteger)
    """The person's own message that made the change; when they edit it, the change follows.
    Negative: the id of the entry that was merged into this one."""
    before: dict[str, Any] = Field(sa_column=sa.Column(sa.JSON, nullable=False))
    after: dict[str, Any] = Field(sa_column=sa.Column(sa.JSON, nullable=False))
    words: str | None = Field(default=None, max_length=500)
    """What the message added to the note."""
    undone: bool = False
    made_at: datetime = Field(index=True)


class NightCheck(SQLModel, table=True):
    """What the person said about a whole night. It distinguishes "no cramp" from "no entry"."""

    __tablename__ = "night_checks"
    __table_args__ = (sa.UniqueConstraint("user_id", "night_on"),)

    id: int | None = Field(default=None, sa_column=sa.Column(RowId, primary_key=True))
    user_id: int = Field(sa_column=owner_column())
    night_on: date
    status: NightStatus = Field(sa_type=enum_type(NightStatus))
    sleep_quality: int | None = Field(default=None, sa_type=sa.SmallInteger)
    """0, the best, to 10, the worst."""
    answered_at: datetime


class NightExposure(SQLModel, table=True):
    """Whether something was so on the day or evening of a night."""

    __tablename__ = "night_exposures"
    __table_args__ = (sa.UniqueConstraint("user_id", "night_on", "exposure"),)

    id: int | None = Field(default=None, sa_column=sa.Column(RowId, primary_key=True))
    user_id: int = Field(sa_column=owner_column())
    night_on: date
    exposure: Exposure = Field(sa_type=enum_type(Exposure, checked_as="exposure"))
    present: bool
    answered_at: datetime


class HabitDay(SQLModel, table=True):
    """Whether a person did something in the evening of a night."""

    __tablename__ = "habit_days"
    __table_args__ = (sa.UniqueConstraint("user_id", "night_on", "habit"),)

    id: int | None = Field(default=None, sa_column=sa.Column(RowId, primary_key=True))
    user_id: int = Field(sa_column=owner_column())
    night_on: date
    habit: Habit = Field(sa_type=enum_type(Habit, 30))
    done: bool
    answered_at: datetime
