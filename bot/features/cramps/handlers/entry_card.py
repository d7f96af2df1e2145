"""The card of an entry: the message that shows it, with one of several pages."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial

from telegram import Update

from bot.database.cramp_values import EventType
from bot.database.models import Cramp, SetupStep
from bot.features.cramps import entry_times, queries, values
from bot.features.cramps.entry import Entry, Surroundings, entry_of
from bot.features.cramps.messages import detail_pages, entry_card, entry_changes, past_entry
from bot.features.cramps.old_cards import reduced_at
from bot.features.cramps.queries import Recent
from bot.features.cramps.usual import offered_places, told_places, usual_place
from bot.features.health_profile.shut_gates import shut_gates
from bot.i18n.translator import Translator
from bot.telegram.context import Context
from bot.telegram.message import Message, Tap
from bot.telegram.replies import NOTHING, Edit, Replies, Show, Toast

TYPED_TIME_WITHIN = timedelta(minutes=30)
"""A typed time or strength that answers no question changes the last entry if it is at most this
old."""
Level = Callable[[Translator, Entry], Message]
"""Renders one page of a card: the first answer, a page of details, the chips of one field."""


async def tapped_entry(context: Context) -> Cramp | None:
    """The entry that the tapped button names, or None when this person has no such entry."""
    return await queries.owned(context.session, context.tap.number(0), context.person.id)


async def counted_entry(context: Context, cramp_id: int | None) -> Cramp | None:
    """The person's entry with this id, or the one that it was merged into.

    None when this person has no entry with that id.
    """
    cramp = await queries.owned(context.session, cramp_id, context.person.id)
    return await queries.counted(context.session, cramp)


OWN_CARD_VERBS = frozenset(
    {"open", "set", "place", "many", "time", "part", "night", "restore", "revert"}
)
"""Buttons that are on cards of entries, in whichever message."""


def open_entry(context: Context, cramp: Cramp) -> None:
    """Note that an entry is on screen, so that what is typed now is about it."""
    if cramp.reply_message_id is not None and cramp.reply_message_id == context.tapped_message_id:
        cramp.tidy_at = reduced_at(cramp.night_on, context.now, cramp.time_zone, context.nights)
    if cramp.deleted_at is not None or cramp.same_as_id is not None:
        close_entry(context, cramp)
    elif is_fresh(context, cramp) and _is_own_card(context, cramp):
        context.clear_screen()  # for a while, typed text is about the newest entry anyway
    elif context.query is not None and context.person.setup_step is SetupStep.DONE:
        context.put_on_screen("cramps", "entry", cramp.id)


def close_entry(context: Context, cramp: Cramp) -> None:
    """Note that an entry is no longer on screen."""
    if cramp.reply_message_id == context.tapped_message_id:
        cramp.tidy_at = None
    if is_open(context, cramp):
        context.clear_screen()


def is_open(context: Context, cramp: Cramp) -> bool:
    """Whether an entry is on screen."""
    return context.on_screen == Tap("cramps", "entry", (str(cramp.id),))


def is_fresh(context: Context, cramp: Cramp) -> bool:
    """Whether an entry was logged so recently that what is typed may be about it."""
    return context.now - cramp.tapped_at <= TYPED_TIME_WITHIN


def _is_own_card(context: Context, cramp: Cramp) -> bool:
    """Whether the card is shown as the answer to what logged the entry, not in a list of nights."""
    if context.query is None or context.tap.feature != "cramps":
        return True
    is_card = context.tap.verb in OWN_CARD_VERBS
    return not is_card or cramp.reply_message_id == context.tapped_message_id


def gone(context: Context) -> Replies:
    """The answer to a tap on a button whose entry does not exist."""
    return [Toast(entry_changes.gone(context.tr))]


async def own_card(context: Context, cramp: Cramp) -> Replies:
    """Update the message that shows an entry, unless it is the tapped one or there is none.

    Old entries keep one line with one button there.
    """
    if cramp.reply_message_id in {None, context.tapped_message_id}:
        return NOTHING
    level = entry_card.logged if is_fresh(context, cramp) else entry_card.closed
    if level is entry_card.closed:
        cramp.tidy_at = None
    card = await card_of(context, cramp, level, is_own=True)
    return [Edit(cramp.reply_message_id, card)]


async def card_of(
    context: Context,
    cramp: Cramp,
    level: Level,
    *,
    is_own: bool = False,
    recent: Sequence[Recent] | None = None,
    has_leg_sign: bool | None = None,
) -> Message:
    """Render the card of an entry.

    A removed entry offers to put it back, and an entry that was merged into an earlier one offers
    to undo that, whatever the level.

    Args:
        context: of whose entry it is.
        cramp: the entry.
        level: the page of its card.
        is_own: it is shown in the message that answered its tap.
        recent: the person's newest entries; None: they are read here.
        has_leg_sign: as of :func:`shut_gates`; None: it is read here.
    """
    if cramp.deleted_at is not None:
        return entry_changes.removed(context.tr, entry_of(cramp))
    first = await queries.owned(context.session, cramp.same_as_id, cramp.user_id)
    if first is not None:
        return entry_changes.same(context.tr, entry_of(cramp), entry_of(first))
    fresh = is_fresh(context, cramp)
    if level is entry_card.logged and not (fresh and (is_own or _is_own_card(context, cramp))):
        level = partial(
            past_entry.card, parts=parts_until_now(context, cramp), now_on=context.today
        )
    if recent is None:
        recent = await queries.recent(context.session, cramp.user_id)
    shut = None
    if fresh:
        shut = await shut_gates(context.session, context.person, has_sign=has_leg_sign)
    entry = entry_of(
        cramp,
        await queries.number_in_night(context.session, cramp, recent),
        needs_zone=context.person.time_zone is None,
        takes_typed=is_open(context, cramp) or (fresh and context.person.awaiting is None),
        relief_shut=shut,
        nights=context.nights,
        surroundings=_surroundings(context, cramp, recent),
    )
    return level(context.tr, entry)


def parts_until_now(context: Context, cramp: Cramp) -> tuple[str, ...]:
    """The parts of an entry's own night that it can be moved to: those that have begun."""
    parts = parts_of_night(context, cramp)
    return tuple(name for name, (at, _precision) in parts.items() if at <= context.now)


def parts_of_night(context: Context, cramp: Cramp) -> dict[str, entry_times.Moment]:
    """The parts of an entry's own night that it can be moved to."""
    person = context.person
    clocks = (person.bed_time, person.wake_time)
    return entry_times.parts_of(cramp.night_on, cramp.time_zone, *clocks, context.nights)


def _surroundings(context: Context, cramp: Cramp, recent: Sequence[Recent]) -> Surroundings:
    """What decides about the buttons of an entry's card, beside the entry itself."""
    told = told_places(
        (one.side, one.site)
        for one in recent
        if one.id != cramp.id and one.counts and one.event_type is EventType.CRAMP
    )
    return Surroundings(
        is_fresh=is_fresh(context, cramp),
        usual=usual_place(told),
        places=offered_places(told),
        bed_time=context.person.bed_time,
        wake_time=context.person.wake_time,
    )


async def older_closed(context: Context, cramp: Cramp, recent: Sequence[Recent]) -> Replies:
    """Reduce the card of the entry before a new one to its line with one button.

    That is one edit for each new entry, whatever came before: the cards of still older entries
    were reduced when the next one was logged.
    """
    earlier = [
        one
        for one in recent
        if one.counts
        and one.reply_message_id is not None
        and (one.tapped_at, one.id) < (cramp.tapped_at, cramp.id or 0)
    ]
    newest = max(earlier, key=lambda one: (one.tapped_at, one.id), default=None)
    if newest is None or newest.tidy_at is None:
        return NOTHING  # it was reduced when its night ended
    before = await queries.owned(context.session, newest.id, cramp.user_id)
    if before is None:
        return NOTHING
    before.tidy_at = None
    card = entry_card.closed(context.tr, entry_of(before, nights=context.nights))
    return [Edit(before.reply_message_id, card, or_new=False)]


def field_level(name: str) -> Level:
    """The page of one field."""
    return partial(detail_pages.field_page, name=name)


def page(name: str | None) -> Level | None:
    """The page with this name in callback data; None for a name that no button has."""
    if name in values.SINGLE or name in values.MANY:
        return field_level(name)
    return detail_pages.PAGES.get(name or "")


async def on_open(_update: Update, context: Context) -> Replies:
    """Show another page of a card."""
    level = page(context.tap.word(1))
    if level is None:
        return NOTHING
    cramp = await tapped_entry(context)
    if cramp is None:
        return gone(context)
    context.stop_asking("cramps", "note", cramp.id)
    context.stop_asking("cramps", "when")
    if level is entry_card.closed:
        close_entry(context, cramp)
    else:
        open_entry(context, cramp)
    return [Show(await card_of(context, cramp, level))]
