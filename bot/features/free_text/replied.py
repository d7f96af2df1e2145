"""Replies to the message of an entry: what is told of the entry, or else its note."""

from bot.database.models import Cramp
from bot.features.cramps import queries
from bot.features.cramps.handlers.notes import add_note, replied_entry
from bot.features.cramps.handlers.typed import about_entry
from bot.features.free_text.acts.detail_acts import guess_details
from bot.features.free_text.acts.helped_acts import guess_helped, told_of
from bot.features.free_text.acts.undo_acts import undo_last
from bot.features.free_text.chip_words import guess_chips, read_chips
from bot.features.free_text.meanings.further_values import Undo
from bot.features.free_text.reading_cache import reading_of
from bot.telegram.context import Context
from bot.telegram.replies import Replies


async def on_reply(context: Context, message_id: int, text: str) -> Replies | None:
    """Enter what a reply says of its entry: "8", "left", "undo". Other words become the note."""
    cramp = await replied_entry(context, message_id)
    counted = await queries.counted(context.session, cramp)
    told = None if counted is None else await _told(context, counted, text)
    return told or await add_note(context, cramp, text)


async def _told(context: Context, cramp: Cramp, text: str) -> Replies | None:
    reading = reading_of(context, text)
    if reading.is_exact and reading.understood == Undo():
        context.put_on_screen("cramps", "entry", cramp.id)
        return await undo_last(context)
    if cramp.deleted_at is not None:
        return None
    before = context.person.on_screen
    context.put_on_screen("cramps", "entry", cramp.id)
    replies = await about_entry(context, cramp, text) or await _details(context, text)
    if replies is None:
        context.person.on_screen = before
    return replies


async def _details(context: Context, text: str) -> Replies | None:
    """Enter details of the entry on screen; what may be its cause stays the person's own words."""
    if read_chips(context.tr, text) is not None:
        return await guess_chips(context, text)
    fields = {field for field, _code in told_of(text, context.tr.language)}
    if fields and fields != {"trigger"}:
        return await guess_helped(context, text)
    return await guess_details(context, text)
