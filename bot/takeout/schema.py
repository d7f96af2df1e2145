"""The file that a diary is taken along in: JSON with a version, checked when it comes back.

Everything in it is plain: instants as UTC, local dates, codes of the health reference, section (b).
It carries no Telegram id. ``docs/export-format.md`` describes it for other programs.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    model_validator,
)

from bot.about.values import ITEMS, LONGEST_MEDICINE
from bot.cramps import values
from bot.models import (
    Answer,
    DeliveryStatus,
    Fluids,
    Habit,
    HitAnswer,
    Kind,
    NightStatus,
    TrialStatus,
)
from bot.nights import local_time, night_of
from bot.reminders.messages import LONGEST_WORDS
from bot.reminders.queries import parse_times
from bot.reminders.schedule import parse_rests

FORMAT = "calmcalf-diary"
VERSION = 1
MOST_ROWS = 20_000
YEARS = range(2000, 2100)


def _no_control(text: str) -> str:
    return "".join(character for character in text if character >= " " or character in "\n\t")


def _instant(at: datetime) -> datetime:
    if at.year not in YEARS:
        raise ValueError("a date out of range")
    return at.astimezone(UTC)


def _day(day: date) -> date:
    if day.year not in YEARS:
        raise ValueError("a date out of range")
    return day


def _zone(name: str) -> str:
    try:
        if ZoneInfo(name).key == name and ("/" in name or name == "UTC"):
            return name
    except (KeyError, ValueError, OSError):
        pass
    raise ValueError("an unknown time zone")


Instant = Annotated[AwareDatetime, AfterValidator(_instant)]
Day = Annotated[date, AfterValidator(_day)]
Zone = Annotated[str, Field(max_length=64), AfterValidator(_zone)]
Uid = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
Clock = Annotated[time, Field(description="Local time to the minute.")]


Clean = BeforeValidator(lambda value: _no_control(value) if isinstance(value, str) else value)


def _codes(options: Iterable[str]) -> dict[str, JsonValue]:
    return {"enum": list(options)}


class Row(BaseModel):
    """Anything in the file; what it does not know it refuses."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Settings(Row):
    """How the bot was set up."""

    language: str = Field(max_length=16)
    time_zone: Zone | None = None
    bed_time: Clock | None = None
    wake_time: Clock | None = None
    fluids: Fluids | None = None
    emergency_number: str | None = Field(default=None, pattern=r"^[0-9]{2,15}$")


class Entry(Row):
    """One entry of the diary."""

    uid: Uid
    occurred_at: Instant
    entered_at: Instant
    edited_at: Instant | None = None
    time_zone: Zone
    night_on: Day
    time_precision: Literal["exact", "about", "night_only"] = "exact"
    event_type: str = Field(default="cramp", json_schema_extra=_codes(values.EVENT_TYPES))
    site: str | None = None
    side: str | None = None
    intensity: int | None = Field(default=None, ge=0, le=values.STRONGEST, strict=True)
    duration: str | None = None
    count_tonight: int = Field(default=1, ge=1, le=values.MOST_COUNTED, strict=True)
    woke_me: str | None = None
    sleep_disturbance: int | None = Field(default=None, ge=0, le=values.STRONGEST, strict=True)
    back_to_sleep: str | None = None
    context: str | None = None
    possible_triggers: tuple[str, ...] = Field(default=(), max_length=20)
    relief_tried: tuple[str, ...] = Field(default=(), max_length=20)
    relief_helped: str | None = None
    after_effects: tuple[str, ...] = Field(default=(), max_length=20)
    day_impact: str | None = None
    twitch_days: str | None = None
    twitch_elsewhere: str | None = None
    twitch_weak_or_stiff: str | None = None
    note: Annotated[str, Clean, Field(min_length=1, max_length=values.LONGEST_NOTE)] | None = None

    @model_validator(mode="after")
    def _known_codes(self) -> "Entry":
        for name, options in CODES.items():
            value = getattr(self, name)
            if value is not None and value not in options:
                raise ValueError(f"{name}: an unknown code")
        for name, options in LISTS.items():
            if not set(getattr(self, name)) <= set(options):
                raise ValueError(f"{name}: an unknown code")
        return self

    @model_validator(mode="after")
    def _its_own_night(self) -> "Entry":
        if self.night_on != night_of(local_time(self.occurred_at, self.time_zone)):
            raise ValueError("night_on: not the night of occurred_at")
        return self


CODES = {
    values.COLUMNS.get(name, name): options
    for name, options in values.SINGLE.items()
    if name not in values.NUMBERS
}
LISTS = {values.COLUMNS[name]: options for name, options in values.MANY.items()}


class NightCheckRow(Row):
    """What was said of a whole night."""

    night_on: Day
    status: NightStatus
    answered_at: Instant


class HabitRow(Row):
    """Whether something was done of an evening."""

    night_on: Day
    habit: Habit
    done: bool
    answered_at: Instant


class ProfileRow(Row):
    """One thing told about one's health."""

    item: str = Field(json_schema_extra=_codes(ITEMS))
    value: str
    told_at: Instant

    @model_validator(mode="after")
    def _known(self) -> "ProfileRow":
        if self.value not in ITEMS.get(self.item, ()):
            raise ValueError("an unknown item or value")
        return self


class MedicineRow(Row):
    """A medicine as its taker typed it."""

    uid: Uid
    words: Annotated[str, Clean, Field(min_length=1, max_length=LONGEST_MEDICINE)]
    started_on: Day | None = None
    told_at: Instant


class HitRow(Row):
    """A warning sign that was met or ticked."""

    rule: str = Field(pattern=r"^[A-Za-z0-9_]{1,40}$")
    level: Literal["info", "soon", "urgent", "emergency"]
    hit_on: Day
    hit_at: Instant
    shown: bool
    answer: HitAnswer | None = None
    answered_at: Instant | None = None


class ExperimentRow(Row):
    """A fair test of one habit."""

    uid: Uid
    habit: Habit
    words: Annotated[str, Clean, Field(min_length=1, max_length=LONGEST_WORDS)] | None = None
    block_days: int = Field(ge=1, le=28, strict=True)
    blocks: str = Field(pattern=r"^[ab]{2,40}$")
    starts_on: Day
    status: TrialStatus
    stopped_on: Day | None = None
    stopped_why: str | None = Field(default=None, pattern=r"^[a-z_]{1,40}$")
    created_at: Instant
    told_at: Instant | None = None


class WeekRow(Row):
    """Whether cramps limited the person in a week."""

    week_on: Day
    limited: Literal["no", "a_bit", "a_lot"]
    limited_at: Instant


class ReminderRow(Row):
    """A reminder and its schedule."""

    kind: Kind
    slot: int = Field(ge=0, lt=10**9, strict=True)
    words: Annotated[str, Clean, Field(min_length=1, max_length=LONGEST_WORDS)] | None = None
    enabled: bool
    times: str | None = Field(default=None, max_length=200)
    weekdays: int = Field(ge=0, le=127, strict=True)
    rests: str | None = Field(default=None, max_length=1000)
    with_sound: bool

    @model_validator(mode="after")
    def _readable(self) -> "ReminderRow":
        if self.times is not None:
            parse_times(self.times)
        parse_rests(self.rests)
        if (self.kind is Kind.CUSTOM) is (self.slot == 0):
            raise ValueError("slot: only reminders in own words have one")
        return self


class DeliveryRow(Row):
    """One occurrence of a reminder and how it was answered."""

    kind: Kind
    slot: int = Field(ge=0, lt=10**9, strict=True)
    due_at: Instant
    night_on: Day
    status: DeliveryStatus
    sent_at: Instant | None = None
    answer: Answer | None = None
    answered_at: Instant | None = None

    @model_validator(mode="after")
    def _over(self) -> "DeliveryRow":
        if self.status in {DeliveryStatus.CLAIMED, DeliveryStatus.SENDING}:
            raise ValueError("status: only what is over can be taken along")
        return self


class DiaryFile(Row):
    """A whole diary."""

    format: Literal["calmcalf-diary"] = "calmcalf-diary"
    version: Literal[1] = 1
    exported_at: Instant
    settings: Settings
    entries: tuple[Entry, ...] = Field(default=(), max_length=MOST_ROWS)
    night_checks: tuple[NightCheckRow, ...] = Field(default=(), max_length=MOST_ROWS)
    habits: tuple[HabitRow, ...] = Field(default=(), max_length=MOST_ROWS)
    profile: tuple[ProfileRow, ...] = Field(default=(), max_length=100)
    medicines: tuple[MedicineRow, ...] = Field(default=(), max_length=100)
    warning_signs: tuple[HitRow, ...] = Field(default=(), max_length=MOST_ROWS)
    fair_tests: tuple[ExperimentRow, ...] = Field(default=(), max_length=1000)
    weeks: tuple[WeekRow, ...] = Field(default=(), max_length=MOST_ROWS)
    reminders: tuple[ReminderRow, ...] = Field(default=(), max_length=100)
    deliveries: tuple[DeliveryRow, ...] = Field(default=(), max_length=10 * MOST_ROWS)
