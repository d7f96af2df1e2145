"""What must be true of every row, whoever wrote what: looked for in the database itself."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import available_timezones

import sqlalchemy as sa
from sqlmodel import SQLModel, select

from bot.database.engine import Database, Session
from bot.database.models import (
    Cramp,
    Delivery,
    Experiment,
    FailedUpdate,
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
from bot.dispatch.planning import is_on, schedule_of, zone_plan_of
from bot.dispatch.replanning import replan
from bot.dispatch.schedule import Occurrence, moved
from bot.features.cramps import values
from bot.features.data_export.export_queries import export_diary
from bot.features.data_export.files import as_json
from bot.features.data_export.import_files import read_json
from bot.features.data_export.schema_entries import ZONE_RULE_CHANGE
from bot.features.data_export.schema_health import SIGNS
from bot.features.data_export.schema_reminders import MAX_NIGHT_DISTANCE
from bot.features.diary.limits import MEDICINES, REMINDERS
from bot.features.experiments.design import is_drawable
from bot.features.health_profile.values import ITEMS, LIMIT_FLUIDS, LONGEST_MEDICINE
from bot.features.reminders.messages.names import LONGEST_WORDS
from bot.features.reminders.queries import KINDS
from bot.local_time.nights import local_time, night_of
from bot.telegram.message import unpack

Snapshot = dict[str, list[tuple[Any, ...]]]
SKEW = timedelta(days=1)
"""How far what came out of a file may lie ahead: clocks and zones differ."""
OF_NOBODY = frozenset(
    {"pace", "facts", "failed_updates", "inbox", "leases", "broadcasts", "revocations"}
)


async def rows_of(database: Database, user_id: int) -> Snapshot:
    """Every column of every row of a person, table by table."""
    found: Snapshot = {}
    async with database.transaction() as session:
        connection = await session.connection()
        for table in SQLModel.metadata.sorted_tables:
            if table.name not in OF_NOBODY:
                owner = table.columns["id" if table.name == "users" else "user_id"]
                keys = list(table.primary_key.columns)
                rows = await connection.execute(
                    sa.select(table).where(owner == user_id).order_by(*keys)
                )
                found[table.name] = [tuple(row) for row in rows]
    return found


async def complaints(database: Database, user_id: int, now: datetime) -> list[str]:
    """What is wrong with the rows of a person; empty when all is well."""
    async with database.transaction() as session:
        user = await session.get(User, user_id)
        if user is None:
            return []
        wrong = list(_user(user))
        for table, check in CHECKS.items():
            for row in await _all(session, table, user_id):
                wrong += [f"{table.__name__} {row}: {what}" for what in check(row, now)]
        wrong += await _together(session, user, now)
        diary = await export_diary(session, user, now)
    if read_json(as_json(diary)) != diary:  # every code, date and length has its place in a file
        wrong.append("the diary does not come back out of its file")
    return wrong


async def _all(session: Session, table: Any, user_id: int) -> list[Any]:
    return list(await session.exec(select(table).where(table.user_id == user_id)))


def _is_zone(name: str | None) -> bool:
    return name is None or name in available_timezones()


def _is_clean(text: str | None, longest: int) -> bool:
    return text is None or (0 < len(text) <= longest and "\x00" not in text)


def _user(user: User) -> Iterator[str]:
    told = (user.time_zone, user.bed_time, user.wake_time, user.fluids)
    if not (_is_zone(user.time_zone) and _is_zone(user.home_zone)):
        yield "an unknown zone"
    if (user.setup_step is SetupStep.DONE) is (None in told):
        yield f"{user.setup_step} with {told}"
    for clock in (user.bed_time, user.wake_time):
        if clock is not None and (clock.second or clock.microsecond or clock.tzinfo):
            yield f"odd clock {clock!r}"
    if (user.home_zone is None) is not (user.home_zone_until_on is None):
        yield "half a journey"
    if user.awaiting is not None and unpack(user.awaiting) is None:
        yield f"awaits {user.awaiting!r}"
    number = user.emergency_number
    if number is not None and not re.fullmatch(r"[0-9]{2,15}", number, re.ASCII):
        yield f"an odd number {number!r}"
    if not 0 <= user.spread_seconds < 600 or len(user.language) > 16:
        yield "an odd spread or language"


def _cramp(row: Cramp, now: datetime) -> Iterator[str]:
    for name, codes in values.SINGLE.items():
        value = getattr(row, values.COLUMNS.get(name, name))
        if value is not None and values.code_of(name, value) not in codes:
            yield f"{name} {value!r}"
    for name, codes in values.MANY.items():
        told = [code for code in getattr(row, values.COLUMNS[name]).split(",") if code]
        if len(set(told)) != len(told) or not set(told) <= set(codes):
            yield f"{name} {told}"
    if row.time_precision not in {"exact", "about", "night_only"}:
        yield "an odd precision"
    if not _is_zone(row.time_zone) or not _is_clean(row.note, values.LONGEST_NOTE):
        yield "an odd zone or note"
    is_own = row.message_id > 0
    local = local_time(row.occurred_at, row.time_zone)
    moved = timedelta(0) if is_own else ZONE_RULE_CHANGE
    if row.night_on not in {night_of(local - moved), night_of(local + moved)}:
        yield f"{row.night_on} is not the night of {local}"
    latest = now if is_own else now + SKEW
    if row.tapped_at > latest or (row.occurred_at > latest and row.time_precision != "night_only"):
        yield "it has not been yet"
    if re.fullmatch(r"[0-9a-f]{32}", row.uid) is None:
        yield "an odd name"


def _night_check(row: NightCheck, now: datetime) -> Iterator[str]:
    yield from _told(row.answered_at, row.night_on, now)


def _habit(row: HabitDay, now: datetime) -> Iterator[str]:
    yield from _told(row.answered_at, row.night_on, now)


def _told(at: datetime, day: date, now: datetime) -> Iterator[str]:
    if at > now + SKEW or day > (now + SKEW).date() or day.year < 2000:
        yield "it has not been yet, or long ago"


def _item(row: ProfileItem, now: datetime) -> Iterator[str]:
    if row.value not in ITEMS.get(row.item, ()) or row.told_at > now + SKEW:
        yield "an unknown value"


def _medicine(row: Medicine, now: datetime) -> Iterator[str]:
    if not _is_clean(row.words, LONGEST_MEDICINE):
        yield "odd words"
    if row.started_on is not None and row.started_on > (now + SKEW).date():
        yield "it has not begun"


def _hit(row: FlagHit, now: datetime) -> Iterator[str]:
    if row.rule not in SIGNS or row.level not in {"info", "soon", "urgent", "emergency"}:
        yield "an unknown sign"
    if row.hit_at > now + SKEW or (row.answer is None) is not (row.answered_at is None):
        yield "an odd time or answer"


def _trial(row: Experiment, now: datetime) -> Iterator[str]:
    if not is_drawable(row.blocks) or not 1 <= row.block_days <= 28:
        yield "odd blocks"
    if not _is_clean(row.words, LONGEST_WORDS) or row.created_at > now + SKEW:
        yield "odd words or time"
    if (row.status is TrialStatus.RUNNING) and row.stopped_on is not None:
        yield "it runs and has stopped"


def _draft(row: ReportDraft, now: datetime) -> Iterator[str]:
    if not 1 <= row.weeks <= 60 or row.last_on > (now + SKEW).date():
        yield "an odd period"
    if not _is_clean(row.name, 80) or not _is_clean(row.questions, 1000):
        yield "odd words"
    codes = row.left_out.split(",")
    if len(set(codes)) != len(codes):
        yield "a line twice"


def _week(row: WeeklySummary, now: datetime) -> Iterator[str]:
    if row.limited not in {None, "no", "a_bit", "a_lot"} or row.week_on > (now + SKEW).date():
        yield "an odd week or answer"


def _delivery(row: Delivery, now: datetime) -> Iterator[str]:
    if (row.answer is None) is not (row.answered_at is None):
        yield "half an answer"
    if row.later_at is not None and not row.due_at < row.later_at < now + timedelta(days=2):
        yield "it comes again at an odd time"
    if row.due_at > now + SKEW or abs(row.night_on - row.due_at.date()) > MAX_NIGHT_DISTANCE:
        yield "an odd time"


def _reminder(row: Reminder, _now: datetime) -> Iterator[str]:
    if (row.kind is Kind.CUSTOM) is (row.slot == 0) or not 0 <= row.weekdays <= 127:
        yield "an odd slot or odd days"
    if (row.kind is Kind.CUSTOM) is (row.words is None) or not _is_clean(row.words, LONGEST_WORDS):
        yield "odd words"
    clock = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]"
    if row.times is not None:
        times = row.times.split(",")
        if times != sorted(set(times)) or not all(re.fullmatch(clock, one) for one in times):
            yield "odd times"
    if (row.next_at is None) is not (row.next_local is None):
        yield "half a plan"
    if row.last_local and row.next_local and row.next_local <= row.last_local:
        yield "it would come twice"


CHECKS: dict[type[SQLModel], Callable[[Any, datetime], Iterator[str]]] = {
    Cramp: _cramp,
    NightCheck: _night_check,
    HabitDay: _habit,
    ProfileItem: _item,
    Medicine: _medicine,
    FlagHit: _hit,
    Experiment: _trial,
    ReportDraft: _draft,
    WeeklySummary: _week,
    Delivery: _delivery,
    Reminder: _reminder,
}


async def _together(session: Session, user: User, now: datetime) -> list[str]:
    """What rows say of each other."""
    wrong = []
    cramps = {row.id: row for row in await _all(session, Cramp, user.id)}
    if any(row.same_as_id not in cramps for row in cramps.values() if row.same_as_id is not None):
        wrong.append("a second tap for somebody else's entry")
    reminders = {row.id: row for row in await _all(session, Reminder, user.id)}
    wrong += [
        f"delivery {row.id} is of another reminder"
        for row in await _all(session, Delivery, user.id)
        if row.reminder_id not in reminders or reminders[row.reminder_id].kind is not row.kind
    ]
    kinds = Counter(row.kind for row in reminders.values())
    if user.setup_step is SetupStep.DONE and any(kinds[kind] != 1 for kind in KINDS):
        wrong.append(f"reminders {kinds}")
    if len(reminders) > REMINDERS:
        wrong.append("too many reminders")
    if len(await _all(session, Medicine, user.id)) > MEDICINES:
        wrong.append("too many medicines")
    tests = await _all(session, Experiment, user.id)
    if sum(row.status is TrialStatus.RUNNING for row in tests) > 1:
        wrong.append("two fair tests at once")
    told = {row.item: row.value for row in await _all(session, ProfileItem, user.id)}
    if user.fluids is Fluids.FREE and told.get(LIMIT_FLUIDS) == "yes":
        wrong.append("reminders of drinks for somebody who limits them")
    return wrong + await _plans(session, user, list(reminders.values()), now)


async def _plans(
    session: Session, user: User, reminders: list[Reminder], now: datetime
) -> list[str]:
    """Whether the times that are planned are those that would be planned now.

    Travelling keeps what was planned by the clock, so a plan may be for a later day; but its
    instant must be that of its clock time, and its day one of the schedule's.
    """
    planned = {row.id: (row.next_at, row.next_local) for row in reminders}
    kept = {row.id for row in reminders if is_on(row, user) and _keeps(row, user, now)}
    savepoint = await session.begin_nested()
    anew = {row.id: (row.next_at, row.next_local) for row in await replan(session, user, now)}
    await savepoint.rollback()
    return [
        f"reminder {number} is planned for {plan}, not for {anew[number]}"
        for number, plan in planned.items()
        if plan != anew[number] and number not in kept
    ]


def _keeps(row: Reminder, user: User, now: datetime) -> bool:
    if row.next_at is None or row.next_local is None:
        return False
    key, schedule = datetime.fromisoformat(row.next_local), schedule_of(row, user)
    is_right = moved(schedule, zone_plan_of(user), key) == Occurrence(key, row.next_at)
    return row.next_at <= now or (is_right and key in schedule.keys_on(key.date()))


async def handler_failures(database: Database) -> list[FailedUpdate]:
    """Updates that were set aside."""
    async with database.transaction() as session:
        return list(await session.exec(select(FailedUpdate)))


__all__ = ["Snapshot", "complaints", "handler_failures", "rows_of"]
