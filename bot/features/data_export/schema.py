"""The schema of a diary file: versioned JSON that is validated when it is imported.

Instants are UTC, dates and times of day are local, and codes are those of the health reference,
section (b). There are no Telegram ids. ``docs/export-format.md`` describes it for other programs.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    FailFast,
    Field,
    JsonValue,
    model_validator,
)

from bot.database.cramp_values import YesNo
from bot.database.models import (
    Answer,
    DeliveryStatus,
    Exposure,
    Fluids,
    Habit,
    HitAnswer,
    Kind,
    NightStatus,
    TrialStatus,
)
from bot.dispatch.planning import parse_times
from bot.dispatch.schedule import parse_rests
from bot.features.cramps import values
from bot.features.cramps.entry_warning_signs import BOTH_LEGS
from bot.features.cramps.signs import OLD_CODES, TIER_OF
from bot.features.experiments.design import is_drawable
from bot.features.experiments.rules import StopReason
from bot.features.health_profile.values import ITEMS, LONGEST_MEDICINE
from bot.features.reminders.messages.names import LONGEST_WORDS
from bot.features.report.model import REPORT_ITEMS
from bot.features.warning_signs.rules import RULES
from bot.local_time.nights import local_time, night_of, parse_earlier

FORMAT = "calmcalf-diary"
VERSION = 1
MAX_ROWS = 100_000
"""Rows in one part of a file: more than any diary has, to limit the work that a file causes."""
YEARS = range(2000, 2100)
MAX_MUTED_DAYS = 31
MAX_REST_NIGHTS = 366
"""Nights in which a reminder pauses, in total; a fair test lasts at most sixteen weeks."""
ZONE_RULE_CHANGE = timedelta(hours=3)
"""Nights were computed with the zone rules of their day; later rules differ at most by this."""
MAX_NIGHT_DISTANCE = timedelta(days=3)
"""How far the night of a delivery can be from its UTC date, even after long journeys."""
SIGNS = tuple(sorted({*RULES, "P11", "P13", BOTH_LEGS, *TIER_OF, *OLD_CODES}))
"""Codes of warning signs that the bot stores, or that earlier versions stored."""
MAX_SLOT = 10**9
"""Slots of custom reminders are smaller than this."""
REASONS = tuple(reason.value for reason in StopReason)
_TIMES = re.compile(r"[0-2][0-9]:[0-5][0-9](,[0-2][0-9]:[0-5][0-9]){0,32}")


def _without_controls(text: str) -> str:
    """Remove control characters, which databases and spreadsheets cannot store.

    A text of control characters only becomes a replacement sign, because it may not be empty.
    """
    kept = "".join(character for character in text if character >= " " or character in "\n\t")
    return kept or ("\ufffd" if text else "")


def _to_utc(at: datetime) -> datetime:
    if at.year not in YEARS:
        raise ValueError("a date out of range")
    return at.astimezone(UTC)


def _in_range(day: date) -> date:
    if day.year not in YEARS:
        raise ValueError("a date out of range")
    return day


def _to_the_minute(clock: time) -> time:
    if clock.tzinfo is not None or clock.second or clock.microsecond:
        raise ValueError("a local time has no zone and no seconds")
    return clock


def _zone(name: str) -> str:
    try:
        if ZoneInfo(name).key == name and ("/" in name or name == "UTC"):
            return name
    except (KeyError, ValueError, OSError):
        pass
    raise ValueError("an unknown time zone")


def _earlier_nights(text: str) -> str:
    parse_earlier(text)  # raises ValueError
    return text


Instant = Annotated[AwareDatetime, AfterValidator(_to_utc)]
Day = Annotated[date, AfterValidator(_in_range)]
IsoDate = Annotated[str, Field(pattern=r"^20[0-9]{2}-[01][0-9]-[0-3][0-9]$")]
"""A date that is stored within JSON and stays a text."""
Zone = Annotated[str, Field(max_length=64), AfterValidator(_zone)]
Uid = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
Clock = Annotated[
    time, AfterValidator(_to_the_minute), Field(description="Local time to the minute.")
]
EarlierNights = Annotated[
    str,
    AfterValidator(_earlier_nights),
    Field(
        max_length=1200,
        description="How nights were bounded before the times of sleep changed.",
        pattern=r"^[-0-9T:=,]+$",
    ),
]
Slot = Annotated[
    int,
    Field(
        ge=0,
        lt=MAX_SLOT,
        strict=True,
        description="Identifies a custom reminder; 0 for the others.",
    ),
]
Clean = BeforeValidator(lambda value: _without_controls(value) if isinstance(value, str) else value)


def _one_of(options: Iterable[str]) -> Callable[[str], str]:
    known = frozenset(options)

    def check(code: str) -> str:
        if code not in known:
            raise ValueError("an unknown code")
        return code

    return check


def _codes(options: Iterable[str]) -> dict[str, JsonValue]:
    return {"enum": list(options)}


class Row(BaseModel):
    """A part of the file, or a row of a part. Unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Settings(Row):
    """The settings of the person."""

    language: str = Field(max_length=16)
    time_zone: Zone | None = None
    bed_time: Clock | None = None
    wake_time: Clock | None = None
    earlier_nights: EarlierNights | None = None
    fluids: Fluids | None = None
    emergency_number: str | None = Field(default=None, pattern=r"^[0-9]{2,15}$")
    asks_more: bool | None = None
    light_pictures: bool | None = None
    wants_news: bool | None = None


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
    possible_triggers: Annotated[tuple[str, ...], FailFast()] = Field(default=(), max_length=20)
    relief_tried: Annotated[tuple[str, ...], FailFast()] = Field(default=(), max_length=20)
    relief_helped: str | None = None
    after_effects: Annotated[tuple[str, ...], FailFast()] = Field(default=(), max_length=20)
    day_impact: str | None = None
    twitch_days: str | None = None
    twitch_elsewhere: str | None = None
    twitch_weak_or_stiff: str | None = None
    twitch_tingling: str | None = None
    fell: str | None = None
    note: Annotated[str, Clean, Field(min_length=1, max_length=values.LONGEST_NOTE)] | None = None

    @model_validator(mode="after")
    def _known_codes(self) -> "Entry":
        for name, options in CODE_COLUMNS.items():
            value = getattr(self, name)
            if value is not None and value not in options:
                raise ValueError(f"{name}: an unknown code")
        for name, options in LIST_COLUMNS.items():
            if not set(getattr(self, name)) <= set(options):
                raise ValueError(f"{name}: an unknown code")
        return self

    @model_validator(mode="after")
    def _matching_night(self) -> "Entry":
        local = local_time(self.occurred_at, self.time_zone)
        # Who sleeps by day stays in the night of the evening before until midnight or so.
        earliest = night_of(local - ZONE_RULE_CHANGE) - timedelta(days=1)
        if not earliest <= self.night_on <= night_of(local + ZONE_RULE_CHANGE):
            raise ValueError("night_on: not the night of occurred_at")
        return self


class RemovedEntry(Entry):
    """An entry that the person removed, while it can be put back. It is not imported."""

    removed_at: Instant


CODE_COLUMNS = {
    values.COLUMNS.get(name, name): options
    for name, options in values.SINGLE.items()
    if name not in values.NUMBERS
}
"""Field of an entry that has one code → the valid codes."""
LIST_COLUMNS = {values.COLUMNS[name]: options for name, options in values.MANY.items()}
"""Field of an entry that has a list of codes → the valid codes."""


class NightCheckRow(Row):
    """The answer about a whole night."""

    night_on: Day
    status: NightStatus
    sleep_quality: int | None = Field(default=None, ge=0, le=values.STRONGEST, strict=True)
    answered_at: Instant


class ExposureRow(Row):
    """Whether something was so on the day or evening of a night."""

    night_on: Day
    exposure: Exposure
    present: bool
    answered_at: Instant


class HabitRow(Row):
    """Whether a habit was kept on an evening."""

    night_on: Day
    habit: Habit
    done: bool
    answered_at: Instant


class ProfileRow(Row):
    """One answer of the health profile."""

    item: str = Field(json_schema_extra=_codes(ITEMS))
    value: str
    told_at: Instant

    @model_validator(mode="after")
    def _known(self) -> "ProfileRow":
        if self.value not in ITEMS.get(self.item, ()):
            raise ValueError("an unknown item or value")
        return self


class MedicineRow(Row):
    """A medicine in the person's own words."""

    uid: Uid
    words: Annotated[str, Clean, Field(min_length=1, max_length=LONGEST_MEDICINE)]
    started_on: date | None = None
    stopped_on: date | None = None
    changed_on: date | None = None
    worse_after: YesNo | None = None
    worse_asked_at: Instant | None = None
    told_at: Instant


class Counted(Row):
    """What a rule about several nights counted when it was met."""

    before: IsoDate
    """Only nights before this date were counted."""
    numbers: Annotated[tuple[float, ...], Field(max_length=10)] = ()
    """In the order that the rule gives in ``warning_signs/rules.py``."""
    nights: Annotated[tuple[IsoDate, ...], Field(max_length=200)] = ()


class HitRow(Row):
    """A warning sign that was met or ticked."""

    rule: Annotated[str, AfterValidator(_one_of(SIGNS))] = Field(json_schema_extra=_codes(SIGNS))
    level: Literal["info", "soon", "urgent", "emergency"]
    hit_on: Day
    hit_at: Instant
    shown: bool
    answer: HitAnswer | None = None
    answered_at: Instant | None = None
    withdrawn_at: Instant | None = None
    counted: Counted | None = None

    @model_validator(mode="after")
    def _complete_answer(self) -> "HitRow":
        if (self.answer is None) is not (self.answered_at is None):
            raise ValueError("answered_at: goes with an answer")
        return self


_WITH_EVERYDAY_REMINDER = frozenset(
    {
        Habit.STRETCH_DONE,
        Habit.CAFFEINE_AFTER_CUTOFF,
        Habit.HYDRATION_DONE,
        Habit.MAGNESIUM_RICH_MEAL,
    }
)
"""Habits whose reminder is there without a fair test."""


class ExperimentRow(Row):
    """A fair test of one habit."""

    uid: Uid
    habit: Habit
    words: Annotated[str, Clean, Field(min_length=1, max_length=LONGEST_WORDS)] | None = None
    block_days: int = Field(ge=1, le=28, strict=True)
    blocks: str = Field(pattern=r"^[ab]{2,16}$")
    starts_on: Day
    status: TrialStatus
    stopped_on: Day | None = None
    stopped_why: Annotated[str, AfterValidator(_one_of(REASONS))] | None = Field(
        default=None, json_schema_extra=_codes(REASONS)
    )
    created_at: Instant
    told_at: Instant | None = None
    paused_at: Instant | None = None
    paused_why: Annotated[str, Field(max_length=40, pattern=r"^[a-zA-Z0-9_]+$")] | None = None
    notice_read_at: Instant | None = None

    @model_validator(mode="after")
    def _consistent(self) -> "ExperimentRow":
        if not is_drawable(self.blocks):
            raise ValueError("blocks: not an order that can be drawn")
        if self.words is not None and self.habit in _WITH_EVERYDAY_REMINDER:
            raise ValueError("words: only for a test with a reminder of its own")
        return self


class WeekRow(Row):
    """Whether cramps limited the person in a week."""

    week_on: Day
    limited: Literal["no", "a_bit", "a_lot"]
    limited_at: Instant


class ReminderRow(Row):
    """A reminder with its schedule."""

    kind: Kind
    slot: Slot
    words: Annotated[str, Clean, Field(min_length=1, max_length=LONGEST_WORDS)] | None = None
    enabled: bool
    times: str | None = Field(default=None, max_length=200)
    weekdays: int = Field(ge=0, le=127, strict=True)
    rests: str | None = Field(default=None, max_length=1000)
    muted: str | None = Field(default=None, max_length=40)
    with_sound: bool

    @model_validator(mode="after")
    def _valid_schedule(self) -> "ReminderRow":
        if self.times is not None:
            if _TIMES.fullmatch(self.times) is None:
                raise ValueError("times: not local times")
            parse_times(self.times)
        rests = parse_rests(self.rests)
        nights = [(last - first).days + 1 for first, last in rests if last != date.max]
        if any(length < 1 for length in nights) or sum(nights) > MAX_REST_NIGHTS:
            raise ValueError("rests: not spans of nights")
        evenings = [last - first for first, last in parse_rests(self.muted)]
        if len(evenings) > 1 or any(not 0 <= one.days <= MAX_MUTED_DAYS for one in evenings):
            raise ValueError("muted: not a span of evenings")
        is_custom = self.kind is Kind.CUSTOM
        if is_custom is (self.slot == 0) or is_custom is (self.words is None):
            raise ValueError("slot: custom reminders, and only those, have a slot and words")
        return self


class DeliveryRow(Row):
    """One occurrence of a reminder, and the answer to it."""

    kind: Kind
    slot: Slot
    due_at: Instant
    night_on: Day
    status: DeliveryStatus
    sent_at: Instant | None = None
    answer: Answer | None = None
    answered_at: Instant | None = None

    @model_validator(mode="after")
    def _finished(self) -> "DeliveryRow":
        if self.status in {DeliveryStatus.CLAIMED, DeliveryStatus.SENDING}:
            raise ValueError("status: only finished deliveries can be imported")
        if abs(self.night_on - self.due_at.date()) > MAX_NIGHT_DISTANCE:
            raise ValueError("night_on: not a night near due_at")
        if (self.answer is None) is not (self.answered_at is None):
            raise ValueError("answered_at: goes with an answer")
        return self


class ReminderNightRow(Row):
    """What is kept of the reminders of a night that is more than 400 days ago.

    ``hydration:dd-s`` says that four reminders to drink reached the person: d was answered with
    done, s with skipped, - not at all.
    """

    night_on: Day
    answers: str = Field(max_length=1000, pattern=r"^([a-z_]+:[ds-]+( [a-z_]+:[ds-]+)*)?$")


class ReportItemRow(Row):
    """Whether something was told on the clinician's pages. It is computed, and not imported."""

    item: str = Field(json_schema_extra=_codes(REPORT_ITEMS))
    told: Literal["yes", "no", "not_told"]

    @model_validator(mode="after")
    def _known(self) -> "ReportItemRow":
        if self.item not in REPORT_ITEMS:
            raise ValueError("item: an unknown code")
        return self


class LogAddressRow(Row):
    """When the address was made that logs cramps, and last used. It is not imported.

    The address itself is not in the file: only its owner knows it.
    """

    made_at: Instant
    used_at: Instant | None = None


class SummaryRow(Row):
    """The words of a stored week. They are computed, and not imported."""

    week_on: Day
    caption: str = Field(max_length=10_000, description="HTML, as it was sent to Telegram.")


class ReportDraftRow(Row):
    """The clinician's pages that are being prepared, with what was typed. They are not imported."""

    weeks: int = Field(ge=0, le=1000, strict=True)
    last_on: Day
    left_out: str = Field(default="", max_length=1000)
    name: str | None = Field(default=None, max_length=80)
    identifier: str | None = Field(default=None, max_length=40)
    tried_before: str | None = Field(default=None, max_length=1000)
    dialysis_days: str | None = Field(default=None, max_length=80)
    results: str | None = Field(default=None, max_length=1000)
    questions: str | None = Field(default=None, max_length=1000)
    updated_at: Instant


class DiaryFile(Row):
    """A complete diary."""

    format: Literal["calmcalf-diary"] = "calmcalf-diary"
    version: Literal[1] = 1
    exported_at: Instant
    settings: Settings
    log_address: LogAddressRow | None = None
    report_draft: ReportDraftRow | None = None
    # FailFast: stop at the first invalid row, because a list of all could use gigabytes of memory.
    entries: Annotated[tuple[Entry, ...], FailFast()] = Field(default=(), max_length=MAX_ROWS)
    night_checks: Annotated[tuple[NightCheckRow, ...], FailFast()] = Field(
        default=(), max_length=MAX_ROWS
    )
    habits: Annotated[tuple[HabitRow, ...], FailFast()] = Field(default=(), max_length=MAX_ROWS)
    exposures: Annotated[tuple[ExposureRow, ...], FailFast()] = Field(
        default=(), max_length=MAX_ROWS
    )
    profile: Annotated[tuple[ProfileRow, ...], FailFast()] = Field(default=(), max_length=100)
    medicines: Annotated[tuple[MedicineRow, ...], FailFast()] = Field(default=(), max_length=100)
    warning_signs: Annotated[tuple[HitRow, ...], FailFast()] = Field(
        default=(), max_length=MAX_ROWS
    )
    fair_tests: Annotated[tuple[ExperimentRow, ...], FailFast()] = Field(
        default=(), max_length=1000
    )
    weeks: Annotated[tuple[WeekRow, ...], FailFast()] = Field(default=(), max_length=MAX_ROWS)
    reminders: Annotated[tuple[ReminderRow, ...], FailFast()] = Field(default=(), max_length=100)
    deliveries: Annotated[tuple[DeliveryRow, ...], FailFast()] = Field(
        default=(), max_length=MAX_ROWS
    )
    reminder_nights: Annotated[tuple[ReminderNightRow, ...], FailFast()] = Field(
        default=(), max_length=MAX_ROWS
    )
    removed_entries: Annotated[tuple[RemovedEntry, ...], FailFast()] = Field(
        default=(), max_length=MAX_ROWS
    )
    summaries: Annotated[tuple[SummaryRow, ...], FailFast()] = Field(
        default=(), max_length=MAX_ROWS
    )
    report_items: Annotated[tuple[ReportItemRow, ...], FailFast()] = Field(
        default=(), max_length=100
    )


PARTS: Mapping[str, type[Row]] = {
    "entries": Entry,
    "night_checks": NightCheckRow,
    "habits": HabitRow,
    "exposures": ExposureRow,
    "profile": ProfileRow,
    "medicines": MedicineRow,
    "warning_signs": HitRow,
    "fair_tests": ExperimentRow,
    "weeks": WeekRow,
    "reminders": ReminderRow,
    "deliveries": DeliveryRow,
    "reminder_nights": ReminderNightRow,
    "removed_entries": RemovedEntry,
    "summaries": SummaryRow,
}
"""Part of a file → what its rows are, in the order in which they are written."""
