"""The rows of a diary file about nights: entries, and answers about nights and evenings."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import FailFast, Field, model_validator

from bot.database.stored_values import Exposure, Habit, NightStatus
from bot.features.cramps import values
from bot.features.data_export.schema_types import Clean, Day, Instant, Row, Uid, Zone, codes
from bot.local_time.nights import local_time, night_of

ZONE_RULE_CHANGE = timedelta(hours=3)
"""Nights were computed with the zone rules of their day; later rules differ at most by this."""


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
