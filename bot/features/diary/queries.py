"""Queries that read the diary as facts. They use no Telegram and never commit."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from bot.database.engine import Session, insert_for
from bot.database.models import (
    Answer,
    Cramp,
    Delivery,
    DeliveryStatus,
    Habit,
    HabitDay,
    Kind,
    NightCheck,
    NightExposure,
    NightStatus,
    ReminderNight,
)
from bot.features.diary.facts import (
    COUNTED_CRAMPS,
    NONE_LAST_NIGHT,
    CrampFact,
    ExposureFact,
    Facts,
    HabitFact,
    NightFact,
    ReminderFact,
)
from bot.features.diary.old_reminders import unpack
from bot.local_time.nights import local_time

HABIT_OF_ANSWER: Mapping[tuple[str, str], tuple[Habit, bool]] = {
    (Kind.STRETCH, Answer.DONE): (Habit.STRETCH_DONE, True),
    (Kind.STRETCH, Answer.SKIPPED): (Habit.STRETCH_DONE, False),
    (Kind.HYDRATION, Answer.DONE): (Habit.HYDRATION_DONE, True),
    (Kind.HYDRATION, Answer.SKIPPED): (Habit.HYDRATION_DONE, False),
    (Kind.MEAL, Answer.DONE): (Habit.MAGNESIUM_RICH_MEAL, True),
    (Kind.MEAL, Answer.SKIPPED): (Habit.MAGNESIUM_RICH_MEAL, False),
}
"""Reminder kind and answer → the habit they are about, and whether it was kept.

Caffeine is left out: an answer to a last call says nothing about the evening that is to come. Only
what the person says of the evening when it is over counts (health reference, section a)."""
FACT_COLUMNS: Sequence[Any] = [
    getattr(Cramp, name)
    for name in (
        *("id", "tapped_at", "occurred_at", "time_precision", "time_zone", "night_on"),
        *("event_type", "site", "side", "intensity", "duration", "woke_me", "after_effects"),
        *("count_tonight", "sleep_disturbance", "back_to_sleep", "context", "day_impact"),
        *("possible_triggers", "relief_tried", "relief_helped", "note"),
        *("twitch_days", "twitch_elsewhere", "twitch_weak_or_stiff", "twitch_tingling"),
        "fell",
    )
]
ROWS_AT_ONCE = 1_000
"""Entries that are read with one statement: a row takes five times as much memory as its fact."""
_REMINDER_COLUMNS: Sequence[Any] = [
    getattr(Delivery, name) for name in ("kind", "night_on", "status", "answer")
]


@lru_cache(maxsize=1024)
def codes_of(text: str) -> frozenset[str]:
    """Read codes from the form they are stored in, separated by commas.

    Cached, because entries with the same codes then share one set in memory.
    """
    return frozenset(part for part in text.split(",") if part)


def cramp_fact(cramp: Any) -> CrampFact:
    """Make a fact of a stored entry: a ``Cramp``, or a row with ``FACT_COLUMNS``."""
    is_timed = cramp.time_precision != "night_only"
    late = (cramp.tapped_at - cramp.occurred_at) / timedelta(minutes=1) if is_timed else 0.0
    return CrampFact(
        local_at=local_time(cramp.occurred_at, cramp.time_zone),
        night_on=cramp.night_on,
        event_type=cramp.event_type,
        intensity=cramp.intensity,
        duration=cramp.duration,
        woke_me=cramp.woke_me,
        site=cramp.site,
        side=cramp.side,
        time_precision=cramp.time_precision,
        count=cramp.count_tonight,
        sleep_disturbance=cramp.sleep_disturbance,
        back_to_sleep=cramp.back_to_sleep,
        context=cramp.context,
        possible_triggers=codes_of(cramp.possible_triggers),
        relief_tried=codes_of(cramp.relief_tried),
        relief_helped=cramp.relief_helped,
        after_effects=codes_of(cramp.after_effects),
        day_impact=cramp.day_impact,
        twitch_days=cramp.twitch_days,
        twitch_elsewhere=cramp.twitch_elsewhere,
        twitch_weak_or_stiff=cramp.twitch_weak_or_stiff,
        twitch_tingling=cramp.twitch_tingling,
        fell=cramp.fell,
        note=cramp.note,
        entered_minutes_after=late,
        entry_id=cramp.id or 0,
    )


async def cramp_ids_between(
    session: Session, user_id: int, first_on: date, last_on: date
) -> Sequence[int | None]:
    """The ids of the entries of a span of nights, both ends included, in order of time.

    Entries that were removed or merged into another one are left out.
    """
    found = await (await session.connection()).execute(
        sa.select(col(Cramp.id))
        .where(_is_entry(user_id), col(Cramp.night_on).between(first_on, last_on))
        .order_by(col(Cramp.occurred_at), col(Cramp.id))
    )
    return found.scalars().all()


async def cramp_facts_of(
    session: Session, user_id: int, ids: Collection[int | None]
) -> tuple[CrampFact, ...]:
    """Read the facts of some entries of a person, in order of time."""
    return await _cramp_facts(session, user_id, col(Cramp.id).in_(ids))


async def _cramp_facts(
    session: Session, user_id: int, condition: sa.ColumnElement[bool]
) -> tuple[CrampFact, ...]:
    """Plain rows, because making an object of the ORM of each takes three times as long.

    On PostgreSQL, others may change the diary between two statements. So what does not fit into
    one is read by ids, which stay as they are when an entry moves in time.
    """
    order = (col(Cramp.occurred_at), col(Cramp.id))
    entries = sa.select(*FACT_COLUMNS).where(_is_entry(user_id), condition)
    connection = await session.connection()
    rows = (await connection.execute(entries.order_by(*order).limit(ROWS_AT_ONCE))).all()
    if len(rows) < ROWS_AT_ONCE:
        return tuple(map(cramp_fact, rows))
    found = {row.id: (row.occurred_at, cramp_fact(row)) for row in rows}
    every = await connection.execute(sa.select(col(Cramp.id)).where(_is_entry(user_id), condition))
    unread = [one for one in every.scalars() if one not in found]
    for start in range(0, len(unread), ROWS_AT_ONCE):
        is_next = col(Cramp.id).in_(unread[start : start + ROWS_AT_ONCE])
        rows = (await connection.execute(entries.where(is_next))).all()
        found |= {row.id: (row.occurred_at, cramp_fact(row)) for row in rows}
    return tuple(found[one][1] for one in sorted(found, key=lambda one: (found[one][0], one)))


def _is_entry(user_id: int) -> sa.ColumnElement[bool]:
    """A person's entries that are neither removed nor merged into another one."""
    return sa.and_(
        col(Cramp.user_id) == user_id,
        col(Cramp.deleted_at).is_(None),
        col(Cramp.same_as_id).is_(None),
    )


async def first_covered_nights(
    session: Session, user_id: int, count: int
) -> tuple[list[CrampFact], list[NightFact]]:
    """The first covered nights of a diary: for each, that it had a cramp, or that it had none.

    The facts of cramps stand for whole nights and say nothing else.
    """
    of_cramps = await (await session.connection()).execute(
        sa.select(col(Cramp.night_on))
        .where(_is_entry(user_id), col(Cramp.event_type).in_(COUNTED_CRAMPS))
        .group_by(col(Cramp.night_on))
        .order_by(col(Cramp.night_on))
        .limit(count)
    )
    without = await (await session.connection()).execute(
        sa.select(col(NightCheck.night_on))
        .where(
            col(NightCheck.user_id) == user_id,
            col(NightCheck.status) == NightStatus.NONE_LAST_NIGHT,
        )
        .order_by(col(NightCheck.night_on))
        .limit(count)
    )
    with_cramps, none = set(of_cramps.scalars()), set(without.scalars())
    nights = sorted(with_cramps | none)[:count]
    return (
        [CrampFact(datetime.combine(one, time()), one) for one in nights if one in with_cramps],
        [NightFact(one, NONE_LAST_NIGHT) for one in nights if one in none],
    )


async def facts_between(session: Session, user_id: int, first_on: date, last_on: date) -> Facts:
    """Read the facts of a span of nights, both ends included.

    Entries that were removed or merged into another one are left out.
    """
    cramps = await cramp_facts_between(session, user_id, first_on, last_on)
    return replace(await facts_without_cramps(session, user_id, first_on, last_on), cramps=cramps)


async def cramp_facts_between(
    session: Session, user_id: int, first_on: date, last_on: date
) -> tuple[CrampFact, ...]:
    """Read the facts of the entries of a span of nights, in order of time."""
    return await _cramp_facts(session, user_id, col(Cramp.night_on).between(first_on, last_on))


async def facts_without_cramps(
    session: Session, user_id: int, first_on: date, last_on: date
) -> Facts:
    """Read the facts of a span of nights, except its entries."""
    checks = await session.exec(
        select(NightCheck)
        .where(NightCheck.user_id == user_id, col(NightCheck.night_on).between(first_on, last_on))
        .order_by(col(NightCheck.night_on))
    )
    deliveries = list(
        await (await session.connection()).execute(
            sa.select(*_REMINDER_COLUMNS)
            .where(
                col(Delivery.user_id) == user_id, col(Delivery.night_on).between(first_on, last_on)
            )
            .order_by(col(Delivery.due_at), col(Delivery.id))
        )
    )
    old = await session.exec(
        select(ReminderNight)
        .where(
            ReminderNight.user_id == user_id, col(ReminderNight.night_on).between(first_on, last_on)
        )
        .order_by(col(ReminderNight.night_on))
    )
    reminders = (
        *(fact for night in old for fact in unpack(night.night_on, night.answers)),
        *(reminder_fact(one) for one in deliveries),
    )
    return Facts(
        checks=tuple(
            NightFact(check.night_on, check.status, check.sleep_quality) for check in checks
        ),
        reminders=tuple(fact for fact in reminders if fact.status != DeliveryStatus.NOT_NEEDED),
        habits=await _habits(session, user_id, first_on, last_on, reminders),
        exposures=await _exposures(session, user_id, first_on, last_on),
    )


def reminder_fact(delivery: Any) -> ReminderFact:
    """Make a fact of a stored delivery."""
    return ReminderFact(delivery.kind, delivery.night_on, delivery.status, delivery.answer or None)


async def status_of(session: Session, user_id: int, night_on: date) -> NightStatus | None:
    """What the person said about a whole night; None when they said nothing."""
    found = await session.exec(
        select(NightCheck).where(NightCheck.user_id == user_id, NightCheck.night_on == night_on)
    )
    check = found.one_or_none()
    return None if check is None else check.status


async def set_status(
    session: Session, user_id: int, night_on: date, status: NightStatus, now: datetime
) -> None:
    """Store what the person said about a whole night. Idempotent."""
    insert = insert_for(session)(NightCheck).values(
        user_id=user_id, night_on=night_on, status=status, answered_at=now
    )
    await session.exec(
        insert.on_conflict_do_update(
            index_elements=["user_id", "night_on"], set_={"status": status, "answered_at": now}
        )
    )


async def _exposures(
    session: Session, user_id: int, first_on: date, last_on: date
) -> tuple[ExposureFact, ...]:
    rows = await session.exec(
        select(NightExposure)
        .where(
            NightExposure.user_id == user_id, col(NightExposure.night_on).between(first_on, last_on)
        )
        .order_by(col(NightExposure.night_on), col(NightExposure.exposure))
    )
    return tuple(ExposureFact(row.night_on, row.exposure, row.present) for row in rows)


async def _habits(
    session: Session, user_id: int, first_on: date, last_on: date, reminders: Iterable[ReminderFact]
) -> tuple[HabitFact, ...]:
    """Read which habits were kept, from reminder answers and from what the person said.

    What they said about a day overrides its reminder answers. If a day had several reminders of a
    kind, one "done" is enough.
    """
    known: dict[tuple[date, Habit], bool] = {}
    for one in reminders:
        found = HABIT_OF_ANSWER.get((one.kind, one.answer)) if one.answer is not None else None
        if found is not None:
            habit, done = found
            key = (one.night_on, habit)
            known[key] = known.get(key, False) or done
    rows = await session.exec(
        select(HabitDay).where(
            HabitDay.user_id == user_id, col(HabitDay.night_on).between(first_on, last_on)
        )
    )
    stated = {(one.night_on, one.habit): one.done for one in rows}
    known |= stated
    return tuple(
        HabitFact(night_on, habit, done, is_stated=(night_on, habit) in stated)
        for (night_on, habit), done in sorted(known.items())
    )
