"""Reads a person's diary for export, in slices. No Telegram, no commit."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

import sqlalchemy as sa
from sqlmodel import SQLModel, col

from bot.database.engine import Session
from bot.database.models import (
    Caregiver,
    Cramp,
    Delivery,
    DeliveryStatus,
    EntryChange,
    Experiment,
    FlagHit,
    HabitDay,
    LogAddress,
    Medicine,
    NightCheck,
    NightExposure,
    ProfileItem,
    Relief,
    Reminder,
    ReminderNight,
    ReportDraft,
    User,
    WeeklySummary,
)
from bot.features.data_export.private_ids import exported_ids_key, make_uids_private
from bot.features.data_export.reminder_keys import ReminderKey, key_of
from bot.features.data_export.schema import PARTS, DiaryFile, Settings
from bot.features.data_export.schema_entries import LIST_COLUMNS
from bot.features.data_export.schema_kept import (
    AccountRow,
    HelperRow,
    LogAddressRow,
    ReportDraftRow,
)
from bot.features.data_export.schema_types import Row
from bot.features.reminders.queries import reminders_of

FINAL_STATUSES = (
    DeliveryStatus.SENT,
    DeliveryStatus.UNKNOWN,
    DeliveryStatus.MISSED,
    DeliveryStatus.FAILED,
    DeliveryStatus.NOT_NEEDED,
)
"""Only deliveries that are finished are exported."""
_PEOPLE = UUID("3f4f7c1c-0f9b-4a44-9c53-9f4cf7b0a1d2")
Keys = Mapping[int | None, ReminderKey]
"""Id of a reminder → its kind and slot in a file."""


@dataclass(frozen=True)
class Source:
    """Where the rows of a part of the file come from, and their order."""

    table: Any
    order: tuple[str, ...]
    conditions: tuple[sa.ColumnElement[bool], ...] = ()


SOURCES: Mapping[str, Source] = {
    "entries": Source(
        Cramp,
        ("occurred_at", "uid"),
        (col(Cramp.deleted_at).is_(None), col(Cramp.same_as_id).is_(None)),
    ),
    "night_checks": Source(NightCheck, ("night_on",)),
    "habits": Source(HabitDay, ("night_on", "habit")),
    "exposures": Source(NightExposure, ("night_on", "exposure")),
    "profile": Source(ProfileItem, ("item",)),
    "medicines": Source(Medicine, ("told_at", "uid")),
    "warning_signs": Source(FlagHit, ("hit_on", "rule")),
    "fair_tests": Source(Experiment, ("created_at", "uid")),
    "weeks": Source(
        WeeklySummary,
        ("week_on",),
        (col(WeeklySummary.limited).is_not(None), col(WeeklySummary.limited_at).is_not(None)),
    ),
    "reminders": Source(Reminder, ("id",)),
    "deliveries": Source(
        Delivery, ("due_at", "reminder_id"), (col(Delivery.status).in_(FINAL_STATUSES),)
    ),
    "reminder_nights": Source(ReminderNight, ("night_on",)),
    "removed_entries": Source(
        Cramp,
        ("deleted_at", "uid"),
        (
            col(Cramp.deleted_at).is_not(None),
            col(Cramp.is_empty).is_(False),
            col(Cramp.same_as_id).is_(None),
        ),
    ),
    "summaries": Source(WeeklySummary, ("week_on",), (col(WeeklySummary.caption) != "",)),
    "earlier_versions": Source(EntryChange, ("made_at",)),
    "reliefs": Source(Relief, ("started_at",)),
}
"""Part of the file → its table. Duplicates of entries are left out."""


async def reminder_keys(session: Session, user_id: int) -> Keys:
    """The kinds and slots of a person's reminders."""
    key = await exported_ids_key(session)
    return {one.id: key_of(key, one) for one in await reminders_of(session, user_id)}


async def ids_of(session: Session, user_id: int, part: str, keys: Keys) -> Sequence[int]:
    """The ids of the rows of a part, in the order of the file."""
    source = SOURCES[part]
    table = source.table
    order = [getattr(table, name) for name in (*source.order, "id")]
    # The values are read only where they are needed for an order that SQL does not know.
    columns = order if part == "deliveries" else [table.id]
    found = await (await session.connection()).execute(
        sa.select(*columns).where(table.user_id == user_id, *source.conditions).order_by(*order)
    )
    if part == "deliveries":
        rows = sorted((due_at, *keys[reminder], number) for due_at, reminder, number in found)
        return [row[-1] for row in rows]
    ids = found.scalars().all()
    return sorted(ids, key=lambda number: keys[number]) if part == "reminders" else ids


async def values_of(
    session: Session, user_id: int, part: str, ids: Collection[int | None], keys: Keys
) -> list[dict[str, Any]]:
    """The values of some rows of a part, as its class in ``schema.py`` takes them."""
    table = SOURCES[part].table
    names = [name for name in PARTS[part].model_fields if hasattr(table, name) and name != "slot"]
    more = {
        "entries": ["tapped_at"],
        "removed_entries": ["deleted_at", "tapped_at"],
        "deliveries": ["reminder_id"],
        "reminders": ["id"],
        "earlier_versions": ["cramp_id"],
    }
    found = await (await session.connection()).execute(
        sa.select(
            table.id, *(getattr(table, name) for name in (*names, *more.get(part, ())))
        ).where(table.user_id == user_id, table.id.in_(ids))
    )
    by_id = {row[0]: _row_values(part, names, row, keys) for row in found}
    if part == "earlier_versions":
        await _name_entries(session, user_id, by_id.values())
    return [by_id[number] for number in ids if number in by_id]


def _row_values(part: str, names: Sequence[str], row: sa.Row[Any], keys: Keys) -> dict[str, Any]:
    values: dict[str, Any] = dict(zip(names, row[1:], strict=False))
    if part in {"entries", "removed_entries"}:
        for name in LIST_COLUMNS:
            values[name] = tuple(code for code in values[name].split(",") if code)
        values["entered_at"] = row[-1]
        if part == "removed_entries":
            values["removed_at"] = row.deleted_at
    elif part in {"deliveries", "reminders"}:
        values["kind"], values["slot"] = keys[row[-1]]
    elif part == "earlier_versions":
        values["uid"] = row.cramp_id
    return values


async def _name_entries(
    session: Session, user_id: int, changes: Collection[dict[str, Any]]
) -> None:
    """Put the uids of entries in place of their ids."""
    found = await (await session.connection()).execute(
        sa.select(col(Cramp.id), col(Cramp.uid)).where(
            col(Cramp.user_id) == user_id, col(Cramp.id).in_({one["uid"] for one in changes})
        )
    )
    uids = dict(found.all())
    for one in changes:
        one["uid"] = uids[one["uid"]]


async def head_of(session: Session, user: User) -> dict[str, Any]:
    """The values of the parts that are not lists: settings, account, and other single rows."""
    helper = await session.get(Caregiver, user.id)
    address, draft = await session.get(LogAddress, user.id), await session.get(ReportDraft, user.id)
    return {
        "settings": _values(user, Settings),
        "account": _values(user, AccountRow),
        "helper": helper and _values(helper, HelperRow),
        "log_address": address and _values(address, LogAddressRow),
        "report_draft": draft and _values(draft, ReportDraftRow),
    }


def _values(row: SQLModel, kind: type[Row]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in kind.model_fields}


async def uids_of(session: Session, user_id: int, ids: Collection[int]) -> frozenset[str]:
    """The uids of some of a person's entries."""
    found = await (await session.connection()).execute(
        sa.select(col(Cramp.uid)).where(col(Cramp.user_id) == user_id, col(Cramp.id).in_(ids))
    )
    return frozenset(found.scalars())


async def first_uid(session: Session, user_id: int) -> UUID:
    """Identifies the person in a file for others: made from the uid of an entry of
    their first night.

    So it stays the same from file to file, and does not come from an id of Telegram. Without an
    entry it is a constant.
    """
    found = await (await session.connection()).execute(
        sa.select(col(Cramp.uid))
        .where(col(Cramp.user_id) == user_id)
        .order_by(col(Cramp.night_on), col(Cramp.id))  # the index of a person's nights
        .limit(1)
    )
    return uuid5(_PEOPLE, found.scalar() or "")


async def export_diary(session: Session, user: User, now: datetime) -> DiaryFile:
    """Everything that is stored about a person, except Telegram ids and message ids, at once."""
    while not await make_uids_private(session, [user.id], now):
        pass
    keys = await reminder_keys(session, user.id)
    parts: dict[str, Any] = {}
    for part, row in PARTS.items():
        ids = await ids_of(session, user.id, part, keys)
        values = await values_of(session, user.id, part, ids, keys)
        parts[part] = tuple(row(**one) for one in values)
    return DiaryFile(exported_at=now, **await head_of(session, user), **parts)
