"""Answers "slept ok after that": a night with cramps stays one, and is never offered as free."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from bot.database.stored_values import SetupStep
from bot.features.cramps.queries import entries_between
from bot.features.free_text import messages
from bot.features.free_text.acts.detail_acts import meant_entry, of_last_night
from bot.features.free_text.meanings.offer_values import Offer
from bot.features.free_text.meanings.values import NoCramps, Unclear
from bot.features.free_text.rules.calm_rules import was_calm_since
from bot.features.users.handlers.keyboard import present_with_keyboard
from bot.telegram.context import Context
from bot.telegram.replies import Replies

Some = TypeVar("Some", bound=Offer)


async def guess_calm(context: Context, text: str) -> Replies | None:
    """Answer that it was quiet after a cramp: nothing is to be stored, and the cramp stays.

    Returns:
        None when the text says something else, or the night has no cramp.
    """
    if context.person.setup_step is not SetupStep.DONE:
        return None
    if not was_calm_since(text, context.tr.language):
        return None
    cramp = await meant_entry(context) or await of_last_night(context)
    last_night = context.nights.last_night(context.local_now)
    if cramp is None or cramp.event_type != "cramp" or cramp.night_on < last_night:
        return None
    return present_with_keyboard(context, messages.calm_since(context.tr, cramp.night_on))


async def without_cramp_nights(context: Context, asked: Unclear) -> Unclear:
    """The readings of a question without a night without cramps that has cramps in the diary."""
    kept = await but_cramp_nights(context, asked.candidates)
    return asked if len(kept) == len(asked.candidates) else replace(asked, candidates=kept)


async def but_cramp_nights(context: Context, offered: Sequence[Some]) -> tuple[Some, ...]:
    """What is offered, but for nights as free of cramps that have cramps in the diary."""
    nights = {one.night_on for one in offered if isinstance(one, NoCramps) and one.sleep is None}
    if not nights:
        return tuple(offered)
    found = await entries_between(context.session, context.person.id, min(nights), max(nights))
    taken = {one.night_on for one in found if one.event_type == "cramp"}
    return tuple(
        one
        for one in offered
        if not (isinstance(one, NoCramps) and one.sleep is None and one.night_on in taken)
    )
