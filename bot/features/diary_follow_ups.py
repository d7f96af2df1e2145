"""What follows a change of the diary: sent summaries and a running test are brought up to date."""

from datetime import date

import sqlalchemy as sa

from bot.features.experiments.queries import HAS_RUNNING_TEST
from bot.features.experiments.sending import settled_after_change
from bot.features.summary.queries import HAS_SUMMARY_AROUND, weeks_around
from bot.features.summary.sending import refreshed
from bot.telegram.context import Context
from bot.telegram.replies import Replies

_QUERY = sa.select(HAS_SUMMARY_AROUND, HAS_RUNNING_TEST)
"""Built once: building it takes longer than running it."""


async def on_diary_changed(context: Context, user_id: int, nights: set[date]) -> Replies:
    """Do everything that follows a change of some nights of a person's diary, in its transaction.

    What is affected is asked in one query, because after nearly every tap the answer is no to both.

    Args:
        context: of the change; the change is flushed.
        user_id: whose diary.
        nights: in which something changed.

    Returns:
        What is to be sent because of it.
    """
    first, last = weeks_around(nights) if nights else (date.max, date.min)
    parameters = {"user_id": user_id, "first_week": first, "last_week": last}
    found = await (await context.session.connection()).execute(_QUERY, parameters)
    has_summary, has_experiment = found.one()
    replies: Replies = ()
    if has_summary:
        replies = await refreshed(context.session, user_id, nights, context.now)
    if has_experiment:
        settled = await settled_after_change(context.session, user_id, context.now)
        replies = (*replies, *settled)
    return replies
