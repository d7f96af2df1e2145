"""Does what a sentence asks of reminders and of the day's plan (see ``act_values.py``)."""

from bot.features.free_text.act_values import Act
from bot.telegram.context import Context
from bot.telegram.replies import NOTHING, Replies


async def do_act(_context: Context, _act: Act, _message_id: int) -> Replies:
    """Do an act that was understood, or chosen on a button."""
    return NOTHING
