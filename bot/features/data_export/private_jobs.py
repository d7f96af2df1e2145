"""The first step of exports and imports: replace ids of rows that must not leave the bot."""

from bot.features.data_export.private_ids import make_uids_private
from bot.telegram.jobs import JobContext


async def make_private(about: JobContext) -> None:
    """Replace the ids that earlier versions gave the person's rows, some in each transaction."""
    is_all = False
    while not is_all:
        async with about.transaction() as context:
            is_all = await make_uids_private(context.session, [about.user_id], context.now)
