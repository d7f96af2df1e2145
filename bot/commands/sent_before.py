"""After a restore, drops what the backup was about to send, because it was sent long ago."""

import logging

from bot.database.engine import Session
from bot.telegram import late_rows

log = logging.getLogger(__name__)


async def forget_what_was_sent(session: Session) -> None:
    """Drop the replies of the time of the backup, and let the next start call off its jobs.

    What people had sent and what was not handled yet is kept, and so are imports.
    """
    replies = await late_rows.forget_replies(session)
    jobs = await late_rows.make_jobs_late(session)
    if replies or jobs:
        log.info("%s replies and %s jobs are of the time of the backup", replies, jobs)
