"""Asks somebody who helps with a diary, and keeps none of their own, whose cramp they tell.

The cramp waits in the buttons, with its time, as it does before somebody has agreed.
"""

from bot.database.cramp_values import TimePrecision
from bot.database.models import SetupStep
from bot.features.caregivers import rendered
from bot.features.caregivers.queries import helps_only
from bot.features.consent.kept import KeptCramp, kept_cramp
from bot.features.free_text.during_setup import EVENTS
from bot.features.free_text.reading import reading_of
from bot.features.free_text.rules import readings_of
from bot.features.free_text.values import LogCramp
from bot.identity import people
from bot.telegram.context import Context
from bot.telegram.message import pack
from bot.telegram.replies import Replies, Say, rendering


async def ask_whose(context: Context, *, is_log: bool) -> Replies | None:
    """Ask whose cramp it is; None: the person has a diary, helps nobody, or told no cramp.

    Args:
        context: of a message.
        is_log: whether it is the log button, or the command that does the same.
    """
    user = context.person
    if user.setup_step is not SetupStep.TIME_ZONE or context.is_over_limit:
        return None
    helped = await helps_only(context.session, user.id)
    if not helped:
        return None
    only = await people.get(context.session, helped[0]) if len(helped) == 1 else None
    kept = kept_cramp(context, is_log=is_log, zone=None if only is None else only.time_zone)
    if kept is None and not is_log:
        kept = _nearly_told(context)
    if kept is None:
        return None
    own = pack("consent", "mine", *kept.arguments)
    _kind, _message_id, *for_them = kept.arguments
    asked = rendering(rendered.whose_cramp, context.tr, tuple(helped), tuple(for_them), own)
    return [Say(asked)]


def _nearly_told(context: Context) -> KeptCramp | None:
    """A present cramp that words nearly say, such as "she had a cramp"; None: they say none.

    It is asked as "do you mean this?" of everybody else. A helper's answer would be their own.
    """
    reading = reading_of(context, context.text)
    found = readings_of(reading.understood)
    if len(found) != 1 or EVENTS.isdisjoint(reading.concepts):
        return None
    (cramp,) = found
    if not isinstance(cramp, LogCramp) or cramp.at != context.written_at:
        return None
    precision = TimePrecision(cramp.precision)
    return KeptCramp(context.message_id, cramp.at, precision, cramp.told, is_tap=False)
