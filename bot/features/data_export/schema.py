"""The schema of a diary file: versioned JSON that is validated when it is imported.

Instants are UTC, dates and times of day are local, and codes are those of the health reference,
section (b). There are no Telegram ids. ``docs/export-format.md`` describes it for other programs.
"""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    FailFast,
    Field,
    model_validator,
)

from bot.database.cramp_values import YesNo
from bot.database.stored_values import (
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
from bot.dispatch.schedule import parse_rests, parse_times
from bot.features.cramps import values
from bot.features.cramps.entry_warning_signs import BOTH_LEGS
from bot.features.cramps.signs import OLD_CODES, TIER_OF
from bot.features.data_export.schema_kept import (
    AccountRow,
    EarlierVersionRow,
    HelperRow,
    LogAddressRow,
    ReliefRow,
    ReportDraftRow,
    ReportItemRow,
    SummaryRow,
)
from bot.features.data_export.schema_types import (
    Clean,
    Clock,
    Day,
    EarlierNights,
    Instant,
    IsoDate,
    Row,
    Slot,
    Uid,
    Zone,
    codes,
    one_of,
)
from bot.features.experiments.design import is_drawable
from bot.features.experiments.rules import StopReason
from bot.features.health_profile.values import ITEMS, LONGEST_MEDICINE
from bot.features.reminders.messages.names import LONGEST_WORDS
from bot.features.warning_signs.rules import RULES
from bot.local_time.nights import local_time, night_of

FORMAT = "calmcalf-diary"
VERSION = 1
MAX_ROWS = 100_000
"""Rows in one part of a file: more than any diary has, to limit the work that a file causes."""
MAX_MUTED_DAYS = 31
MAX_REST_NIGHTS = 366
"""Nights in which a reminder pauses, in total; a fair test lasts at most sixteen weeks."""
ZONE_RULE_CHANGE = timedelta(hours=3)
"""Nights were computed with the zone rules of their day; later rules differ at most by this."""
MAX_NIGHT_DISTANCE = timedelta(days=3)
"""How far the night of a delivery can be from its UTC date, even after long journeys."""
SIGNS = tuple(sorted({*RULES, "P11", "P13", BOTH_LEGS, *TIER_OF, *OLD_CODES}))
"""Codes of warning signs that the bot stores, or that earlier versions stored."""
REASONS = tuple(reason.value for reason in StopReason)
_TIMES = re.compile(r"[0-2][0-9]:[0-5][0-9](,[0-2][0-9]:[0-5][0-9]){0,32}")


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
    event_type: str = Field(default="cramp", json_schema_extra=codes(values.EVENT_TYPES))
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

    item: str = Field(json_schema_extra=codes(ITEMS))
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

    rule: Annotated[str, AfterValidator(one_of(SIGNS))] = Field(json_schema_extra=codes(SIGNS))
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
    stopped_why: Annotated[str, AfterValidator(one_of(REASONS))] | None = Field(
        default=None, json_schema_extra=codes(REASONS)
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


class DiaryFile(Row):
    """A complete diary."""

    format: Literal["calmcalf-diary"] = "calmcalf-diary"
    version: Literal[1] = 1
    exported_at: Instant
    settings: Settings
    account: AccountRow | None = None
    helper: HelperRow | None = None
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
    earlier_versions: Annotated[tuple[EarlierVersionRow, ...], FailFast()] = Field(
        default=(), max_length=MAX_ROWS
    )
    reliefs: Annotated[tuple[ReliefRow, ...], FailFast()] = Field(default=(), max_length=MAX_ROWS)
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
    "earlier_versions": EarlierVersionRow,
    "reliefs": ReliefRow,
}
"""Part of a file → what its rows are, in the order in which they are written."""
