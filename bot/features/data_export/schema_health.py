"""The rows of a diary file about health: profile, medicines, warning signs and fair tests."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from bot.database.cramp_values import YesNo
from bot.database.stored_values import Habit, HitAnswer, TrialStatus
from bot.features.cramps.entry_warning_signs import BOTH_LEGS
from bot.features.cramps.signs import OLD_CODES, TIER_OF
from bot.features.data_export.schema_types import (
    Clean,
    Day,
    Instant,
    IsoDate,
    Row,
    Uid,
    codes,
    one_of,
)
from bot.features.experiments.design import is_drawable
from bot.features.experiments.rules import StopReason
from bot.features.health_profile.values import ITEMS, LONGEST_MEDICINE
from bot.features.reminders.messages.names import LONGEST_WORDS
from bot.features.warning_signs.rules import RULES

SIGNS = tuple(sorted({*RULES, "P11", "P13", BOTH_LEGS, *TIER_OF, *OLD_CODES}))
"""Codes of warning signs that the bot stores, or that earlier versions stored."""
REASONS = tuple(reason.value for reason in StopReason)


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
