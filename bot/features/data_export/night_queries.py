"""Reads which nights and columns a person's table of nights has. No Telegram, no commit."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from bot.database.engine import Session
from bot.database.models import Cramp, Exposure, Habit, HabitDay, NightCheck, NightExposure
from bot.features.data_export.export_queries import SOURCES
from bot.features.data_export.night_table import Columns
from bot.features.diary.every_night import EXPOSURES

EVERYBODYS = (
    Habit.STRETCH_DONE,
    Habit.CAFFEINE_AFTER_CUTOFF,
    Habit.HYDRATION_DONE,
    Habit.MAGNESIUM_RICH_MEAL,
)
"""Habits that have a column in every table, because they also follow from answers to reminders."""
_OF_NIGHTS: tuple[Any, ...] = (Cramp, NightCheck, HabitDay, NightExposure)


async def nights_told(session: Session, user_id: int) -> tuple[date, date] | None:
    """The first and the last night of which a person told anything; None: they told nothing."""
    parts = [
        sa.select(sa.func.min(table.night_on), sa.func.max(table.night_on)).where(
            table.user_id == user_id, *(SOURCES["entries"].conditions if table is Cramp else ())
        )
        for table in _OF_NIGHTS
    ]
    found = await (await session.connection()).execute(sa.union_all(*parts))
    told = [(first, last) for first, last in found if first is not None]
    if not told:
        return None
    return min(first for first, _last in told), max(last for _first, last in told)


async def columns_of(session: Session, user_id: int) -> Columns:
    """The columns for habits and for what was asked of the day before."""
    connection = await session.connection()
    habits = set(
        (
            await connection.execute(
                sa.select(col(HabitDay.habit)).where(col(HabitDay.user_id) == user_id).distinct()
            )
        ).scalars()
    )
    exposures: set[Exposure] = set(
        (
            await connection.execute(
                sa.select(col(NightExposure.exposure))
                .where(col(NightExposure.user_id) == user_id)
                .distinct()
            )
        ).scalars()
    )
    return Columns(
        tuple(one.value for one in Habit if one in habits or one in EVERYBODYS),
        tuple(one for one in EXPOSURES if one in exposures),
    )
