"""Handles text that is typed while a night of the list is open: it is about that night."""

from datetime import datetime

from bot.database.cramp_values import TimePrecision
from bot.database.models import Cramp
from bot.features.cramps.entry import entry_of
from bot.features.cramps.entry_times import Unusable, in_night, typed_clock
from bot.features.cramps.handlers.typed import about_entry
from bot.features.cramps.messages import earlier_entries
from bot.features.cramps.queries import entries_between
from bot.local_time.nights import local_time
from bot.telegram.context import Context
from bot.telegram.message import Tap
from bot.telegram.replies import Replies, Say


async def about_open_night(context: Context, opened: Tap, text: str) -> Replies | None:
    """Take a typed time as one of the night that is open, and a strength as that of its entry.

    An entry without a time of day gets it at once; otherwise the bot asks whether it is another
    cramp.
    """
    night_on = opened.day(0)
    if night_on is None:
        return None
    entries = await entries_between(context.session, context.person.id, night_on, night_on)
    only = entries[0] if len(entries) == 1 else None
    said = typed_clock(text, context.tr.language)
    is_number = text.strip().isdigit() and len(text.strip()) <= 2
    if said is None or is_number:
        return None if only is None else await about_entry(context, only, text)
    if only is not None and only.time_precision is TimePrecision.NIGHT_ONLY:
        return await about_entry(context, only, text)
    clock, _precision = said
    return _ask(context, only, in_night(clock, night_on, context.zone, context.nights))


def _ask(context: Context, only: Cramp | None, moment: datetime | None) -> Replies:
    """Ask what a time of the open night is: a cramp, another cramp, or the right time of one."""
    tr = context.tr
    if moment is None or moment > context.written_at:
        why = Unusable.UNCLEAR if moment is None else Unusable.TO_COME
        return [Say(earlier_entries.unusable_backdated(tr, why))]
    number, local_at, nights = context.message_id, local_time(moment, context.zone), context.nights
    if only is None:
        return [Say(earlier_entries.offer(tr, number, local_at, moment, nights))]
    entry, exact = entry_of(only), TimePrecision.EXACT
    return [Say(earlier_entries.which(tr, number, entry, local_at, moment, exact, nights))]
