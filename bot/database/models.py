"""Every table. Instants end in ``_at`` and are aware UTC; local dates end in ``_on``."""

from datetime import date, datetime, time
from enum import StrEnum
from typing import Any
from uuid import uuid4

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


def _names(kind: type[StrEnum], length: int = 20) -> Any:
    """A column that stores an enum's values as text, the same in every database."""
    return sa.Enum(
        kind,
        native_enum=False,
        create_constraint=False,
        length=length,
        values_callable=lambda members: [member.value for member in members],
    )


def _new_name() -> str:
    return uuid4().hex


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


class HitAnswer(StrEnum):
    """How a person answered a nudge about a warning sign."""

    SEEN_DOCTOR = "seen_doctor"
    NOT_NOW = "not_now"


class TrialStatus(StrEnum):
    """Where a fair test of one habit stands."""

    RUNNING = "running"
    STOPPED = "stopped"
    FINISHED = "finished"


class User(SQLModel, table=True):
    """A person in a private chat with the bot; the key is Telegram's user id (also the chat's)."""

    __tablename__ = "users"

    id: int = Field(sa_column=sa.Column(sa.BigInteger, primary_key=True, autoincrement=False))
    language: str = Field(default="en", max_length=16)
    """As Telegram said it last."""
    chosen_language: str | None = Field(default=None, max_length=16)
    """As the person chose it; None follows Telegram."""
    hour_cycle: int | None = Field(default=None, sa_type=sa.SmallInteger)
    """12 or 24: how the person wants to read the clock; None: as their country does."""
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
    emergency_number: str | None = Field(default=None, max_length=20)
    """The number that this person would call; None: said in words."""


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
    user_id: int = Field(sa_column=_owner())
    kind: Kind = Field(sa_type=_names(Kind))
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


class Caregiver(SQLModel, table=True):
    """Who may see a person's weeks and log a cramp for them; an invitation until accepted."""

    __tablename__ = "caregivers"

    user_id: int = Field(
        sa_column=sa.Column(
            sa.BigInteger,
            sa.ForeignKey("users.id", ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
        )
    )
    """The one who is helped."""
    code: str = Field(max_length=40, unique=True)
    """What the link of the invitation says; good for one person."""
    expires_at: datetime
    caregiver_id: int | None = Field(
        default=None, sa_column=sa.Column(sa.BigInteger, nullable=True, index=True)
    )
    """Telegram's id of the one who helps; None until they accepted."""
    since_at: datetime | None = None


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
    uid: str = Field(default_factory=_new_name, max_length=32)
    """Names the entry in exported files, for ever; see ``bot.features.diary.names``."""
    tapped_at: datetime
    """When it was entered: the logging message was sent; a corrected time does not change it."""
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
    """Codes separated by commas, in the order of the value set; so are the other lists."""
    count_tonight: int = 1
    """1 to 4 cramps that this entry stands for; 4 means four or more."""
    sleep_disturbance: int | None = None
    back_to_sleep: str | None = Field(default=None, max_length=20)
    context: str | None = Field(default=None, max_length=30)
    possible_triggers: str = Field(default="", max_length=400)
    relief_tried: str = Field(default="", max_length=200)
    relief_helped: str | None = Field(default=None, max_length=20)
    day_impact: str | None = Field(default=None, max_length=20)
    twitch_days: str | None = Field(default=None, max_length=20)
    """For twitches: for how long it has been going on."""
    twitch_elsewhere: str | None = Field(default=None, max_length=20)
    twitch_weak_or_stiff: str | None = Field(default=None, max_length=20)
    note: str | None = Field(default=None, max_length=500)
    edited_at: datetime | None = None
    """When something was last told or corrected; None: as it was first logged."""
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


class HabitDay(SQLModel, table=True):
    """Whether a person did something on the evening that a night begins with."""

    __tablename__ = "habit_days"
    __table_args__ = (sa.UniqueConstraint("user_id", "night_on", "habit"),)

    id: int | None = Field(default=None, sa_column=sa.Column(RowId, primary_key=True))
    user_id: int = Field(sa_column=_owner())
    night_on: date
    habit: Habit = Field(sa_type=_names(Habit, 30))
    done: bool
    answered_at: datetime


class ProfileItem(SQLModel, table=True):
    """One thing that a person chose to tell about their health (``health_profile``)."""

    __tablename__ = "profile_items"
    __table_args__ = (sa.UniqueConstraint("user_id", "item"),)

    id: int | None = Field(default=None, sa_column=sa.Column(RowId, primary_key=True))
    user_id: int = Field(sa_column=_owner())
    item: str = Field(max_length=40)
    value: str = Field(max_length=40)
    told_at: datetime


class Medicine(SQLModel, table=True):
    """A medicine as its taker typed it."""

    __tablename__ = "medicines"
    __table_args__ = (sa.UniqueConstraint("user_id", "uid"),)

    id: int | None = Field(default=None, sa_column=sa.Column(RowId, primary_key=True))
    user_id: int = Field(sa_column=_owner())
    uid: str = Field(default_factory=_new_name, max_length=32)
    words: str = Field(max_length=120)
    started_on: date | None = None
    told_at: datetime


class FlagHit(SQLModel, table=True):
    """A warning sign that the diary met or that the person ticked, and what came of it."""

    __tablename__ = "flag_hits"
    __table_args__ = (sa.UniqueConstraint("user_id", "rule", "hit_on"),)

    id: int | None = Field(default=None, sa_column=sa.Column(RowId, primary_key=True))
    user_id: int = Field(sa_column=_owner())
    rule: str = Field(max_length=40)
    """``P1`` to ``P14``, or the code of a sign of the warning cards."""
    level: str = Field(max_length=20)
    """info, soon, urgent or emergency."""
    hit_on: date
    """The local date on which it was met."""
    hit_at: datetime
    shown: bool = False
    """Whether the person was told at once or in a summary; other hits are for the report only."""
    answer: HitAnswer | None = Field(default=None, sa_type=_names(HitAnswer))
    answered_at: datetime | None = None


class Experiment(SQLModel, table=True):
    """A fair test of one habit on one person: blocks with and without, in an order drawn by lot."""

    __tablename__ = "experiments"
    __table_args__ = (sa.UniqueConstraint("user_id", "uid"),)

    id: int | None = Field(default=None, sa_column=sa.Column(RowId, primary_key=True))
    user_id: int = Field(sa_column=_owner())
    uid: str = Field(default_factory=_new_name, max_length=32)
    habit: Habit = Field(sa_type=_names(Habit, 30))
    words: str | None = Field(default=None, max_length=120)
    block_days: int
    blocks: str = Field(max_length=40)
    """The order as drawn, one letter a block: ``a`` with the habit, ``b`` without."""
    starts_on: date
    """The first block's first night."""
    status: TrialStatus = Field(default=TrialStatus.RUNNING, sa_type=_names(TrialStatus))
    stopped_on: date | None = None
    stopped_why: str | None = Field(default=None, max_length=40)
    created_at: datetime
    told_at: datetime | None = None
    """When the result was told."""


class ReportDraft(SQLModel, table=True):
    """The report that a person is putting together: its period, and the lines they took out."""

    __tablename__ = "report_drafts"

    user_id: int = Field(
        sa_column=sa.Column(
            sa.BigInteger,
            sa.ForeignKey("users.id", ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
        )
    )
    weeks: int = 8
    last_on: date
    left_out: str = Field(default="", max_length=1000)
    """Codes of lines, separated by commas."""
    name: str | None = Field(default=None, max_length=80)
    """How the person wants to be named on it; None: not at all."""
    questions: str | None = Field(default=None, max_length=1000)
    """What the person wants to ask."""
    message_id: int | None = None
    updated_at: datetime


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
    limited: str | None = Field(default=None, max_length=20)
    """Whether cramps limited the person that week: no, a_bit, a_lot."""
    limited_at: datetime | None = None
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


class Stranger(SQLModel, table=True):
    """Somebody whom a private bot has told that it is private; kept so that it says so once."""

    __tablename__ = "strangers"

    user_id: int = Field(sa_column=sa.Column(sa.BigInteger, primary_key=True, autoincrement=False))
    answered_at: datetime


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
