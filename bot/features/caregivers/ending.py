"""Ends help with the diary, and notifies the other person."""

from bot.features.caregivers import messages, queries, rendered
from bot.i18n.preferences import translator_for
from bot.identity import people
from bot.telegram.context import Context
from bot.telegram.replies import NOTHING, Replies, Say, rendering


async def notify_of_end(context: Context, other_id: int) -> Replies:
    """Notify the other person that the help has ended, unless they have blocked the bot."""
    other = await people.get(context.session, other_id)
    if other is None or other.blocked_at is not None:
        return NOTHING
    content = rendering(rendered.ended_by_other, translator_for(other), context.person.id)
    return [Say(content, to=other_id)]


async def notify_not_confirmed(context: Context, asked_id: int | None) -> Replies:
    """Notify who waited for an answer that there will be none; they do not learn whose it was."""
    other = None if asked_id is None else await people.get(context.session, asked_id)
    if other is None or other.blocked_at is not None:
        return NOTHING
    return [Say(messages.not_confirmed(translator_for(other)), to=other.id)]


async def end_all(context: Context) -> Replies:
    """End all help with and by the person, who is about to be erased, and notify the others."""
    others, waited = await queries.end_all(context.session, context.person.id)
    told = [reply for other in others for reply in await notify_of_end(context, other)]
    return [*told, *await notify_not_confirmed(context, waited)]
