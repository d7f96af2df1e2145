"""Answers about a night and its evening. No Telegram, no commit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from bot.database.cramp_values import EventType
from bot.database.engine import Session, insert_for
from bot.database.models import (
    Cramp,
    Delivery,
    DeliveryStatus,
    Experiment,
    Exposure,
    Habit,
    HabitDay,
    Kind,
    NightCheck,
    NightExposure,
    NightStatus,
    TrialStatus,
    User,
)
from bot.dispatch.claims import ClaimedDelivery
from bot.dispatch.planning import is_gate_shut
from bot.features.check_in.after_messages import After
from bot.features.cramps.values import parse_codes
from bot.features.diary.facts import COUNTED_CRAMPS
from bot.features.diary.queries import facts_between, set_status

ASKED_ONCE_IN = timedelta(hours=20)
"""Within this time a night is asked about once."""


@dataclass(frozen=True)
class Known:
    """What the diary says about a night and the evening before it."""

    status: NightStatus | None
    """The person's answer about the night."""
    cramp_entries: int
    habits: Mapping[Habit, bool]
    exposures: Mapping[Exposure, bool]
    sleep_quality: int | None = None
    """0, the best, to 10, the worst."""


async def known_of(session: Session, user_id: int, night_on: date) -> Known:
    """Load what the diary says about a night."""
    facts = await facts_between(session, user_id, night_on, night_on)
    said = await session.exec(
        select(NightCheck).where(NightCheck.user_id == user_id, NightCheck.night_on == night_on)
    )
    check = said.one_or_none()
    return Known(
        None if check is None else check.status,
        sum(fact.event_type in COUNTED_CRAMPS for fact in facts.cramps),
        {Habit(fact.habit): fact.done for fact in facts.habits},
        {Exposure(fact.exposure): fact.present for fact in facts.exposures},
        None if check is None else check.sleep_quality,
    )


async def last_cramp(session: Session, user_id: int, night_on: date) -> Cramp | None:
    """The entry of a night's last cramp, which the question of the morning is about."""
    found = await session.exec(
        select(Cramp)
        .where(
            Cramp.user_id == user_id,
            Cramp.night_on == night_on,
            Cramp.event_type == EventType.CRAMP,
            col(Cramp.deleted_at).is_(None),
            col(Cramp.same_as_id).is_(None),
        )
        .order_by(col(Cramp.occurred_at).desc(), col(Cramp.id).desc())
        .limit(1)
    )
    return found.one_or_none()


def after_of(
    entry: Cramp | None, *, is_only: bool = False, asks_woke: bool = False
) -> After | None:
    """What an entry says about the time after the cramp.

    Args:
        entry: that of the night's last cramp; None: there was none.
        is_only: whether the message asks nothing else.
        asks_woke: whether the message has asked if the cramp woke the person; it always does if the
            entry does not say.
    """
    if entry is None:
        return None
    return After(
        entry.id or 0,
        parse_codes(entry.after_effects),
        entry.relief_helped,
        parse_codes(entry.relief_tried),
        is_only,
        entry.woke_me,
        asks_woke or entry.woke_me is None,
    )


async def set_habit(
    session: Session, user_id: int, night_on: date, habit: Habit, done: bool | None, now: datetime
) -> None:
    """Store whether a habit was done on an evening; None deletes the answer. Idempotent."""
    key = {"user_id": user_id, "night_on": night_on, "habit": habit}
    answer = None if done is None else {"done": done, "answered_at": now}
    await _store(session, HabitDay, key, answer)


async def stated_habit(session: Session, user_id: int, night_on: date, habit: Habit) -> bool | None:
    """What the person said about a habit on an evening; None if nothing."""
    found = await session.exec(
        select(HabitDay.done).where(
            HabitDay.user_id == user_id, HabitDay.night_on == night_on, HabitDay.habit == habit
        )
    )
    return found.one_or_none()


async def set_exposure(
    session: Session,
    user_id: int,
    night_on: date,
    exposure: Exposure,
    present: bool | None,
    now: datetime,
) -> None:
    """Store whether something was so on the day of a night; None deletes it. Idempotent."""
    key = {"user_id": user_id, "night_on": night_on, "exposure": exposure}
    answer = None if present is None else {"present": present, "answered_at": now}
    await _store(session, NightExposure, key, answer)


async def _store(
    session: Session,
    table: type[HabitDay | NightExposure],
    key: Mapping[str, Any],
    answer: Mapping[str, Any] | None,
) -> None:
    """Store an answer in the row with a unique key; None deletes the row. Idempotent."""
    if answer is None:
        await session.exec(sa.delete(table).filter_by(**key))
        return
    insert = insert_for(session)(table).values(**key, **answer)
    await session.exec(insert.on_conflict_do_update(index_elements=list(key), set_=dict(answer)))


async def set_sleep_quality(
    session: Session, user_id: int, night_on: date, quality: int | None, known: Known, now: datetime
) -> None:
    """Store how a night was slept, or remove that. Idempotent.

    It is part of what was said of the night. A night that was only logged gets such a row.
    """
    if known.status is None and quality is not None and known.cramp_entries:
        await set_status(session, user_id, night_on, NightStatus.HAD_CRAMPS, now)
    await session.exec(
        sa.update(NightCheck)
        .where(col(NightCheck.user_id) == user_id, col(NightCheck.night_on) == night_on)
        .values(sleep_quality=quality, answered_at=now)
    )


async def asked_habits(session: Session, user: User) -> dict[Habit, str | None]:
    """The habits that the check-in asks about, in their order; none that a gate shuts.

    The value is the person's own words for ``Habit.OTHER``, else None.
    """
    gates = {
        Habit.STRETCH_DONE: "stretch",
        Habit.CAFFEINE_AFTER_CUTOFF: "",
        Habit.HYDRATION_DONE: "drinks",
        Habit.MAGNESIUM_RICH_MEAL: "food",
    }
    asked: dict[Habit, str | None] = {
        habit: None for habit, gate in gates.items() if not is_gate_shut(user, gate)
    }
    habit = await _tested_habit(session, user.id)
    if habit is not None:
        asked.setdefault(habit, None)
    return asked


async def _tested_habit(session: Session, user_id: int) -> Habit | None:
    """The habit of the running fair test; None without one, and while it is paused."""
    found = await session.exec(
        select(Experiment.habit).where(
            Experiment.user_id == user_id,
            Experiment.status == TrialStatus.RUNNING,
            col(Experiment.paused_at).is_(None),
            Experiment.habit != Habit.OTHER,
        )
    )
    habit = found.first()
    return None if habit is None else Habit(habit)


async def was_just_asked(session: Session, delivery: ClaimedDelivery) -> bool:
    """Whether another check-in asked about the same night on the same day.

    A date that is lived again after the date line has its own question.
    """
    found = await session.exec(
        select(Delivery.id)
        .where(
            Delivery.user_id == delivery.user_id,
            Delivery.night_on == delivery.night_on,
            Delivery.kind == Kind.CHECK_IN,
            Delivery.id != delivery.delivery_id,
            Delivery.status == DeliveryStatus.SENT,
            col(Delivery.due_at) > delivery.due_at - ASKED_ONCE_IN,
        )
        .limit(1)
    )
    return found.first() is not None
