"""The cards about health that buttons open."""

from telegram import Update

from bot.features.cramps.messages import health_cards
from bot.features.cramps.signs import Tier
from bot.features.emergency_numbers.lookup import number_for
from bot.features.health_profile.queries import raised_signs_of
from bot.telegram.context import Context
from bot.telegram.message import Message
from bot.telegram.replies import NOTHING, Replies, Say, Show


async def warning_card(context: Context, tier: Tier, *, in_full: bool = False) -> Message:
    """The card of a tier for this person."""
    raised = await raised_signs_of(context.session, context.person.id)
    call = number_for(context.person)
    return health_cards.warning(context.tr, tier, call, raised=raised, in_full=in_full)


async def on_warnings(_update: Update, context: Context) -> Replies:
    """Show the warning signs, the most urgent tier first."""
    return [Say(await warning_card(context, Tier.EMERGENCY))]


async def on_warning(_update: Update, context: Context) -> Replies:
    """Show another tier, or the emergency card with whole lines, in the same message."""
    try:
        tier = Tier(context.tap.word(0) or "")
    except ValueError:
        return NOTHING
    in_full = context.tap.word(1) == health_cards.IN_FULL
    return [Show(await warning_card(context, tier, in_full=in_full))]
