"""Details of a cramp that are typed after it was logged; they act like its chips."""

from collections.abc import Callable
from functools import partial

from bot.database.models import Cramp, SetupStep
from bot.features.cramps import queries
from bot.features.cramps.change_queries import set_codes
from bot.features.cramps.changes import state_of
from bot.features.cramps.entry import Entry, entry_of
from bot.features.cramps.entry_times import is_night_time
from bot.features.cramps.handlers.entry_card import TYPED_TIME_WITHIN, counted_entry, own_card
from bot.features.cramps.handlers.undo import record, undo_button
from bot.features.cramps.messages import entry_changes
from bot.features.cramps.told_codes import Told
from bot.features.cramps.values import column_of, stored
from bot.features.free_text.rules.cramp_fields import whole_site, with_site
from bot.features.free_text.rules.detail_rules import Details, details
from bot.features.relief.handlers import let_go_of_running
from bot.i18n.translator import Translator
from bot.i18n.vocabulary.lexicon import without_the_cramp
from bot.local_time.nights import NIGHT_BEGINS
from bot.telegram.context import Context
from bot.telegram.message import Button, Message
from bot.telegram.replies import NOTHING, DiaryChanged, Replies, Say

ChangeMessage = Callable[[Translator, Entry, Button | None], Message]
"""Makes the message about a changed entry, with the button that undoes the change."""


async def guess_details(context: Context, text: str) -> Replies | None:
    """Take a typed side, place, strength, length or waking as a detail of the entry on screen.

    Returns:
        None when the text is something else, or there is no cramp that it can be about.
    """
    if context.person.setup_step is not SetupStep.DONE:
        return None
    told = details(text, context.tr.language)
    if told is None:
        return None
    cramp = await meant_entry(context)
    if cramp is None and "woke" in dict(told.fields):
        last = await of_last_night(context)
        cramp = last if last is not None and agrees(last, told) else None
    if cramp is None or cramp.event_type != "cramp":
        return None
    return await _told(context, cramp, told)


async def details_during_setup(context: Context, text: str) -> Replies | None:
    """Take details as those of the entry that was made moments ago, during the set-up."""
    told, cramp = details(text, context.tr.language), await meant_entry(context)
    if told is None or cramp is None or cramp.event_type != "cramp":
        return None
    return await _told(context, cramp, told)


async def guess_ended(context: Context, text: str) -> Replies | None:
    """Take "it's gone, it took two minutes" as the end of the cramp and its length.

    Returns:
        None when no length is said besides, or there is no cramp that it can be about.
    """
    told = details(text, context.tr.language)
    return await guess_details(context, text) if told is not None and told.has_let_go else None


async def guess_retold(context: Context, text: str) -> Replies | None:
    """Take "the cramp lasted 5 minutes" as said of the entry on screen, and not of another cramp.

    Returns:
        None when there is no such entry, or it has another side, place, strength or length.
    """
    rest = without_the_cramp(text, context.tr.language)
    told = details(rest, context.tr.language) if rest else None
    cramp = await meant_entry(context) if told is not None else None
    if told is None or cramp is None or cramp.event_type != "cramp":
        return None
    return await _told(context, cramp, told) if agrees(cramp, told) else None


def agrees(cramp: Cramp, told: Details) -> bool:
    """Whether an entry says the same as the details, or nothing, of each of their fields."""
    return all(
        getattr(cramp, column_of(name)) in (None, stored(name, code)) for name, code in told.fields
    )


async def of_last_night(context: Context) -> Cramp | None:
    """The last cramp of the night, which the bot asks about in the morning: "it woke me"."""
    opened = context.on_screen
    if opened is not None and opened.feature in {"cramps", "history"}:
        return None
    clock = context.nights.as_if_by_night(context.local_now).time()
    if is_night_time(clock) or clock >= NIGHT_BEGINS:
        return None
    night_on = context.nights.last_night(context.local_now)
    entries = await queries.entries_between(context.session, context.person.id, night_on, night_on)
    cramps = [one for one in entries if one.event_type == "cramp"]
    return max(cramps, key=lambda one: one.occurred_at, default=None)


async def _told(context: Context, cramp: Cramp, told: Details) -> Replies:
    """Enter details of a cramp, and say which."""
    sites = told.sites if len(told.sites) > 1 else ()
    ended = await let_go_of_running(context) if told.has_let_go else None
    say = partial(entry_changes.details_set, sites=sites)
    whole = whole_site(sites) if cramp.site not in sites else ""
    fields = with_site(told.fields, whole) if whole else told.fields
    return [*(ended or NOTHING), *await enter(context, cramp, fields, say)]


async def enter(
    context: Context, cramp: Cramp, told: Told, say: ChangeMessage = entry_changes.details_set
) -> Replies:
    """Enter codes of a cramp, and say so, with an Undo that names the change.

    Args:
        context: of the message that told it.
        cramp: the entry.
        told: fields and codes.
        say: makes the message from the entry as it is now.
    """
    before = state_of(cramp)
    set_codes(cramp, told)
    cramp.edited_at = context.now
    change = await record(context, cramp, before, message_id=context.message_id)
    entry = entry_of(cramp, nights=context.nights)
    undo = undo_button(context, cramp, change)
    return [
        Say(say(context.tr, entry, undo)),
        *await own_card(context, cramp),
        DiaryChanged({cramp.night_on}),
    ]


async def meant_entry(context: Context) -> Cramp | None:
    """The entry that is on screen, or the newest one while it is recent."""
    session, user_id = context.session, context.person.id
    if (entry := context.opened("cramps", "entry")) is not None:
        cramp = await counted_entry(context, entry.number(0))
        if cramp is None or cramp.deleted_at is not None:
            return None
        context.put_on_screen("cramps", "entry", entry.number(0))  # it stays open
        return cramp
    opened = context.on_screen
    night_on = opened.day(0) if opened is not None and opened.feature == "history" else None
    if night_on is not None:
        entries = await queries.entries_between(session, user_id, night_on, night_on)
        context.put_on_screen("history", "night", night_on)
        return entries[0] if len(entries) == 1 else None
    return await queries.newest(session, user_id, context.written_at - TYPED_TIME_WITHIN)
