"""How strong a cramp was, typed alone: in words after an entry, or as a number next morning."""

from bot.database.models import Cramp
from bot.database.stored_values import SetupStep
from bot.features.cramps.handlers.notes import add_note
from bot.features.cramps.handlers.typed import strength_said
from bot.features.free_text.acts.correct_acts import correct
from bot.features.free_text.acts.detail_acts import meant_entry, of_last_night
from bot.features.free_text.meanings.further_values import Correct
from bot.features.free_text.rules.felt_words import felt_words, says_only_how_bad
from bot.telegram.context import Context
from bot.telegram.replies import Replies


async def guess_felt(context: Context, text: str) -> Replies | None:
    """Note "it was really bad" with the entry that is meant, whose card asks how strong it was.

    A number typed in the morning is offered as the strength of the last cramp of the night.

    Returns:
        None when the text is something else, or there is no cramp that it can be about.
    """
    if context.person.setup_step is not SetupStep.DONE:
        return None
    language = context.tr.language
    if strength := strength_said(text, language):
        last = await of_last_night(context)
        is_asked = last is not None and last.intensity is None
        told = (("strength", strength),)
        return await correct(context, Correct(told)) if is_asked else None
    if not says_only_how_bad(text, language):
        return None
    return await _noted(context, await meant_entry(context) or await of_last_night(context), text)


async def guess_felt_after(context: Context, text: str) -> Replies | None:
    """Note "that one was dreadful" with the entry on screen or just made; otherwise None."""
    is_felt = says_only_how_bad(text, context.tr.language)
    return await _noted(context, await meant_entry(context), text) if is_felt else None


async def _noted(context: Context, cramp: Cramp | None, text: str) -> Replies | None:
    if cramp is None or cramp.event_type != "cramp":
        return None
    return await add_note(context, cramp, felt_words(text, context.tr.language))
