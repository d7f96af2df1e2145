"""Compares a diary file with what is stored: what would an import add? No Telegram, no commit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel, col, select

from bot.database.engine import Session
from bot.database.models import (
    Cramp,
    Delivery,
    Experiment,
    FlagHit,
    Fluids,
    HabitDay,
    Kind,
    Medicine,
    NightCheck,
    ProfileItem,
    Reminder,
    ReminderNight,
    User,
    WeeklySummary,
)
from bot.dispatch.planning import default_weekdays
from bot.features.data_export.reminder_keys import ReminderKey, file_slot, key_of
from bot.features.data_export.schema import DiaryFile, ReminderRow
from bot.features.health_profile.values import LIMIT_FLUIDS, MOST_MEDICINES
from bot.features.reminders.queries import (
    KINDS,
    MOST_REMINDERS,
    OFF_BY_DEFAULT,
    SOUND_BY_DEFAULT,
    reminders_of,
)

Key = tuple[Any, ...]
"""The values that identify a row among all rows of a person."""
TABLES: Mapping[str, tuple[type[SQLModel], tuple[str, ...]]] = {
    "entries": (Cramp, ("uid",)),
    "night_checks": (NightCheck, ("night_on",)),
    "habits": (HabitDay, ("night_on", "habit")),
    "profile": (ProfileItem, ("item",)),
    "medicines": (Medicine, ("uid",)),
    "warning_signs": (FlagHit, ("rule", "hit_on")),
    "fair_tests": (Experiment, ("uid",)),
    "reminder_nights": (ReminderNight, ("night_on",)),
}
"""Part of the file → its table, and the columns that identify a row of a person."""
IMPORTED_SETTINGS = ("bed_time", "wake_time", "fluids", "emergency_number", "time_zone")
"""Settings that are imported if they are not set here. The language never is."""
NO_LIMIT = (LIMIT_FLUIDS, "no")
"""Item and value of the health profile: drinks are not limited."""


@dataclass(frozen=True)
class ImportPreview:
    """What a file contains, and what of it an import would add."""

    in_file: Mapping[str, int]
    """Part of the file → number of rows, without duplicates and unchanged reminders."""
    new: Mapping[str, Sequence[Any]]
    """Part of the file → rows that can be added, without duplicates."""
    settings: Mapping[str, Any]
    """Settings that are not set here yet."""
    deleted: int = 0
    """Number of entries that the person deleted here; an import does not restore them."""
    over_limit: int = 0
    """Number of rows that cannot be added because a limit is reached."""

    @property
    def is_anything_new(self) -> bool:
        """Whether an import would change anything."""
        return bool(self.settings) or any(self.new.values())

    @property
    def known(self) -> int:
        """Number of rows that are stored already."""
        not_new = sum(self.in_file.values()) - sum(map(len, self.new.values()))
        return not_new - self.deleted - self.over_limit


async def preview_import(session: Session, user: User, diary: DiaryFile) -> ImportPreview:
    """Find out what an import would add.

    What is stored already stays as it is, and deleted entries stay deleted.
    """
    in_file: dict[str, int] = {}
    new: dict[str, Sequence[Any]] = {}
    for part, (table, columns) in TABLES.items():
        rows = _by_key(getattr(diary, part), *columns)
        known = await _known_keys(session, user.id, table, *columns)
        in_file[part] = len(rows)
        new[part] = [row for key, row in rows.items() if key not in known]
    if user.fluids in {Fluids.LIMITED, Fluids.UNSURE}:  # the answer given here takes precedence
        new["profile"] = [row for row in new["profile"] if (row.item, row.value) != NO_LIMIT]
    medicines = len(await _known_keys(session, user.id, Medicine, "uid"))
    new["medicines"], over_limit = _up_to(new["medicines"], MOST_MEDICINES - medicines)

    weeks = _by_key(diary.weeks, "week_on")
    answered = await _answered_weeks(session, user.id)
    in_file["weeks"] = len(weeks)
    new["weeks"] = [row for row in weeks.values() if row.week_on not in answered]

    stored = {key_of(one): one for one in await reminders_of(session, user.id)}
    reminders = _by_key([row for row in diary.reminders if not _is_unchanged(row)], "kind", "slot")
    in_file["reminders"] = len(reminders)
    new["reminders"], refused = _new_reminders(reminders, stored)
    over_limit += refused

    deliveries = _by_key(diary.deliveries, "kind", "slot", "due_at")
    known_deliveries = await _known_deliveries(session, user.id)
    unknown = [row for key, row in deliveries.items() if key not in known_deliveries]
    after_import = {*stored, *((row.kind, row.slot) for row in new["reminders"])}
    after_import |= {(kind, 0) for kind in KINDS}
    in_file["deliveries"] = len(deliveries)
    new["deliveries"] = [row for row in unknown if (row.kind, row.slot) in after_import]
    over_limit += len(unknown) - len(new["deliveries"])

    return ImportPreview(
        in_file,
        new,
        _new_settings(user, diary),
        await _deleted_entries(session, user.id, diary),
        over_limit,
    )


def _new_settings(user: User, diary: DiaryFile) -> dict[str, Any]:
    """Settings that the file has and the person has not set here."""
    values = {name: getattr(diary.settings, name) for name in IMPORTED_SETTINGS}
    return {
        name: value
        for name, value in values.items()
        if value is not None and getattr(user, name) is None
    }


async def _known_keys(session: Session, user_id: int, table: Any, *columns: str) -> set[Key]:
    query = sa.select(*(getattr(table, name) for name in columns)).where(table.user_id == user_id)
    found = await (await session.connection()).execute(query)
    return {tuple(row) for row in found}


def _by_key(rows: Sequence[Any], *names: str) -> dict[Key, Any]:
    """Rows by their keys; the first of several with the same key."""
    found: dict[Key, Any] = {}
    for row in rows:
        found.setdefault(tuple(getattr(row, name) for name in names), row)
    return found


def _up_to(rows: Sequence[Any], limit: int) -> tuple[Sequence[Any], int]:
    """The rows that are within the limit, and the number of those that are not."""
    limit = max(limit, 0)
    return rows[:limit], len(rows[limit:])


def _is_unchanged(row: Reminder | ReminderRow) -> bool:
    """Whether a reminder still has all the default values."""
    return (
        row.kind is not Kind.CUSTOM
        and row.enabled is (row.kind not in OFF_BY_DEFAULT)
        and row.times is None
        and row.weekdays == default_weekdays(row.kind)
        and row.rests is None
        and row.with_sound is (row.kind in SOUND_BY_DEFAULT)
    )


def _new_reminders(
    rows: Mapping[Key, ReminderRow], stored: Mapping[ReminderKey, Reminder]
) -> tuple[list[ReminderRow], int]:
    """Reminders that an import would add or change.

    These are custom reminders that are not stored, and other reminders that were changed in the
    file but still have their default values here.

    Returns:
        The rows, and the number of custom reminders for which there is no room.
    """
    custom = [row for row in rows.values() if row.kind is Kind.CUSTOM]
    stored_custom = sum(kind is Kind.CUSTOM for kind, _slot in stored)
    unknown = [row for row in custom if (row.kind, row.slot) not in stored]
    added, over_limit = _up_to(unknown, MOST_REMINDERS - len(KINDS) - stored_custom)
    changed = [
        row
        for row in rows.values()
        if row.kind is not Kind.CUSTOM
        and ((row.kind, row.slot) not in stored or _is_unchanged(stored[row.kind, row.slot]))
    ]
    return [*added, *changed], over_limit


async def _answered_weeks(session: Session, user_id: int) -> set[date]:
    """First nights of the weeks for which the person said whether cramps limited them."""
    rows = await session.exec(
        select(WeeklySummary).where(
            WeeklySummary.user_id == user_id, col(WeeklySummary.limited).is_not(None)
        )
    )
    return {row.week_on for row in rows}


async def _known_deliveries(session: Session, user_id: int) -> set[Key]:
    columns: list[Any] = [Reminder.kind, Reminder.slot, Delivery.due_at]
    query = (
        sa.select(*columns)
        .join(Reminder, col(Reminder.id) == col(Delivery.reminder_id))
        .where(col(Delivery.user_id) == user_id)
    )
    found = await (await session.connection()).execute(query)
    return {(kind, file_slot(user_id, slot), due_at) for kind, slot, due_at in found}


async def _deleted_entries(session: Session, user_id: int, diary: DiaryFile) -> int:
    """How many entries of the file the person deleted here."""
    found = await session.exec(
        select(Cramp.uid).where(Cramp.user_id == user_id, col(Cramp.deleted_at).is_not(None))
    )
    return len({entry.uid for entry in diary.entries} & set(found))
