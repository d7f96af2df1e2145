"""Two cramps that one sentence tells: "one at 1 and one at 4". Each is an entry, with one Undo."""

from collections.abc import Sequence
from datetime import timedelta

from telegram import Update

from bot.database.models import Cramp
from bot.features.cramps import log_queries, queries, same_cramp
from bot.features.cramps.change_queries import set_codes
from bot.features.cramps.entry import entry_of
from bot.features.cramps.entry_times import FURTHEST_BACK
from bot.features.cramps.handlers.change import put_back, remove
from bot.features.cramps.handlers.entry_card import gone
from bot.features.cramps.handlers.log import refused, stop_older_question
from bot.features.cramps.told_together import keys_of
from bot.features.diary.limits import Limit
from bot.features.free_text.meanings.values import LogCramp, LogTwo
from bot.features.free_text.messages import nothing_changed
from bot.features.free_text.reading_cache import reading_of
from bot.features.free_text.two_messages import two_logged, two_removed
from bot.telegram.context import Context
from bot.telegram.message import Tap, pack
from bot.telegram.replies import NOTHING, DiaryChanged, Replies, Reply, Say, Show, Toast


async def log_two(context: Context, message_id: int, meaning: LogTwo, note: str) -> Replies:
    """Log both cramps or none, and show them; one that is in the diary already stays as it is.

    Args:
        context: of the answer to the question.
        message_id: of the sentence.
        meaning: both cramps.
        note: what was said of them that no field keeps.
    """
    both = (meaning.first, meaning.second)
    if not all(timedelta(0) <= context.now - one.at <= FURTHEST_BACK for one in both):
        return NOTHING
    own = await _own(context, message_id)
    there = [await _at_minute(context, one) for one in both]
    if not own:
        logged = await _logged(context, message_id, both, there, note)
        if isinstance(logged, Limit):
            return refused(context, logged)
        own = logged
    others = [one for one in there if one is not None and one not in own]
    context.put_on_screen("typed", "two", message_id)
    return _state(context, message_id, own, others)


async def about_two(context: Context, opened: Tap, text: str) -> Replies | None:
    """Show both entries again after another "both", which means no sides of one cramp here.

    What is on screen has the id of the sentence, after "two" where the typed "undo" is kept.
    """
    is_undo = opened.word(0) == "two"
    message_id = opened.number(int(is_undo))
    if message_id is None or reading_of(context, text).concepts - {"FILLER"} != {"BOTH"}:
        return None
    context.put_on_screen(opened.feature, opened.verb, *opened.arguments)  # it stays open
    own = await _own(context, message_id)
    return _state(context, message_id, own) if own else [Say(nothing_changed(context.tr))]


async def instead_of_one(context: Context, message_id: int) -> Replies | None:
    """Show both cramps if a button for one of them is tapped after both were logged; else None.

    The button of one stays on the screen of a slow connection, and logs no third cramp.
    """
    own = await _own(context, message_id) if context.query is not None else ()
    return _state(context, message_id, own) if own else None


async def _own(context: Context, message_id: int) -> list[Cramp]:
    """The entries that were logged together for a message, removed or not."""
    session, user_id = context.session, context.person.id
    found = [await queries.logged_by(session, user_id, key) for key in keys_of(message_id)]
    return [one for one in found if one is not None]


async def _at_minute(context: Context, one: LogCramp) -> Cramp | None:
    event_type = dict(one.told).get("type", "cramp")
    return await same_cramp.at_minute(context.session, context.person.id, one.at, event_type)


async def _logged(
    context: Context,
    message_id: int,
    both: Sequence[LogCramp],
    there: Sequence[Cramp | None],
    note: str,
) -> list[Cramp] | Limit:
    """Log the cramps that are not in the diary yet; if a limit is reached, none is added."""
    together = await context.session.begin_nested()
    new: list[Cramp] = []
    for key, one, known in zip(keys_of(message_id), both, there, strict=True):
        if known is not None:
            continue
        logged = await log_queries.log_at(
            context.session,
            context.person.id,
            key,
            context.written_at,
            one.at,
            one.precision,
            context.zone,
            context.nights,
        )
        if isinstance(logged, Limit):
            await together.rollback()
            return logged
        set_codes(logged[0], one.told)
        logged[0].note = note or None
        new.append(logged[0])
    await together.commit()
    if new:
        stop_older_question(context)
    return new


def _state(
    context: Context, message_id: int, own: Sequence[Cramp], others: Sequence[Cramp] = ()
) -> Replies:
    """Show both entries as they are now, with one button that removes or restores them.

    Args:
        context: of the tap.
        message_id: of the sentence.
        own: what was logged for it; empty when all of it was in the diary before.
        others: entries of those minutes that were logged otherwise.
    """
    kept = [one for one in own if not one.is_empty]
    counting = [one for one in kept if one.deleted_at is None]
    if own and not kept:
        return gone(context)
    if kept and not counting:
        entries = [entry_of(one, nights=context.nights) for one in kept]
        data = pack("typed", "two", message_id, 0)
        return context.present(two_removed(context.tr, entries, data))
    shown = two_logged(
        context.tr,
        [entry_of(one, nights=context.nights) for one in counting],
        [entry_of(one, nights=context.nights) for one in others],
        pack("typed", "two", message_id, 1) if counting else None,
    )
    return [*context.present(shown), DiaryChanged({one.night_on for one in counting})]


async def on_two(_update: Update, context: Context) -> Replies:
    """Remove both entries (1), or put them back (0). The same tap twice changes nothing more."""
    message_id, wanted = context.tap.message_id(0), context.tap.number(1)
    if message_id is None or wanted not in {0, 1}:
        return NOTHING
    cramps = [one for one in await _own(context, message_id) if not one.is_empty]
    if not cramps:
        return gone(context)
    replies = list[Reply]()
    for one in cramps:
        if (one.deleted_at is None) == (wanted == 1):
            replies += await (remove if wanted else put_back)(context, one)
    if any(isinstance(reply, Toast) for reply in replies):
        return replies  # it is too late
    shown = _state(context, message_id, cramps)
    return [*shown, *(reply for reply in replies if not isinstance(reply, Show))]


async def on_both(_update: Update, context: Context) -> Replies:
    """Show both entries again, in place of the card of one."""
    message_id = context.tap.message_id(0)
    own = [] if message_id is None else await _own(context, message_id)
    return gone(context) if message_id is None or not own else _state(context, message_id, own)
