"""Rows of the diary as facts. No Telegram, no commit."""

from datetime import date, datetime, timedelta

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
    NightStatus,
)
from bot.features.diary.facts import CrampFact, Facts, HabitFact, NightFact, ReminderFact
from bot.local_time.nights import local_time

TELLS = {
    (Kind.STRETCH, Answer.DONE): (Habit.STRETCH_DONE, True),
    (Kind.STRETCH, Answer.SKIPPED): (Habit.STRETCH_DONE, False),
    (Kind.HYDRATION, Answer.DONE): (Habit.HYDRATION_DONE, True),
    (Kind.HYDRATION, Answer.SKIPPED): (Habit.HYDRATION_DONE, False),
    (Kind.MEAL, Answer.DONE): (Habit.MAGNESIUM_RICH_MEAL, True),
    (Kind.MEAL, Answer.SKIPPED): (Habit.MAGNESIUM_RICH_MEAL, False),
    (Kind.CAFFEINE, Answer.DONE): (Habit.CAFFEINE_AFTER_CUTOFF, False),
    (Kind.DINNER_CAFFEINE, Answer.DONE): (Habit.CAFFEINE_AFTER_CUTOFF, False),
}
"""What an answer tells of its evening. Skipping a last call tells nothing of later cups."""


def codes_of(text: str) -> frozenset[str]:
    """Codes stored in one column, separated by commas."""
    return frozenset(part for part in text.split(",") if part)


def cramp_fact(cramp: Cramp) -> CrampFact:
    """A stored entry as a fact."""
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
        note=cramp.note,
        entered_minutes_after=late,
        entry_id=cramp.id or 0,
    )


async def facts_between(session: Session, user_id: int, first_on: date, last_on: date) -> Facts:
    """The facts of a span of nights, both ends included.

    Removed entries and second taps for one cramp do not count.
    """
    cramps = await session.exec(
        select(Cramp)
        .where(
            Cramp.user_id == user_id,
            col(Cramp.night_on).between(first_on, last_on),
            col(Cramp.deleted_at).is_(None),
            col(Cramp.same_as_id).is_(None),
        )
        .order_by(col(Cramp.occurred_at), col(Cramp.id))
    )
    checks = await session.exec(
        select(NightCheck)
        .where(NightCheck.user_id == user_id, col(NightCheck.night_on).between(first_on, last_on))
        .order_by(col(NightCheck.night_on))
    )
    deliveries = list(
        await session.exec(
            select(Delivery)
            .where(Delivery.user_id == user_id, col(Delivery.night_on).between(first_on, last_on))
            .order_by(col(Delivery.due_at), col(Delivery.id))
        )
    )
    return Facts(
        tuple(cramp_fact(cramp) for cramp in cramps),
        tuple(NightFact(check.night_on, check.status) for check in checks),
        tuple(
            ReminderFact(one.kind, one.night_on, one.status, one.answer or None)
            for one in deliveries
            if one.status is not DeliveryStatus.NOT_NEEDED
        ),
        await _habits(session, user_id, first_on, last_on, deliveries),
    )


async def status_of(session: Session, user_id: int, night_on: date) -> NightStatus | None:
    """What the person said of a whole night; None when they did not."""
    found = await session.exec(
        select(NightCheck).where(NightCheck.user_id == user_id, NightCheck.night_on == night_on)
    )
    check = found.one_or_none()
    return None if check is None else check.status


async def set_status(
    session: Session, user_id: int, night_on: date, status: NightStatus, now: datetime
) -> None:
    """Note what the person says of a whole night. Set, so twice is once."""
    insert = insert_for(session)(NightCheck).values(
        user_id=user_id, night_on=night_on, status=status, answered_at=now
    )
    await session.exec(
        insert.on_conflict_do_update(
            index_elements=["user_id", "night_on"], set_={"status": status, "answered_at": now}
        )
    )


async def _habits(
    session: Session, user_id: int, first_on: date, last_on: date, deliveries: list[Delivery]
) -> tuple[HabitFact, ...]:
    """What is known of habits: told by reminder answers, outranked by what was said of a day.

    Of several reminders in a day one "done" is enough.
    """
    known: dict[tuple[date, Habit], bool] = {}
    for one in deliveries:
        told = TELLS.get((one.kind, one.answer)) if one.answer is not None else None
        if told is not None:
            key = (one.night_on, told[0])
            known[key] = known.get(key, False) or told[1]
    said = await session.exec(
        select(HabitDay).where(
            HabitDay.user_id == user_id, col(HabitDay.night_on).between(first_on, last_on)
        )
    )
    known |= {(one.night_on, one.habit): one.done for one in said}
    return tuple(
        HabitFact(night_on, habit, done) for (night_on, habit), done in sorted(known.items())
    )
