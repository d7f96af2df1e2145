"""The rows of a diary file about reminders: their schedules, and what was delivered."""

import re
from datetime import date, timedelta
from typing import Annotated

from pydantic import Field, model_validator

from bot.database.stored_values import Answer, DeliveryStatus, Kind
from bot.dispatch.schedule import parse_rests, parse_times
from bot.features.data_export.schema_types import Clean, Day, Instant, Row, Slot
from bot.features.reminders.messages.names import LONGEST_WORDS

MAX_MUTED_DAYS = 31
MAX_REST_NIGHTS = 366
"""Nights in which a reminder pauses, in total; a fair test lasts at most sixteen weeks."""
MAX_NIGHT_DISTANCE = timedelta(days=3)
"""How far the night of a delivery can be from its UTC date, even after long journeys."""
_TIMES = re.compile(r"[0-2][0-9]:[0-5][0-9](,[0-2][0-9]:[0-5][0-9]){0,32}")


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
