"""After a restore: what was still to be sent when the backup was made was sent long ago."""

import logging

from bot.database.engine import Session
from bot.features.registry import FEATURES
from bot.telegram import late_rows

log = logging.getLogger(__name__)


async def forget_what_was_sent(session: Session) -> None:
    """Drop the replies and the jobs of the time of the backup.

    What people had sent and what was not handled yet is kept, and so are imports.
    """
    kept = [
        name for feature in FEATURES for name, kind in feature.jobs.items() if kind.is_done_late
    ]
    replies = await late_rows.forget_replies(session)
    jobs = await late_rows.forget_jobs(session, kept)
    if replies or jobs:
        log.info("%s replies and %s files of the time of the backup are not sent", replies, jobs)
