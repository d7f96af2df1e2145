"""Reads a person's whole diary for export. No Telegram, no commit."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel, col, select

from bot.database.engine import Session
from bot.database.models import (
    Cramp,
    Delivery,
    DeliveryStatus,
    Experiment,
    FlagHit,
    HabitDay,
    Medicine,
    NightCheck,
    ProfileItem,
    ReminderNight,
    User,
    WeeklySummary,
)
from bot.features.data_export.reminder_keys import ReminderKey, key_of
from bot.features.data_export.schema import (
    LIST_COLUMNS,
    DeliveryRow,
    DiaryFile,
    Entry,
    ExperimentRow,
    HabitRow,
    HitRow,
    MedicineRow,
    NightCheckRow,
    ProfileRow,
    ReminderNightRow,
    ReminderRow,
    Settings,
    WeekRow,
)
from bot.features.reminders.queries import reminders_of

FINAL_STATUSES = (
    DeliveryStatus.SENT,
    DeliveryStatus.UNKNOWN,
    DeliveryStatus.MISSED,
    DeliveryStatus.FAILED,
    DeliveryStatus.NOT_NEEDED,
)
"""Only deliveries that are finished are exported."""


async def export_diary(session: Session, user: User, now: datetime) -> DiaryFile:
    """Everything that is stored about a person, except Telegram ids and message ids."""
    reminders = await reminders_of(session, user.id)
    keys = {reminder.id: key_of(reminder) for reminder in reminders}
    weeks = await _rows_of(session, WeeklySummary, user.id, col(WeeklySummary.week_on))

    async def rows(table: Any, row: Any, *order: Any) -> tuple[Any, ...]:
        found = await _rows_of(session, table, user.id, *order)
        return tuple(row(**_values(one, row.model_fields)) for one in found)

    return DiaryFile(
        exported_at=now,
        settings=Settings(**_values(user, Settings.model_fields)),
        entries=tuple(_entry(one) for one in await _entries_of(session, user.id)),
        night_checks=await rows(NightCheck, NightCheckRow, col(NightCheck.night_on)),
        habits=await rows(HabitDay, HabitRow, col(HabitDay.night_on), col(HabitDay.habit)),
        profile=await rows(ProfileItem, ProfileRow, col(ProfileItem.item)),
        medicines=await rows(Medicine, MedicineRow, col(Medicine.told_at), col(Medicine.uid)),
        warning_signs=await rows(FlagHit, HitRow, col(FlagHit.hit_on), col(FlagHit.rule)),
        fair_tests=await rows(
            Experiment, ExperimentRow, col(Experiment.created_at), col(Experiment.uid)
        ),
        weeks=tuple(
            WeekRow(**_values(one, WeekRow.model_fields))
            for one in weeks
            if one.limited is not None and one.limited_at is not None
        ),
        reminders=tuple(
            ReminderRow(
                **_values(one, set(ReminderRow.model_fields) - {"slot"}), slot=keys[one.id][1]
            )
            for one in sorted(reminders, key=lambda one: keys[one.id])
        ),
        deliveries=await _deliveries_of(session, user.id, keys),
        reminder_nights=await rows(ReminderNight, ReminderNightRow, col(ReminderNight.night_on)),
    )


async def _rows_of(session: Session, table: Any, user_id: int, *order: Any) -> list[Any]:
    found = await session.exec(select(table).where(table.user_id == user_id).order_by(*order))
    return list(found)


def _values(row: SQLModel, names: Iterable[str]) -> dict[str, Any]:
    """The values of those columns that the row has."""
    return {name: getattr(row, name) for name in names if hasattr(row, name)}


async def _entries_of(session: Session, user_id: int) -> list[Cramp]:
    """Entries that are neither deleted nor duplicates, in order of time."""
    found = await session.exec(
        select(Cramp)
        .where(
            Cramp.user_id == user_id,
            col(Cramp.deleted_at).is_(None),
            col(Cramp.same_as_id).is_(None),
        )
        .order_by(col(Cramp.occurred_at), col(Cramp.uid))
    )
    return list(found)


def _entry(cramp: Cramp) -> Entry:
    values = _values(cramp, Entry.model_fields)
    for name in LIST_COLUMNS:
        values[name] = tuple(code for code in values[name].split(",") if code)
    return Entry(**values, entered_at=cramp.tapped_at)


async def _deliveries_of(
    session: Session, user_id: int, keys: Mapping[int | None, ReminderKey]
) -> tuple[DeliveryRow, ...]:
    """The finished deliveries. There can be many, so they are neither mapped nor validated."""
    fields = [name for name in DeliveryRow.model_fields if name not in {"kind", "slot"}]
    columns: list[Any] = [getattr(Delivery, name) for name in ("reminder_id", *fields)]
    found = await (await session.connection()).execute(
        sa.select(*columns).where(
            col(Delivery.user_id) == user_id, col(Delivery.status).in_(FINAL_STATUSES)
        )
    )
    rows = []
    for reminder_id, *values in found:
        kind, slot = keys[reminder_id]
        by_name = dict(zip(fields, values, strict=True))
        rows.append(DeliveryRow.model_construct(kind=kind, slot=slot, **by_name))
    return tuple(sorted(rows, key=lambda row: (row.due_at, row.kind, row.slot)))
