"""Asks what "two of them", typed after an entry, is to change: a count is no strength."""

from bot.database.stored_values import SetupStep
from bot.features.cramps.entry import entry_of
from bot.features.cramps.messages.labels import code_labels, field_labels
from bot.features.free_text.acts import further_messages as messages
from bot.features.free_text.acts.detail_acts import meant_entry
from bot.features.free_text.acts.further_labels import correct_label
from bot.features.free_text.meanings.further_values import Correct
from bot.features.free_text.meanings.values import encode
from bot.features.free_text.rules.count_words import count_told
from bot.telegram.context import Context
from bot.telegram.message import Button, pack
from bot.telegram.replies import Replies, Say


async def guess_count(context: Context, text: str) -> Replies | None:
    """Ask whether the entry stands for several cramps, or when the other cramp was.

    Returns:
        None when the text is something else, or there is no cramp that it can be about.
    """
    number = count_told(text, context.tr.language)
    if number is None or context.person.setup_step is not SetupStep.DONE:
        return None
    cramp = await meant_entry(context)
    if cramp is None or cramp.event_type != "cramp":
        return None
    tr = context.tr
    code = "4_plus" if number > 3 else str(number)
    strength = Correct((("strength", str(number)),))
    how_many = tr.gettext("{label}: {text}").format(
        label=field_labels(tr)["count"], text=code_labels(tr)["count"][code]
    )
    buttons = (
        Button(tr.gettext("Another cramp"), pack("typed", "other", "")),
        Button(how_many, pack("typed", "fix", cramp.id, encode(Correct((("count", code),))))),
        Button(correct_label(tr, strength), pack("typed", "fix", cramp.id, encode(strength))),
    )
    entry = entry_of(cramp, nights=context.nights)
    return [Say(messages.ask_correction(tr, entry, buttons, of_time=False))]
