"""What is brought up to date after a change of the diary: sent summaries and a running test."""

import logging
from datetime import date

import sqlalchemy as sa
from telegram import Bot

from bot.features.experiments.queries import HAS_RUNNING_TEST
from bot.features.experiments.sending import settle_after_change
from bot.features.summary.queries import HAS_SUMMARY_AROUND, weeks_around
from bot.features.summary.sending import refresh
from bot.operations.logging import log_failure
from bot.telegram.context import Deps

log = logging.getLogger(__name__)

_QUERY = sa.select(HAS_SUMMARY_AROUND, HAS_RUNNING_TEST)
"""Built once: building it takes longer than running it."""


async def on_diary_changed(deps: Deps, bot: Bot, user_id: int, nights: set[date]) -> None:
    """Do everything that follows a change of some nights of a person's diary.

    It runs after the commit of the change, and never raises.
    """
    try:
        has_summary, has_experiment = await _what_is_affected(deps, user_id, nights)
    except Exception as error:
        log_failure(log, "what follows a change of the diary was not done", error)
        return
    if has_summary:
        await refresh(deps, bot, user_id, nights)
    if has_experiment:
        await settle_after_change(deps, bot, user_id, nights)


async def _what_is_affected(deps: Deps, user_id: int, nights: set[date]) -> tuple[bool, bool]:
    """Ask in one query, because after nearly every tap the answer is no to both.

    Returns:
        Whether a sent summary covers one of the nights, and whether an experiment is running.
    """
    first, last = weeks_around(nights) if nights else (date.max, date.min)
    parameters = {"user_id": user_id, "first_week": first, "last_week": last}
    async with deps.database.transaction() as session:
        found = await (await session.connection()).execute(_QUERY, parameters)
        has_summary, has_experiment = found.one()
    return has_summary, has_experiment
