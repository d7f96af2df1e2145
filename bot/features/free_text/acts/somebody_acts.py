"""Asks whose cramp it was if a message tells of somebody else: "he had a cramp at 3"."""

from collections.abc import Sequence

from bot.database.cramp_values import TimePrecision
from bot.database.stored_values import SetupStep
from bot.features.caregivers import messages, rendered
from bot.features.caregivers.queries import helped_by
from bot.features.cramps.told_codes import LETTER_OF, encode_told
from bot.features.free_text.during_setup import EVENTS
from bot.features.free_text.meanings.values import LogCramp, encode
from bot.features.free_text.reading_cache import reading_of
from bot.features.free_text.rules.somebody_rules import cramp_of_somebody
from bot.features.free_text.understanding.every_language import understand
from bot.features.free_text.understanding.whole_sentence import readings_of
from bot.telegram.context import Context
from bot.telegram.message import pack
from bot.telegram.replies import Replies, Say, rendering


def of_somebody(context: Context, zone: str) -> LogCramp | None:
    """The cramp that a message tells of somebody else, as written in a time zone."""
    tr, at = context.tr, context.written_at
    return cramp_of_somebody(context.text, tr.language, at, zone, tr.hour_cycle, context.nights)


def nearly_told(context: Context, zone: str) -> LogCramp | None:
    """A cramp that words say or nearly say, as written in a time zone: "Ann had a cramp"."""
    tr, at = context.tr, context.written_at
    reading = understand(context.text, tr.language, at, zone, tr.hour_cycle, context.nights)
    found = readings_of(reading.understood)
    if len(found) != 1 or EVENTS.isdisjoint(reading.concepts):
        return None
    return next((one for one in found if isinstance(one, LogCramp)), None)


async def guess_of_somebody(context: Context, text: str) -> Replies | None:
    """Ask whose cramp a sentence tells; None: it is surely the person's own, or it tells none.

    Of somebody who helps, an unknown word may be the name of who had it.
    """
    if context.person.setup_step is not SetupStep.DONE:
        return None
    cramp = of_somebody(context, context.zone)
    near = cramp or _with_a_name(context, text)
    if near is None:
        return None
    helped = await helped_by(context.session, context.person.id)
    if cramp is None and not helped:
        return None
    letter, told = LETTER_OF[TimePrecision(near.precision)], encode_told(near.told)
    for_them = (int(near.at.timestamp()), letter, *((told,) if told else ()))
    own = pack("typed", "yes", context.message_id, encode(near))
    return whose(context, helped, for_them, own, is_new=False)


def _with_a_name(context: Context, text: str) -> LogCramp | None:
    reading = reading_of(context, text)
    return nearly_told(context, context.zone) if reading.unknown else None


def whose(
    context: Context, helped: Sequence[int], for_them: Sequence[object], own: str, *, is_new: bool
) -> Replies:
    """Ask whose cramp it is.

    Args:
        context: who told it.
        helped: whom they help.
        for_them: the cramp, as further arguments of the button that logs it for somebody.
        own: the callback data of the button that logs it as their own.
        is_new: whether they have no diary yet.
    """
    if not helped:  # no name is asked of Telegram, so that its buttons' words can be typed
        return [Say(messages.whose_cramp(context.tr, (), for_them, own, is_new=is_new))]
    asked = rendering(rendered.whose_cramp, context.tr, tuple(helped), tuple(for_them), own, is_new)
    return [Say(asked)]
