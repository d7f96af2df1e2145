"""Deletes what is older than the retention period, and finds messages to delete from a chat.

No Telegram, no commit.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from bot.database.engine import Session, insert_for
from bot.database.models import (
    Answer,
    Cramp,
    Delivery,
    Experiment,
    FlagHit,
    HabitDay,
    NightCheck,
    NightExposure,
    Relief,
    ReminderNight,
    ReportDraft,
    TrialStatus,
    User,
    WeeklySummary,
)
from bot.features.diary.facts import ReminderFact
from bot.features.diary.old_reminders import pack
from bot.features.diary.queries import reminder_fact
from bot.features.experiments import queries as experiments
from bot.features.experiments.own_reminders import behind
from bot.identity import people

DELETED_AT_ONCE = 500
"""Rows of one table that one call of ``delete_expired`` deletes."""
NIGHTS_AT_ONCE = 50
"""Nights that one call of ``reduce_old_deliveries`` reduces."""
ERASED_AT_ONCE = 5
"""People whom one call of ``delete_expired`` erases."""
_DATED: tuple[tuple[Any, Any, Any], ...] = (
    (Cramp, Cramp.id, Cramp.night_on),
    (NightCheck, NightCheck.id, NightCheck.night_on),
    (HabitDay, HabitDay.id, HabitDay.night_on),
    (NightExposure, NightExposure.id, NightExposure.night_on),
    (Delivery, Delivery.id, Delivery.night_on),
    (ReminderNight, ReminderNight.id, ReminderNight.night_on),
    (FlagHit, FlagHit.id, FlagHit.hit_on),
    (WeeklySummary, WeeklySummary.id, WeeklySummary.week_on),
    (ReportDraft, ReportDraft.user_id, ReportDraft.last_on),
)
"""Tables that the retention period applies to, with their keys and the dates that decide."""


async def recent_message_ids(session: Session, user_id: int, since: datetime) -> set[int]:
    """Ids that are stored of messages in a person's chat, sent at or after an instant."""
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
            Relief.message_id,
            sa.and_(col(Relief.user_id) == user_id, col(Relief.started_at) >= since),
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
        found |= {message_id for message_id in rows if message_id is not None and message_id > 0}
    return found


async def reduce_old_deliveries(
    session: Session, people_ids: Sequence[int], first_on: date
) -> bool:
    """Keep of deliveries before a night only what figures of weeks need, for some people.

    Each night's deliveries become one row of ``reminder_nights``. A night that is reduced again,
    because an import brought its deliveries back, is replaced.

    Args:
        session: The transaction.
        people_ids: Whose deliveries.
        first_on: The first night whose deliveries stay.

    Returns:
        Whether that was all; otherwise it has to be called again.
    """
    is_old = sa.and_(col(Delivery.user_id).in_(people_ids), col(Delivery.night_on) < first_on)
    nights = await (await session.connection()).execute(
        sa.select(col(Delivery.user_id), col(Delivery.night_on))
        .where(is_old)
        .distinct()
        .limit(NIGHTS_AT_ONCE)
    )
    by_person: dict[int, list[date]] = {}
    for user_id, night_on in nights:
        by_person.setdefault(user_id, []).append(night_on)
    for user_id, found in by_person.items():
        await _reduce_nights(session, user_id, found)
    return sum(map(len, by_person.values())) < NIGHTS_AT_ONCE


async def _reduce_nights(session: Session, user_id: int, nights: Sequence[date]) -> None:
    these = sa.and_(col(Delivery.user_id) == user_id, col(Delivery.night_on).in_(nights))
    await _keep_answers_of_tests(session, user_id, these)
    facts: dict[date, list[ReminderFact]] = {night_on: [] for night_on in nights}
    for delivery in await session.exec(select(Delivery).where(these)):
        facts[delivery.night_on].append(reminder_fact(delivery))
    rows = [
        {"user_id": user_id, "night_on": night_on, "answers": pack(of_night)}
        for night_on, of_night in facts.items()
    ]
    insert = insert_for(session)(ReminderNight)
    await (await session.connection()).execute(
        insert.on_conflict_do_update(
            index_elements=["user_id", "night_on"], set_={"answers": insert.excluded.answers}
        ),
        rows,
    )
    await session.exec(sa.delete(Delivery).where(these))


async def _keep_answers_of_tests(
    session: Session, user_id: int, these: sa.ColumnElement[bool]
) -> None:
    """Store the answers to the own reminders of fair tests as habits.

    The figures of a week do not tell such reminders apart, but a test is about one of them.
    """
    tests = await session.exec(
        select(Experiment).where(Experiment.user_id == user_id, col(Experiment.words).is_not(None))
    )
    for test in tests.all():
        user = await session.get_one(User, user_id)
        for reminder in await behind(session, user, test):
            last_on = experiments.course_of(test).last_on
            answered = await session.exec(
                select(Delivery).where(
                    these,
                    Delivery.reminder_id == reminder.id,
                    col(Delivery.night_on).between(test.starts_on, last_on),
                    col(Delivery.answer).in_((Answer.DONE, Answer.SKIPPED)),
                )
            )
            done: dict[date, bool] = {}
            for one in answered:
                done[one.night_on] = done.get(one.night_on, False) or one.answer is Answer.DONE
            rows = [
                {
                    "user_id": user_id,
                    "night_on": night_on,
                    "habit": test.habit,
                    "done": was_done,
                    "answered_at": test.created_at,
                }
                for night_on, was_done in done.items()
            ]
            if rows:
                await (await session.connection()).execute(
                    insert_for(session)(HabitDay).on_conflict_do_nothing(), rows
                )


async def delete_expired(
    session: Session,
    people_ids: Sequence[int],
    first_on: date,
    blocked_before: datetime,
    now: datetime,
) -> bool:
    """Delete what is older than the operator's retention period, for some people.

    Args:
        session: The transaction.
        people_ids: Whose rows.
        first_on: The first night that is kept.
        blocked_before: People who blocked the bot before this instant are erased completely.
        now: The current instant (aware, UTC).

    Returns:
        Whether that was all; otherwise it has to be called again.
    """
    blocked = await session.exec(
        select(User.id)
        .where(col(User.id).in_(people_ids), col(User.blocked_at) < blocked_before)
        .limit(ERASED_AT_ONCE + 1)
    )
    erased = blocked.all()
    for user_id in erased[:ERASED_AT_ONCE]:
        await people.erase(session, user_id, now)
    is_all = len(erased) <= ERASED_AT_ONCE
    for table, key, column in _DATED:
        old = select(key).where(col(table.user_id).in_(people_ids), col(column) < first_on)
        result = await session.exec(
            sa.delete(table).where(col(key).in_(old.limit(DELETED_AT_ONCE)))
        )
        is_all = is_all and result.rowcount < DELETED_AT_ONCE
    ended = await session.exec(
        select(Experiment).where(
            col(Experiment.user_id).in_(people_ids),
            col(Experiment.status) != TrialStatus.RUNNING,
            col(Experiment.starts_on) < first_on,
        )
    )
    for experiment in ended.all():
        if experiments.course_of(experiment).last_on < first_on:
            await session.delete(experiment)
    return is_all
