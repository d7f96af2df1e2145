"""The schema of a diary file: versioned JSON that is validated when it is imported.

Instants are UTC, dates and times of day are local, and codes are those of the health reference,
section (b). There are no Telegram ids. ``docs/export-format.md`` describes it for other programs.
"""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import FailFast, Field

from bot.database.stored_values import Fluids
from bot.features.data_export.schema_entries import (
    Entry,
    ExposureRow,
    HabitRow,
    NightCheckRow,
    RemovedEntry,
)
from bot.features.data_export.schema_health import (
    ExperimentRow,
    HitRow,
    MedicineRow,
    ProfileRow,
    WeekRow,
)
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
from bot.features.data_export.schema_reminders import DeliveryRow, ReminderNightRow, ReminderRow
from bot.features.data_export.schema_types import Clock, EarlierNights, Instant, Row, Zone

FORMAT = "calmcalf-diary"
VERSION = 1
MAX_ROWS = 100_000
"""Rows in one part of a file: more than any diary has, to limit the work that a file causes."""


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
