"""A person's whole diary out of the database and back into it. No Telegram, no commit."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel, col, select

from bot.database.engine import Session, insert_for
from bot.database.models import (
    Cramp,
    Delivery,
    DeliveryStatus,
    Experiment,
    FlagHit,
    Fluids,
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
from bot.dispatch.planning import default_weekdays
from bot.dispatch.replanning import replan
from bot.features.cramps import queries as cramps
from bot.features.data_export.schema import (
    MOST_SLOTS,
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
from bot.features.diary.uids import uid_of
from bot.features.experiments import queries as trials
from bot.features.experiments.design import WITHOUT
from bot.features.experiments.rules import StopReason, Subject
from bot.features.health_profile.values import LIMIT_FLUIDS, MOST_MEDICINES
from bot.features.reminders.queries import (
    KINDS,
    MOST_REMINDERS,
    OFF_BY_DEFAULT,
    SOUND_BY_DEFAULT,
    cancel_pending,
    ensure_reminders,
    reminders_of,
    set_rests,
)
from bot.identity import people as users

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
IMPORTED_SLOTS = 900_000_000
"""Above it are the slots of reminders that came out of a file; no message has such a number."""
LOWEST_KEY = -(10**9)
"""Keys of imported entries lie between this and 0; further down are those that histories add."""
Name = tuple[Kind, int]
"""A reminder as files name it."""


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


def slot_name(user_id: int, slot: int) -> int:
    """What a reminder's slot is called in a file: a slot is a message id, which stays here.

    One that came out of a file keeps the name it had there.
    """
    if slot == 0:
        return 0
    if slot > IMPORTED_SLOTS:
        return slot - IMPORTED_SLOTS
    return int(uid_of(user_id, "reminder", slot)[:12], 16) % (MOST_SLOTS - 1) + 1


def _name(reminder: Reminder) -> Name:
    return reminder.kind, slot_name(reminder.user_id, reminder.slot)


async def diary_of(session: Session, user: User, now: datetime) -> DiaryFile:
    """Everything that is kept of a person, but their Telegram id and message ids."""
    reminders = await reminders_of(session, user.id)
    names = {reminder.id: _name(reminder) for reminder in reminders}
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
        reminders=tuple(
            ReminderRow(
                **_plain(one, set(ReminderRow.model_fields) - {"slot"}), slot=names[one.id][1]
            )
            for one in sorted(reminders, key=lambda one: names[one.id])
        ),
        deliveries=await _deliveries_of(session, user.id, names),
    )


async def _deliveries_of(
    session: Session, user_id: int, names: Mapping[int | None, Name]
) -> tuple[DeliveryRow, ...]:
    """What came of every occurrence. They are many, so neither mapped nor checked one by one."""
    fields = [name for name in DeliveryRow.model_fields if name not in {"kind", "slot"}]
    columns: list[Any] = [getattr(Delivery, name) for name in ("reminder_id", *fields)]
    found = await (await session.connection()).execute(
        sa.select(*columns).where(col(Delivery.user_id) == user_id, col(Delivery.status).in_(OVER))
    )
    rows = []
    for reminder_id, *values in found:
        kind, slot = names[reminder_id]
        plain = dict(zip(fields, values, strict=True))
        rows.append(DeliveryRow.model_construct(kind=kind, slot=slot, **plain))
    return tuple(sorted(rows, key=lambda row: (row.due_at, row.kind, row.slot)))


# In ----------------------------------------------------------------------------------------------


SORTS: Mapping[str, tuple[type[SQLModel], tuple[str, ...]]] = {
    "entries": (Cramp, ("uid",)),
    "night_checks": (NightCheck, ("night_on",)),
    "habits": (HabitDay, ("night_on", "habit")),
    "profile": (ProfileItem, ("item",)),
    "medicines": (Medicine, ("uid",)),
    "warning_signs": (FlagHit, ("rule", "hit_on")),
    "fair_tests": (Experiment, ("uid",)),
}
"""Part of the file → its table and what makes a row of a person's the same row."""
SETTINGS = ("bed_time", "wake_time", "fluids", "emergency_number", "time_zone")
"""What a file may tell of somebody who has not told it yet; everybody's language is their own."""

NO_LIMIT = (LIMIT_FLUIDS, "no")


@dataclass(frozen=True)
class Coming:
    """What a file holds, and what of it an account does not have yet."""

    held: Mapping[str, int]
    """Part of the file → rows that tell anything."""
    new: Mapping[str, Sequence[Any]]
    """Part of the file → rows that can be added, each once."""
    settings: Mapping[str, Any]
    """Settings that are not told here yet."""
    removed: int = 0
    """Entries that were removed here: they stay so."""
    crowded: int = 0
    """Rows for which there is no room."""

    @property
    def is_anything_new(self) -> bool:
        return bool(self.settings) or any(self.new.values())

    @property
    def known(self) -> int:
        """Rows that are here already."""
        held = sum(self.held.values()) - sum(map(len, self.new.values()))
        return held - self.removed - self.crowded


async def _known(session: Session, user_id: int, table: Any, *names: str) -> set[tuple[Any, ...]]:
    columns = [getattr(table, name) for name in names]
    query = sa.select(*columns).where(table.user_id == user_id)
    found = await (await session.connection()).execute(query)
    return {tuple(row) for row in found}


def _once(rows: Sequence[Any], *names: str) -> dict[tuple[Any, ...], Any]:
    """Rows by what makes them the same row; of several the first."""
    found: dict[tuple[Any, ...], Any] = {}
    for row in rows:
        found.setdefault(tuple(getattr(row, name) for name in names), row)
    return found


def _is_untouched(row: Reminder | ReminderRow) -> bool:
    """Whether a reminder is as everybody's is at first: nothing was chosen."""
    return (
        row.kind is not Kind.CUSTOM
        and row.enabled is (row.kind not in OFF_BY_DEFAULT)
        and row.times is None
        and row.weekdays == default_weekdays(row.kind)
        and row.rests is None
        and row.with_sound is (row.kind in SOUND_BY_DEFAULT)
    )


async def look_into(session: Session, user: User, diary: DiaryFile) -> Coming:
    """What a file would bring. What is here stays as it is, and a removed entry stays removed."""
    held: dict[str, int] = {}
    new: dict[str, Sequence[Any]] = {}
    for part, (table, key) in SORTS.items():
        rows = _once(getattr(diary, part), *key)
        known = await _known(session, user.id, table, *key)
        held[part], new[part] = len(rows), [row for name, row in rows.items() if name not in known]
    if user.fluids in {Fluids.LIMITED, Fluids.UNSURE}:  # one's own answer outranks a file's
        new["profile"] = [row for row in new["profile"] if (row.item, row.value) != NO_LIMIT]
    taken = len(await _known(session, user.id, Medicine, "uid"))
    new["medicines"], crowded = _within(new["medicines"], MOST_MEDICINES - taken)

    weeks = _once(diary.weeks, "week_on")
    answered = await _answered_weeks(session, user.id)
    held["weeks"] = len(weeks)
    new["weeks"] = [row for row in weeks.values() if row.week_on not in answered]

    there = {_name(one): one for one in await reminders_of(session, user.id)}
    reminders = _once([row for row in diary.reminders if not _is_untouched(row)], "kind", "slot")
    held["reminders"] = len(reminders)
    new["reminders"], no_room = _new_reminders(reminders, there)
    crowded += no_room

    deliveries = _once(diary.deliveries, "kind", "slot", "due_at")
    sent = await _known_deliveries(session, user.id)
    unknown = [row for name, row in deliveries.items() if name not in sent]
    kept = {*there, *((row.kind, row.slot) for row in new["reminders"])}
    kept |= {(kind, 0) for kind in KINDS}
    held["deliveries"] = len(deliveries)
    new["deliveries"] = [row for row in unknown if (row.kind, row.slot) in kept]
    crowded += len(unknown) - len(new["deliveries"])

    told = {name: getattr(diary.settings, name) for name in SETTINGS}
    settings = {name: value for name, value in told.items() if getattr(user, name) is None}
    return Coming(
        held,
        new,
        {name: value for name, value in settings.items() if value is not None},
        await _removed(session, user.id, diary),
        crowded,
    )


def _within(rows: Sequence[Any], room: int) -> tuple[Sequence[Any], int]:
    """The rows that find room, and how many do not."""
    room = max(room, 0)
    return rows[:room], len(rows[room:])


def _new_reminders(
    rows: Mapping[tuple[Any, ...], ReminderRow], there: Mapping[Name, Reminder]
) -> tuple[list[ReminderRow], int]:
    """Own ones that are not there, and choices where none was made; how many find no room."""
    own = [row for row in rows.values() if row.kind is Kind.CUSTOM]
    taken = sum(kind is Kind.CUSTOM for kind, _slot in there)
    unknown = [row for row in own if (row.kind, row.slot) not in there]
    fitting, crowded = _within(unknown, MOST_REMINDERS - len(KINDS) - taken)
    usual = [row for row in rows.values() if row.kind is not Kind.CUSTOM]
    chosen = [
        row
        for row in usual
        if (row.kind, row.slot) not in there or _is_untouched(there[row.kind, row.slot])
    ]
    return [*fitting, *chosen], crowded


async def _answered_weeks(session: Session, user_id: int) -> set[date]:
    rows = await session.exec(
        select(WeeklySummary).where(
            WeeklySummary.user_id == user_id, col(WeeklySummary.limited).is_not(None)
        )
    )
    return {row.week_on for row in rows}


async def _known_deliveries(session: Session, user_id: int) -> set[tuple[Any, ...]]:
    columns: list[Any] = [Reminder.kind, Reminder.slot, Delivery.due_at]
    query = (
        sa.select(*columns)
        .join(Reminder, col(Reminder.id) == col(Delivery.reminder_id))
        .where(col(Delivery.user_id) == user_id)
    )
    found = await (await session.connection()).execute(query)
    return {(kind, slot_name(user_id, slot), due_at) for kind, slot, due_at in found}


async def _removed(session: Session, user_id: int, diary: DiaryFile) -> int:
    found = await session.exec(
        select(Cramp.uid).where(Cramp.user_id == user_id, col(Cramp.deleted_at).is_not(None))
    )
    return len({entry.uid for entry in diary.entries} & set(found))


async def bring_in(
    session: Session, user: User, diary: DiaryFile, now: datetime
) -> tuple[Coming, set[date]]:
    """Add what is not there yet; what is there stays as it is. Twice brings nothing more.

    Returns:
        What was added, and the nights that have changed.
    """
    # Two files at once would give their entries the same keys.
    await session.exec(select(User.id).where(User.id == user.id).with_for_update(key_share=True))
    coming = await look_into(session, user, diary)
    news = dict(coming.new)
    nights = {row.night_on for part in NIGHTLY for row in news[part]}
    test = await _running_test(session, user, news, now)
    await _bring_settings(session, user, coming.settings, news["profile"])
    await _insert(session, Cramp, await _cramp_rows(session, user.id, news["entries"]))
    for part in ("night_checks", "habits", "profile", "medicines", "warning_signs"):
        await _insert(session, SORTS[part][0], [_row(user.id, one) for one in news[part]])
    await _insert(
        session,
        Experiment,
        [
            _row(user.id, one) | ({} if one is test else _stopped(one, user, now))
            for one in news["fair_tests"]
        ],
    )
    await _bring_reminders(session, user, news["reminders"], test, now)
    await _bring_deliveries(session, user.id, news["deliveries"])
    await _bring_weeks(session, user.id, news["weeks"], now)
    await replan(session, user, now)
    return coming, nights


NIGHTLY = ("entries", "night_checks", "habits", "deliveries")


async def _running_test(
    session: Session, user: User, news: Mapping[str, Sequence[Any]], now: datetime
) -> ExperimentRow | None:
    """The one test of a file that goes on here; None when another one runs, or must not.

    What keeps somebody from starting a test, such as a warning sign met here, keeps one from going
    on here. What a limit of drinks ends is ended like any other test, once it is in.
    """
    found = [one for one in news["fair_tests"] if one.status is TrialStatus.RUNNING]
    if not found or await trials.running(session, user.id) is not None:
        return None
    refusal = await trials.refusal(session, user, Subject.STRETCH, now)
    newest: ExperimentRow = max(found, key=lambda one: one.created_at)
    return newest if refusal is None else None


def _stopped(row: ExperimentRow, user: User, now: datetime) -> dict[str, Any]:
    """A running test that cannot go on here is over, and its end needs no telling."""
    if row.status is not TrialStatus.RUNNING:
        return {}
    return {
        "status": TrialStatus.STOPPED,
        "stopped_why": StopReason.WISH.value,
        "stopped_on": trials.today(user, now),
        "told_at": row.told_at or now,
    }


def _row(user_id: int, row: Any) -> dict[str, Any]:
    plain: dict[str, Any] = row.model_dump()
    return plain | {"user_id": user_id}


async def _cramp_rows(
    session: Session, user_id: int, entries: Sequence[Entry]
) -> list[dict[str, Any]]:
    """No message logged them, so their keys are negative, in the order of their entering."""
    found = await session.exec(
        select(sa.func.min(Cramp.message_id)).where(
            Cramp.user_id == user_id, col(Cramp.message_id) > LOWEST_KEY
        )
    )
    first = min(found.one() or 0, 0) - len(entries)
    rows = []
    in_order = sorted(entries, key=lambda entry: (entry.entered_at, entry.uid))
    for key, entry in enumerate(in_order, first):
        row = entry.model_dump(exclude={"entered_at", *LISTS})
        row |= {name: ",".join(getattr(entry, name)) for name in LISTS}
        row |= {"user_id": user_id, "message_id": key, "tapped_at": entry.entered_at}
        rows.append(row)
    return rows


async def _insert(session: Session, table: type[SQLModel], rows: list[dict[str, Any]]) -> None:
    for start in range(0, len(rows), AT_ONCE):
        part = rows[start : start + AT_ONCE]
        await (await session.connection()).execute(
            insert_for(session)(table).on_conflict_do_nothing(), part
        )


async def _bring_settings(
    session: Session, user: User, told: Mapping[str, Any], profile: Sequence[ProfileRow]
) -> None:
    """What was not told here yet. Whoever turns out to limit drinks gets no reminders of them."""
    is_limited = any(row.item == LIMIT_FLUIDS and row.value == "yes" for row in profile)
    if is_limited and user.fluids is Fluids.FREE:
        user.fluids = Fluids.LIMITED
        await cancel_pending(session, user.id, Kind.HYDRATION)
    for name, value in told.items():
        setattr(user, name, value)
    if "time_zone" in told:  # what was logged here before is read by it, as when it is told
        await cramps.tell_zone(session, user.id, told["time_zone"])
    answers = (user.time_zone, user.bed_time, user.wake_time, user.fluids)
    if all(answer is not None for answer in answers) and user.setup_step is not SetupStep.DONE:
        user.setup_step, user.awaiting = SetupStep.DONE, None
    session.add(user)
    await session.flush()


async def _bring_reminders(
    session: Session,
    user: User,
    rows: Sequence[ReminderRow],
    test: ExperimentRow | None,
    now: datetime,
) -> None:
    """Reminders that are not there, or were left as at first; those of a test follow its blocks."""
    await ensure_reminders(session, user)
    there = {_name(one): one for one in await reminders_of(session, user.id, for_update=True)}
    for row in rows:
        reminder = there.get((row.kind, row.slot))
        if reminder is None:
            slot = IMPORTED_SLOTS + row.slot
            reminder = Reminder(user_id=user.id, kind=row.kind, slot=slot)
        for name in ("words", "enabled", "times", "weekdays", "with_sound"):
            setattr(reminder, name, getattr(row, name))
        reminder.rests = row.rests if test is not None else None
        session.add(reminder)
    await session.flush()
    if test is not None:
        experiment = Experiment(user_id=user.id, **test.model_dump())
        for reminder in await trials.reminders_of_test(session, user, experiment):
            spans = trials.course_of(experiment).spans(WITHOUT)
            await set_rests(session, user, reminder.kind, spans, now, reminder.slot)


async def _bring_deliveries(session: Session, user_id: int, rows: Sequence[DeliveryRow]) -> None:
    ids = {_name(one): one.id for one in await reminders_of(session, user_id)}
    await _insert(
        session,
        Delivery,
        [
            {
                "reminder_id": ids[row.kind, row.slot],
                "user_id": user_id,
                "send_at": row.due_at,
                "attempts": 0,
                "has_buttons": False,
                **row.model_dump(exclude={"slot"}),
            }
            for row in rows
        ],
    )


async def _bring_weeks(
    session: Session, user_id: int, weeks: Sequence[WeekRow], now: datetime
) -> None:
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
        for row in weeks
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
        (
            WeeklySummary.message_id,
            sa.and_(col(WeeklySummary.user_id) == user_id, col(WeeklySummary.sent_at) >= since),
        ),
        (
            ReportDraft.message_id,
            sa.and_(col(ReportDraft.user_id) == user_id, col(ReportDraft.updated_at) >= since),
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
    over = await session.exec(
        select(Experiment).where(
            col(Experiment.status) != TrialStatus.RUNNING, col(Experiment.starts_on) < first_on
        )
    )
    for test in over.all():
        if trials.course_of(test).last_on < first_on:
            await session.delete(test)
            gone += 1
    left = await session.exec(select(User.id).where(col(User.blocked_at) < before_at))
    for user_id in left.all():
        await users.erase(session, user_id)
        gone += 1
    return int(gone)
