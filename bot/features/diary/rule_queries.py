"""Reads what the rules about several nights need, and no more. No Telegram, no commit.

The rules run after nearly every change of a diary, so what is read for them is bounded.
"""

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from bot.database.engine import Session
from bot.database.models import (
    Answer,
    Cramp,
    Delivery,
    Habit,
    HabitDay,
    Kind,
    NightCheck,
    NightStatus,
)
from bot.features.diary.facts import COUNTED_CRAMPS, NONE_LAST_NIGHT, Facts, HabitFact, NightFact
from bot.features.diary.queries import FACT_COLUMNS, cramp_fact

MOST_ENTRIES = 1500
"""Entries that are read at most, the newest: ten a night for five months."""
_NONE, _STRETCH, _ANSWER = "none", "stretch", "answer"


async def rule_facts(session: Session, user_id: int, first_on: date, last_on: date) -> Facts:
    """The entries, the nights without cramps and the stretches of a span of nights.

    Args:
        session: the open transaction.
        user_id: whose diary.
        first_on: the first night.
        last_on: the last night.
    """
    connection = await session.connection()
    span = {"user_id": user_id, "first_on": first_on, "last_on": last_on}
    entries = await connection.execute(_ENTRIES, span | {"most": MOST_ENTRIES})
    cramps = sorted(map(cramp_fact, entries), key=lambda fact: (fact.local_at, fact.entry_id))
    answers = await connection.execute(_ANSWERS, span)
    checks: list[NightFact] = []
    stretched: dict[date, bool] = {}
    for kind, night_on, is_yes in sorted(answers, key=lambda row: row[0] == _STRETCH):
        if kind == _NONE:
            checks.append(NightFact(night_on, NONE_LAST_NIGHT))
        elif kind == _ANSWER:
            stretched[night_on] = stretched.get(night_on, False) or is_yes
        else:  # what the person said about a day overrides its reminder answers
            stretched[night_on] = is_yes
    habits = tuple(
        HabitFact(night_on, Habit.STRETCH_DONE, done) for night_on, done in stretched.items()
    )
    return Facts(tuple(cramps), tuple(checks), (), habits)


def _answers() -> Any:
    """Nights without cramps, and evenings with or without a stretch, in one statement."""

    def of(table: Any) -> sa.ColumnElement[bool]:
        return sa.and_(
            table.user_id == sa.bindparam("user_id"),
            table.night_on.between(sa.bindparam("first_on"), sa.bindparam("last_on")),
        )

    return sa.union_all(
        sa.select(sa.literal(_NONE), col(NightCheck.night_on), sa.true()).where(
            of(NightCheck), col(NightCheck.status) == NightStatus.NONE_LAST_NIGHT
        ),
        sa.select(sa.literal(_STRETCH), col(HabitDay.night_on), col(HabitDay.done)).where(
            of(HabitDay), col(HabitDay.habit) == Habit.STRETCH_DONE
        ),
        sa.select(
            sa.literal(_ANSWER), col(Delivery.night_on), col(Delivery.answer) == Answer.DONE
        ).where(
            of(Delivery),
            col(Delivery.kind) == Kind.STRETCH,
            col(Delivery.answer).in_((Answer.DONE, Answer.SKIPPED)),
        ),
    )


_ENTRIES = (
    sa.select(*FACT_COLUMNS)
    .where(
        col(Cramp.user_id) == sa.bindparam("user_id"),
        col(Cramp.night_on).between(sa.bindparam("first_on"), sa.bindparam("last_on")),
        col(Cramp.deleted_at).is_(None),
        col(Cramp.same_as_id).is_(None),
    )
    .order_by(col(Cramp.night_on).desc(), col(Cramp.id).desc())
    .limit(sa.bindparam("most"))
)
_ANSWERS = _answers()
"""Both are built once: building them takes longer than running them."""


async def first_stretch_on(session: Session, user_id: int) -> date | None:
    """The first evening on which the person is known to have stretched."""
    found = await (await session.connection()).execute(
        sa.select(
            sa.select(sa.func.min(col(HabitDay.night_on)))
            .where(
                col(HabitDay.user_id) == user_id,
                col(HabitDay.habit) == Habit.STRETCH_DONE,
                col(HabitDay.done).is_(True),
            )
            .scalar_subquery(),
            sa.select(sa.func.min(col(Delivery.night_on)))
            .where(
                col(Delivery.user_id) == user_id,
                col(Delivery.kind) == Kind.STRETCH,
                col(Delivery.answer) == Answer.DONE,
            )
            .scalar_subquery(),
        )
    )
    return min((day for day in found.one() if day is not None), default=None)


async def covered_counts(
    session: Session, user_id: int, first_on: date, last_on: date
) -> tuple[int, int]:
    """The cramp nights and the covered nights of a span of nights."""
    with_cramps = (
        sa.select(col(Cramp.night_on), sa.literal(1).label("cramps"))
        .where(
            col(Cramp.user_id) == user_id,
            col(Cramp.night_on).between(first_on, last_on),
            col(Cramp.deleted_at).is_(None),
            col(Cramp.same_as_id).is_(None),
            col(Cramp.event_type).in_(COUNTED_CRAMPS),
        )
        .union(
            sa.select(col(NightCheck.night_on), sa.literal(0)).where(
                col(NightCheck.user_id) == user_id,
                col(NightCheck.night_on).between(first_on, last_on),
                col(NightCheck.status) == NightStatus.NONE_LAST_NIGHT,
            )
        )
        .subquery()
    )
    found = await (await session.connection()).execute(
        sa.select(
            sa.func.coalesce(sa.func.sum(with_cramps.c.cramps), 0),
            sa.func.count(sa.distinct(with_cramps.c.night_on)),
        )
    )
    cramp_nights, covered = found.one()
    return int(cramp_nights), int(covered)
