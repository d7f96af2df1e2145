"""Asks whose cramp it is that somebody without a diary tells: a helper, or about somebody else.

The cramp waits in the buttons, with its time, as it does before somebody has agreed.
"""

from bot.database.stored_values import SetupStep
from bot.features.caregivers.queries import helped_by, helps_only
from bot.features.consent.kept_cramp import kept_cramp
from bot.features.free_text.acts.somebody_acts import nearly_told, of_somebody, whose
from bot.features.free_text.meanings.values import LogCramp
from bot.identity import people
from bot.telegram.context import Context
from bot.telegram.message import pack
from bot.telegram.replies import Replies


async def ask_whose(context: Context, *, is_log: bool) -> Replies | None:
    """Ask whose cramp it is; None: it is surely the person's own, or none is told.

    Somebody who helps and has no diary is asked whatever cramp they tell; everybody else is when
    their words name somebody else.

    Args:
        context: of a message.
        is_log: whether it is the log button, or the command that does the same.
    """
    user = context.person
    if user.setup_step is SetupStep.DONE or context.is_over_limit:
        return None
    is_of_other = not is_log and of_somebody(context, context.zone) is not None
    helped: list[int] = []
    if is_of_other:
        helped = await helped_by(context.session, user.id)
    elif user.setup_step is SetupStep.TIME_ZONE:
        helped = await helps_only(context.session, user.id)
    if not helped and not is_of_other:
        return None
    only = await people.get(context.session, helped[0]) if len(helped) == 1 else None
    zone = None if only is None else only.time_zone
    kept = kept_cramp(context, is_log=is_log, zone=zone, read=None if is_log else _told_by_helper)
    if kept is None:
        return None
    _kind, _message_id, *for_them = kept.arguments
    return whose(context, helped, for_them, pack("consent", "mine", *kept.arguments), is_new=True)


def _told_by_helper(context: Context, zone: str) -> LogCramp | None:
    """The cramp that words tell, whoever had it. An unknown word may be a name."""
    return of_somebody(context, zone) or nearly_told(context, zone)
