"""A person's whole diary out of the database and back into it. No Telegram, no commit."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel, col, select

from bot.about.values import MOST_MEDICINES
from bot.db import Session, insert_for
from bot.models import (
    Cramp,
    Delivery,
    DeliveryStatus,
    Experiment,
    FlagHit,
    HabitDay,
    Kind,
    Medicine,
    NightCheck,
    ProfileItem,
    Reminder,
    ReportDraft,
    SetupStep,
    TrialStatus,
    User,
    WeeklySummary,
)
from bot.reminders.queries import MOST_REMINDERS, ensure_reminders, reminders_of, replan
from bot.takeout.schema import (
    DeliveryRow,
    DiaryFile,
    Entry,
    ExperimentRow,
    HabitRow,
    HitRow,
    MedicineRow,
    NightCheckRow,
    ProfileRow,
    ReminderRow,
    Settings,
    WeekRow,
)
from bot.users import queries as users

LISTS = ("possible_triggers", "relief_tried", "after_effects")
OVER = (
    DeliveryStatus.SENT,
    DeliveryStatus.UNKNOWN,
    DeliveryStatus.MISSED,
    DeliveryStatus.FAILED,
    DeliveryStatus.NOT_NEEDED,
)
AT_ONCE = 500
"""Rows written with one statement: SQLite takes a bounded number of values."""


# Out ---------------------------------------------------------------------------------------------


async def _rows_of(session: Session, table: Any, user_id: int, *order: Any) -> list[Any]:
    found = await session.exec(select(table).where(table.user_id == user_id).order_by(*order))
    return list(found)


def _plain(row: SQLModel, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names if hasattr(row, name)}


def _entry(cramp: Cramp) -> Entry:
    plain = _plain(cramp, Entry.model_fields)
    for name in LISTS:
        plain[name] = tuple(code for code in plain[name].split(",") if code)
    return Entry(**plain, entered_at=cramp.tapped_at)


async def entries_of(session: Session, user_id: int) -> list[Cramp]:
    """The entries that count, in the order of their time."""
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


async def diary_of(session: Session, user: User, now: datetime) -> DiaryFile:
    """Everything that is kept of a person, but their Telegram id and message ids."""
    reminders = await reminders_of(session, user.id)
    slots = {reminder.id: (reminder.kind, reminder.slot) for reminder in reminders}
    deliveries = await _rows_of(
        session, Delivery, user.id, col(Delivery.due_at), col(Delivery.kind), col(Delivery.id)
    )
    weeks = await _rows_of(session, WeeklySummary, user.id, col(WeeklySummary.week_on))

    async def told(table: Any, row: Any, *order: Any) -> tuple[Any, ...]:
        names = row.model_fields
        rows = await _rows_of(session, table, user.id, *order)
        return tuple(row(**_plain(one, names)) for one in rows)

    return DiaryFile(
        exported_at=now,
        settings=Settings(**_plain(user, Settings.model_fields)),
        entries=tuple(_entry(one) for one in await entries_of(session, user.id)),
        night_checks=await told(NightCheck, NightCheckRow, col(NightCheck.night_on)),
        habits=await told(HabitDay, HabitRow, col(HabitDay.night_on), col(HabitDay.habit)),
        profile=await told(ProfileItem, ProfileRow, col(ProfileItem.item)),
        medicines=await told(Medicine, MedicineRow, col(Medicine.told_at), col(Medicine.uid)),
        warning_signs=await told(FlagHit, HitRow, col(FlagHit.hit_on), col(FlagHit.rule)),
        fair_tests=await told(
            Experiment, ExperimentRow, col(Experiment.created_at), col(Experiment.uid)
        ),
        weeks=tuple(
            WeekRow(**_plain(one, WeekRow.model_fields))
            for one in weeks
            if one.limited is not None and one.limited_at is not None
        ),
        reminders=tuple(ReminderRow(**_plain(one, ReminderRow.model_fields)) for one in reminders),
        deliveries=tuple(
            DeliveryRow(
                **_plain(one, set(DeliveryRow.model_fields) - {"kind", "slot"}),
                kind=slots[one.reminder_id][0],
                slot=slots[one.reminder_id][1],
            )
            for one in deliveries
            if one.status in OVER
        ),
    )


# In ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Coming:
    """What a file would bring: rows of each sort that it holds, and those that are new."""

    entries: int
    new_entries: int
    nights: int
    new_nights: int
    others: int
    new_others: int

    @property
    def is_anything_new(self) -> bool:
        return bool(self.new_entries or self.new_nights or self.new_others)


def message_id_of(uid: str) -> int:
    """The key of an imported entry: no message logged it, so it is negative."""
    return -(int(uid[:7], 16) + 1)


async def _known(session: Session, user_id: int, table: Any, *names: str) -> set[tuple[Any, ...]]:
    columns = [getattr(table, name) for name in names]
    query = sa.select(*columns).where(table.user_id == user_id)
    found = await (await session.connection()).execute(query)
    return {tuple(row) for row in found}


def _fresh(rows: Sequence[Any], known: set[tuple[Any, ...]], *names: str) -> list[Any]:
    """Rows whose key is not there yet, each once."""
    found: dict[tuple[Any, ...], Any] = {}
    for row in rows:
        key = tuple(getattr(row, name) for name in names)
        if key not in known:
            found.setdefault(key, row)
    return list(found.values())


SORTS: Mapping[str, tuple[type[SQLModel], tuple[str, ...]]] = {
    "night_checks": (NightCheck, ("night_on",)),
    "habits": (HabitDay, ("night_on", "habit")),
    "profile": (ProfileItem, ("item",)),
    "medicines": (Medicine, ("uid",)),
    "warning_signs": (FlagHit, ("rule", "hit_on")),
    "fair_tests": (Experiment, ("uid",)),
}
"""Part of the file → its table and what makes a row of a person's the same row."""


async def _news(session: Session, user_id: int, diary: DiaryFile) -> dict[str, list[Any]]:
    """What of a file is not there yet. Entries that were removed here stay removed."""
    news = {"entries": _fresh(diary.entries, await _known(session, user_id, Cramp, "uid"), "uid")}
    for part, (table, key) in SORTS.items():
        known = await _known(session, user_id, table, *key)
        news[part] = _fresh(getattr(diary, part), known, *key)
    room = MOST_MEDICINES - len(await _known(session, user_id, Medicine, "uid"))
    news["medicines"] = news["medicines"][: max(room, 0)]
    return news


async def look_into(session: Session, user_id: int, diary: DiaryFile) -> Coming:
    """What a file would bring."""
    news = await _news(session, user_id, diary)
    others = [part for part in SORTS if part != "night_checks"]
    return Coming(
        len(diary.entries),
        len(news["entries"]),
        len(diary.night_checks),
        len(news["night_checks"]),
        sum(len(getattr(diary, part)) for part in others),
        sum(len(news[part]) for part in others),
    )


async def bring_in(session: Session, user: User, diary: DiaryFile, now: datetime) -> set[date]:
    """Add what is not there yet; what is there stays as it is. Twice brings nothing more.

    Returns:
        The nights that have changed.
    """
    news = await _news(session, user.id, diary)
    nights = {row.night_on for row in (*news["entries"], *news["night_checks"], *news["habits"])}
    await _insert(session, Cramp, [_cramp_row(user.id, entry) for entry in news["entries"]])
    has_running = await _has_running_test(session, user.id)
    for part, (table, _key) in SORTS.items():
        rows = [one.model_dump() | {"user_id": user.id} for one in news[part]]
        if has_running and table is Experiment:
            rows = [_stopped(row) for row in rows]
        await _insert(session, table, rows)
    await _bring_settings(session, user, diary)
    await _bring_reminders(session, user, diary)
    await _bring_weeks(session, user.id, diary, now)
    await replan(session, user, now)
    return nights


async def _has_running_test(session: Session, user_id: int) -> bool:
    found = await session.exec(
        select(Experiment.id).where(
            Experiment.user_id == user_id, Experiment.status == TrialStatus.RUNNING
        )
    )
    return found.first() is not None


def _stopped(row: dict[str, Any]) -> dict[str, Any]:
    """Of two running fair tests the one that comes in ends: there can be one at a time."""
    if row["status"] == TrialStatus.RUNNING:
        return row | {"status": TrialStatus.STOPPED, "stopped_why": "moved"}
    return row


def _cramp_row(user_id: int, entry: Entry) -> dict[str, Any]:
    row = entry.model_dump(exclude={"entered_at", *LISTS})
    row |= {name: ",".join(getattr(entry, name)) for name in LISTS}
    return row | {
        "user_id": user_id,
        "message_id": message_id_of(entry.uid),
        "tapped_at": entry.entered_at,
    }


async def _insert(session: Session, table: type[SQLModel], rows: list[dict[str, Any]]) -> None:
    for start in range(0, len(rows), AT_ONCE):
        part = rows[start : start + AT_ONCE]
        await (await session.connection()).execute(
            insert_for(session)(table).on_conflict_do_nothing(), part
        )


async def _bring_settings(session: Session, user: User, diary: DiaryFile) -> None:
    """What was not told here yet; a language and a zone of one's own are kept."""
    for name in ("bed_time", "wake_time", "fluids", "emergency_number", "time_zone"):
        if getattr(user, name) is None:
            setattr(user, name, getattr(diary.settings, name))
    answers = (user.time_zone, user.bed_time, user.wake_time, user.fluids)
    if all(answer is not None for answer in answers) and user.setup_step is not SetupStep.DONE:
        user.setup_step, user.awaiting = SetupStep.DONE, None
    session.add(user)
    await session.flush()


async def _bring_reminders(session: Session, user: User, diary: DiaryFile) -> None:
    """Own reminders that are not there yet, chosen times where none are chosen, and answers."""
    await ensure_reminders(session, user)
    there = {(one.kind, one.slot): one for one in await reminders_of(session, user.id)}
    for row in diary.reminders:
        reminder = there.get((row.kind, row.slot))
        if reminder is None and row.kind is Kind.CUSTOM and len(there) < MOST_REMINDERS:
            reminder = Reminder(user_id=user.id, kind=row.kind, slot=row.slot)
            there[row.kind, row.slot] = reminder
        elif reminder is None or reminder.times is not None:
            continue
        for name in ("words", "enabled", "times", "weekdays", "rests", "with_sound"):
            setattr(reminder, name, getattr(row, name))
        session.add(reminder)
    await session.flush()
    rows: list[dict[str, Any]] = [
        {
            "reminder_id": there[row.kind, row.slot].id,
            "user_id": user.id,
            "send_at": row.due_at,
            "attempts": 0,
            "has_buttons": False,
            **row.model_dump(exclude={"slot"}),
        }
        for row in diary.deliveries
        if (row.kind, row.slot) in there
    ]
    await _insert(session, Delivery, rows)


async def _bring_weeks(session: Session, user_id: int, diary: DiaryFile, now: datetime) -> None:
    rows: list[dict[str, Any]] = [
        {
            "user_id": user_id,
            "week_on": row.week_on,
            "figures": {},
            "caption": "",
            "limited": row.limited,
            "limited_at": row.limited_at,
            "created_at": now,
            "updated_at": now,
        }
        for row in diary.weeks
    ]
    insert = insert_for(session)(WeeklySummary)
    keep = {
        name: sa.func.coalesce(getattr(WeeklySummary, name), insert.excluded[name])
        for name in ("limited", "limited_at")
    }
    insert = insert.on_conflict_do_update(index_elements=["user_id", "week_on"], set_=keep)
    if rows:
        await (await session.connection()).execute(insert, rows)


# Away --------------------------------------------------------------------------------------------


async def recent_messages(session: Session, user_id: int, since: datetime) -> set[int]:
    """Messages of the chat that rows know of and that are not older than an instant."""
    found: set[int] = set()
    for column, condition in (
        (
            Delivery.message_id,
            sa.and_(col(Delivery.user_id) == user_id, col(Delivery.sent_at) >= since),
        ),
        (Cramp.message_id, sa.and_(col(Cramp.user_id) == user_id, col(Cramp.tapped_at) >= since)),
        (
            Cramp.reply_message_id,
            sa.and_(col(Cramp.user_id) == user_id, col(Cramp.tapped_at) >= since),
        ),
    ):
        rows = await session.exec(select(column).where(condition))
        found |= {number for number in rows if number is not None and number > 0}
    return found


async def forget_before(session: Session, first_on: date, before_at: datetime) -> int:
    """Remove what is older than the operator keeps diaries.

    Args:
        first_on: the first night that is kept.
        before_at: people who have blocked the bot since before this instant are erased.

    Returns:
        How many rows and people went.
    """
    gone: int = 0
    for table, column in (
        (Cramp, Cramp.night_on),
        (NightCheck, NightCheck.night_on),
        (HabitDay, HabitDay.night_on),
        (Delivery, Delivery.night_on),
        (FlagHit, FlagHit.hit_on),
        (WeeklySummary, WeeklySummary.week_on),
        (ReportDraft, ReportDraft.last_on),
    ):
        result = await session.exec(sa.delete(table).where(col(column) < first_on))
        gone += result.rowcount
    finished = sa.and_(
        col(Experiment.status) != TrialStatus.RUNNING,
        col(Experiment.starts_on) < first_on - timedelta(days=200),
    )
    result = await session.exec(sa.delete(Experiment).where(finished))
    gone += result.rowcount
    left = await session.exec(select(User.id).where(col(User.blocked_at) < before_at))
    for user_id in left.all():
        await users.erase(session, user_id)
        gone += 1
    return int(gone)
