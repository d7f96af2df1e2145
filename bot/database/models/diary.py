"""What people log: cramps, nights and habits."""

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from bot.database.cramp_values import (
    Activity,
    BackToSleep,
    DayImpact,
    Duration,
    EventType,
    ReliefHelped,
    Side,
    Site,
    TimePrecision,
    TwitchDays,
    WokeMe,
    YesNo,
)
from bot.database.models.base import RowId, enum_type, new_uid, owner_column


class NightStatus(StrEnum):
    """What a person said of a whole night."""

    NONE_LAST_NIGHT = "none_last_night"
    HAD_CRAMPS = "had_cramps"
    SKIP = "skip"


class Habit(StrEnum):
    """Something a person may do of an evening; a day's answers are yes, no or unanswered."""

    STRETCH_DONE = "stretch_done"
    CAFFEINE_AFTER_CUTOFF = "caffeine_after_cutoff"
    HYDRATION_DONE = "hydration_done"
    MAGNESIUM_RICH_MEAL = "magnesium_rich_meal"
    OTHER = "other"
    """What a fair test is about, in the person's words."""


class Cramp(SQLModel, table=True):
    """One diary entry. The tap's own message is its natural key, so a replay writes it once."""

    __tablename__ = "cramps"
    __table_args__ = (
        sa.UniqueConstraint("user_id", "message_id"),
        sa.UniqueConstraint("user_id", "uid"),
        sa.Index("ix_cramps_user_night", "user_id", "night_on"),
    )

    id: int | None = Field(default=None, sa_column=sa.Column(RowId, primary_key=True))
    user_id: int = Field(
        sa_column=sa.Column(
            sa.BigInteger, sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False
        )
    )
    message_id: int = Field(sa_column=sa.Column(RowId, nullable=False))
    """The message that logged it; negative for what no message did: an entry of /history, of an
    imported file, of the Mini App (whose numbers are long)."""
    uid: str = Field(default_factory=new_uid, max_length=32)
    """Names the entry in exported files, for ever; see ``bot.features.diary.names``."""
    tapped_at: datetime
    """When it was entered: the logging message was sent; a corrected time does not change it."""
    occurred_at: datetime
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
    duration: Duration | None = Field(
        default=None, sa_type=enum_type(Duration, checked_as="duration")
    )
    woke_me: WokeMe | None = Field(default=None, sa_type=enum_type(WokeMe, checked_as="woke_me"))
    after_effects: str = Field(default="", max_length=200)
    """Codes separated by commas, in the order of the value set; so are the other lists."""
    count_tonight: int = 1
    """1 to 4 cramps that this entry stands for; 4 means four or more."""
    sleep_disturbance: int | None = None
    back_to_sleep: BackToSleep | None = Field(
        default=None, sa_type=enum_type(BackToSleep, checked_as="back_to_sleep")
    )
    context: Activity | None = Field(
        default=None, sa_type=enum_type(Activity, 30, checked_as="context")
    )
    possible_triggers: str = Field(default="", max_length=400)
    relief_tried: str = Field(default="", max_length=200)
    relief_helped: ReliefHelped | None = Field(
        default=None, sa_type=enum_type(ReliefHelped, checked_as="relief_helped")
    )
    day_impact: DayImpact | None = Field(
        default=None, sa_type=enum_type(DayImpact, checked_as="day_impact")
    )
    twitch_days: TwitchDays | None = Field(
        default=None, sa_type=enum_type(TwitchDays, checked_as="twitch_days")
    )
    """For twitches: for how long it has been going on."""
    twitch_elsewhere: YesNo | None = Field(
        default=None, sa_type=enum_type(YesNo, checked_as="twitch_elsewhere")
    )
    twitch_weak_or_stiff: YesNo | None = Field(
        default=None, sa_type=enum_type(YesNo, checked_as="twitch_weak_or_stiff")
    )
    note: str | None = Field(default=None, max_length=500)
    edited_at: datetime | None = None
    """When something was last told or corrected; None: as it was first logged."""
    same_as_id: int | None = Field(
        default=None,
        sa_column=sa.Column(
            RowId, sa.ForeignKey("cramps.id", ondelete="CASCADE"), nullable=True, index=True
        ),
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
    user_id: int = Field(sa_column=owner_column())
    night_on: date
    status: NightStatus = Field(sa_type=enum_type(NightStatus))
    answered_at: datetime


class HabitDay(SQLModel, table=True):
    """Whether a person did something on the evening that a night begins with."""

    __tablename__ = "habit_days"
    __table_args__ = (sa.UniqueConstraint("user_id", "night_on", "habit"),)

    id: int | None = Field(default=None, sa_column=sa.Column(RowId, primary_key=True))
    user_id: int = Field(sa_column=owner_column())
    night_on: date
    habit: Habit = Field(sa_type=enum_type(Habit, 30))
    done: bool
    answered_at: datetime
