"""Compares a diary file with what is stored: what would an import add? No Telegram, no commit."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel, col, select

from bot.database.engine import Session, count_up_to
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
    NightExposure,
    ProfileItem,
    Reminder,
    ReminderNight,
    User,
    WeeklySummary,
)
from bot.dispatch.planning import default_weekdays
from bot.features.data_export.private_ids import exported_ids_key, with_private_ids
from bot.features.data_export.reminder_keys import ReminderKey, file_slot, key_of
from bot.features.data_export.schema import DiaryFile
from bot.features.data_export.schema_reminders import ReminderRow
from bot.features.diary import limits
from bot.features.diary.limits import REMINDERS
from bot.features.diary.uids import is_private
from bot.features.health_profile.values import LIMIT_FLUIDS
from bot.features.reminders.queries import (
    KINDS,
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
    "exposures": (NightExposure, ("night_on", "exposure")),
    "profile": (ProfileItem, ("item",)),
    "medicines": (Medicine, ("uid",)),
    "warning_signs": (FlagHit, ("rule", "hit_on")),
    "fair_tests": (Experiment, ("uid",)),
    "reminder_nights": (ReminderNight, ("night_on",)),
}
"""Part of the file → its table, and the columns that identify a row of a person."""
SAME_CONTENT: Mapping[str, tuple[str, ...]] = {
    "entries": ("night_on", "entered_at", "occurred_at", "event_type", "site", "side"),
    "medicines": ("words", "told_at"),
    "fair_tests": ("habit", "starts_on", "created_at"),
}
"""Part of the file → what two rows with different uids have in common when they are the same. The
first one narrows the search."""
TABLE_COLUMNS = {"entered_at": "tapped_at"}
"""Field of a row in a file → its column, where that has another name."""
LIMITED_TABLES: Mapping[str, type[SQLModel]] = {
    **{part: table for part, (table, _columns) in TABLES.items()},
    "weeks": WeeklySummary,
    "deliveries": Delivery,
}
IMPORTED_SETTINGS = (
    "bed_time",
    "wake_time",
    "earlier_nights",
    "fluids",
    "emergency_number",
    "asks_more",
    "light_pictures",
    "wants_news",
    "time_zone",
)
"""Settings that are imported if they are not set here. The language never is."""
NO_LIMIT = (LIMIT_FLUIDS, "no")
"""Item and value of the health profile: drinks are not limited."""


@dataclass(frozen=True)
class ImportCounts:
    """How many rows a file has, and how many of them an import would add or has added."""

    in_file: Mapping[str, int] = field(default_factory=dict)
    """Part of the file → number of rows, without duplicates and unchanged reminders."""
    new: Mapping[str, int] = field(default_factory=dict)
    """Part of the file → number of rows that can be added, without duplicates."""
    has_settings: bool = False
    """Whether the file has settings that are not set here yet."""
    deleted: int = 0
    """Number of entries that the person deleted here; an import does not restore them."""
    over_limit: int = 0
    """Number of rows that cannot be added because a limit is reached."""

    def __add__(self, other: "ImportCounts") -> "ImportCounts":
        """The counts of two slices of a file together."""
        return ImportCounts(
            _sum(self.in_file, other.in_file),
            _sum(self.new, other.new),
            self.has_settings or other.has_settings,
            self.deleted + other.deleted,
            self.over_limit + other.over_limit,
        )

    @property
    def is_anything_new(self) -> bool:
        """Whether an import would change anything."""
        return self.has_settings or any(self.new.values())

    @property
    def known(self) -> int:
        """Number of rows that are stored already."""
        not_new = sum(self.in_file.values()) - sum(self.new.values())
        return not_new - self.deleted - self.over_limit


def _sum(first: Mapping[str, int], second: Mapping[str, int]) -> Mapping[str, int]:
    return {part: first.get(part, 0) + second.get(part, 0) for part in {**first, **second}}


@dataclass(frozen=True)
class ImportPreview:
    """What a file, or a slice of it, contains, and what of it an import would add."""

    in_file: Mapping[str, int]
    new: Mapping[str, Sequence[Any]]
    """Part of the file → rows that can be added, without duplicates."""
    settings: Mapping[str, Any]
    """Settings that are not set here yet."""
    deleted: int = 0
    over_limit: int = 0

    @property
    def counts(self) -> ImportCounts:
        """The numbers of rows."""
        new = {part: len(rows) for part, rows in self.new.items()}
        return ImportCounts(self.in_file, new, bool(self.settings), self.deleted, self.over_limit)


async def preview_import(
    session: Session,
    user: User,
    diary: DiaryFile,
    coming: Collection[ReminderKey] = (),
    counted: Mapping[str, int] | None = None,
) -> ImportPreview:
    """Find out what an import would add.

    What is stored already stays as it is, and deleted entries stay deleted.

    Args:
        session: an open transaction; nothing is changed in it.
        user: whose diary it is.
        diary: the file, or a slice of it.
        coming: reminders of other slices, which are added first.
        counted: part of the file → rows of other slices, which are not stored yet.
    """
    key = await exported_ids_key(session)
    diary = with_private_ids(key, diary)
    in_file, new = await _of_tables(session, user.id, diary)
    if user.fluids in {Fluids.LIMITED, Fluids.UNSURE}:  # the answer given here takes precedence
        new["profile"] = [row for row in new["profile"] if (row.item, row.value) != NO_LIMIT]

    weeks = _by_key(diary.weeks, "week_on")
    answered = await _answered_weeks(session, user.id, {row.week_on for row in diary.weeks})
    in_file["weeks"] = len(weeks)
    new["weeks"] = [row for row in weeks.values() if row.week_on not in answered]

    stored = {key_of(key, one): one for one in await reminders_of(session, user.id)}
    reminders = _by_key([row for row in diary.reminders if not _is_unchanged(row)], "kind", "slot")
    in_file["reminders"] = len(reminders)
    new["reminders"], refused_reminders = _new_reminders(reminders, stored)

    after_import = {*stored, *coming, *((row.kind, row.slot) for row in new["reminders"])}
    after_import |= {(kind, 0) for kind in KINDS}
    deliveries = _by_key(diary.deliveries, "kind", "slot", "due_at")
    unknown = await _unknown_deliveries(session, key, user.id, deliveries)
    in_file["deliveries"] = len(deliveries)
    new["deliveries"] = [row for row in unknown if (row.kind, row.slot) in after_import]
    without_reminder = len(unknown) - len(new["deliveries"])

    over_limit = await _cut_to_limits(session, user.id, new, counted or {})
    return ImportPreview(
        in_file,
        new,
        _new_settings(user, diary),
        await _deleted_entries(session, user.id, diary),
        over_limit + refused_reminders + without_reminder,
    )


async def _of_tables(
    session: Session, user_id: int, diary: DiaryFile
) -> tuple[dict[str, int], dict[str, Sequence[Any]]]:
    """Of each part in ``TABLES``, the number of rows in the file, and those not stored yet."""
    in_file: dict[str, int] = {}
    new: dict[str, Sequence[Any]] = {}
    for part, (table, columns) in TABLES.items():
        rows = _by_key(getattr(diary, part), *columns)
        known = await _known_keys(session, user_id, table, columns, rows)
        in_file[part] = len(rows)
        unknown = [row for values, row in rows.items() if values not in known]
        if part in SAME_CONTENT:
            uids = {row.uid for row in rows.values()}
            unknown = await _without_same_content(session, user_id, part, unknown, uids)
        new[part] = unknown
    return in_file, new


def _new_settings(user: User, diary: DiaryFile) -> dict[str, Any]:
    """Settings that the file has and the person has not set here."""
    values = {name: getattr(diary.settings, name) for name in IMPORTED_SETTINGS}
    return {
        name: value
        for name, value in values.items()
        if value is not None and getattr(user, name) is None
    }


async def _known_keys(
    session: Session, user_id: int, table: Any, columns: Sequence[str], keys: Collection[Key]
) -> set[Key]:
    """Which of these rows may be stored: those whose first key column is the same."""
    if not keys:
        return set()
    first = getattr(table, columns[0])
    query = sa.select(*(getattr(table, name) for name in columns)).where(
        table.user_id == user_id, first.in_({key[0] for key in keys})
    )
    found = await (await session.connection()).execute(query)
    return {tuple(row) for row in found}


async def _without_same_content(
    session: Session, user_id: int, part: str, rows: Sequence[Any], uids: Collection[str]
) -> list[Any]:
    """The rows that are not stored with another uid that is not one of ``uids``.

    Each installation gives a row of an old file a private uid of its own.
    """
    if not any(is_private(row.uid) for row in rows):
        return list(rows)
    table: Any = TABLES[part][0]
    names = SAME_CONTENT[part]
    columns = [getattr(table, TABLE_COLUMNS.get(name, name)) for name in names]
    query = sa.select(table.uid, *columns).where(
        table.user_id == user_id,
        columns[0].in_({getattr(row, names[0]) for row in rows}),
    )
    found = await (await session.connection()).execute(query)
    stored = {tuple(content) for uid, *content in found if is_private(uid) and uid not in uids}
    return [
        row
        for row in rows
        if not is_private(row.uid) or tuple(getattr(row, name) for name in names) not in stored
    ]


async def _stored(session: Session, user_id: int, part: str, most: int) -> int:
    """How many rows of a part a person has, counted up to ``most``."""
    table: Any = LIMITED_TABLES[part]
    return await count_up_to(session, most, table.user_id == user_id)


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
        and row.muted is None
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
    added, over_limit = _up_to(unknown, REMINDERS - len(KINDS) - stored_custom)
    changed = [
        row
        for row in rows.values()
        if row.kind is not Kind.CUSTOM
        and ((row.kind, row.slot) not in stored or _is_unchanged(stored[row.kind, row.slot]))
    ]
    return [*added, *changed], over_limit


async def _answered_weeks(session: Session, user_id: int, weeks: set[date]) -> set[date]:
    """Those of some weeks for which the person said whether cramps limited them."""
    if not weeks:
        return set()
    query = select(col(WeeklySummary.week_on)).where(
        col(WeeklySummary.user_id) == user_id,
        col(WeeklySummary.week_on).in_(weeks),
        col(WeeklySummary.limited).is_not(None),
    )
    return set((await session.exec(query)).all())


async def _unknown_deliveries(
    session: Session, key: bytes, user_id: int, deliveries: Mapping[Key, Any]
) -> list[Any]:
    """The deliveries of a file that are not stored yet."""
    if not deliveries:
        return []
    columns: list[Any] = [Reminder.kind, Reminder.slot, Delivery.due_at]
    due = {row.due_at for row in deliveries.values()}
    query = (
        sa.select(*columns)
        .join(Delivery, col(Reminder.id) == col(Delivery.reminder_id))
        .where(col(Reminder.user_id) == user_id, col(Delivery.due_at).in_(due))
    )
    found = await (await session.connection()).execute(query)
    known = {(kind, file_slot(key, user_id, slot), due_at) for kind, slot, due_at in found}
    return [row for values, row in deliveries.items() if values not in known]


async def _cut_to_limits(
    session: Session, user_id: int, new: dict[str, Sequence[Any]], counted: Mapping[str, int]
) -> int:
    """Remove the rows of which a person may have no more; return how many these are.

    Args:
        session: an open transaction.
        user_id: whose diary it is.
        new: part of the file → rows, which are cut.
        counted: part of the file → rows of other slices, which are not stored yet.
    """
    over_limit = 0
    for part, most in limits.ROWS_OF_PART.items():
        if new[part]:
            left = most - await _stored(session, user_id, part, most) - counted.get(part, 0)
            new[part], refused = _up_to(new[part], left)
            over_limit += refused
    return over_limit


async def _deleted_entries(session: Session, user_id: int, diary: DiaryFile) -> int:
    """How many entries of the file the person deleted here."""
    uids = {entry.uid for entry in diary.entries}
    if not uids:
        return 0
    query = select(Cramp.uid).where(
        col(Cramp.user_id) == user_id, col(Cramp.uid).in_(uids), col(Cramp.deleted_at).is_not(None)
    )
    return len(set((await session.exec(query)).all()))
