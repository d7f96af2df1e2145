"""The Stop button below the progress of a job."""

from collections.abc import Sequence

from telegram import Update

from bot.telegram import job_messages, job_rows
from bot.telegram.context import Context
from bot.telegram.feature import AnyHandler, Feature, taps
from bot.telegram.replies import NOTHING, Replies, Show


async def on_stop(_update: Update, context: Context) -> Replies:
    """Call off the job that the callback data names, if it is the person's own and still open."""
    job_id = context.tap.number(0)
    if job_id is None or not await job_rows.cancel(
        context.session, context.person.id, job_id, context.now
    ):
        return NOTHING
    keeps_part = context.tap.word(1) == job_messages.PARTLY
    return [Show(job_messages.stopped(context.tr, keeps_part=keeps_part))]


def _handlers() -> Sequence[AnyHandler]:
    return taps(job_messages.FEATURE, {"stop": on_stop})


FEATURE = Feature(name=job_messages.FEATURE, handlers=_handlers)
