"""Change an entry with buttons: its fields, time and night; remove it, or put it back."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from telegram import Update

from bot.database.cramp_values import Side, Site, TimePrecision
from bot.database.models import Cramp
from bot.features.cramps import entry_times, queries, same_cramp, values
from bot.features.cramps.change_queries import apply, change_by_message
from bot.features.cramps.changes import fill_in, state_of, to_set, with_added
from bot.features.cramps.entry_times import When
from bot.features.cramps.handlers.entry_card import (
    Level,
    card_of,
    counted_entry,
    field_level,
    gone,
    open_entry,
    own_card,
    page,
    parts_of_night,
    tapped_entry,
)
from bot.features.cramps.handlers.undo import record, with_undo
from bot.features.cramps.messages import detail_pages, entry_card, entry_changes
from bot.local_time.nights import NOON_TO_NOON, Nights, local_time
from bot.telegram.context import Context
from bot.telegram.replies import NOTHING, DiaryChanged, Replies, Show, Toast

FIRST_LEVEL = frozenset({"woke", "strength"})
"""Fields whose chips are on the first answer."""
NOTE = "note"
CLEARABLE = (frozenset(values.SINGLE) | {NOTE}) - frozenset(values.NEVER_EMPTY)
Change = Callable[[Cramp], None]


async def _change_tapped(context: Context, change: Change, level: Level) -> Replies:
    """Change the entry that the tapped button names, or the one that it was merged into."""
    cramp = await counted_entry(context, context.tap.number(0))
    return gone(context) if cramp is None else await _change(context, cramp, change, level)


async def _change(context: Context, cramp: Cramp, change: Change, level: Level) -> Replies:
    """Change an entry and show it; what follows from the change comes after it."""
    nights, before = {cramp.night_on}, state_of(cramp)
    context.stop_asking("cramps", "note", cramp.id)
    change(cramp)
    cramp.edited_at = context.now
    nights.add(cramp.night_on)
    recorded = await record(context, cramp, before)
    open_entry(context, cramp)
    card = await card_of(context, cramp, level)
    if cramp.deleted_at is None and cramp.same_as_id is None:
        card = with_undo(context, card, cramp, recorded)
    shown = [Show(card)] if context.query is not None else []
    # The button may be on another message, so the entry's own message has to be updated, too.
    return [*shown, *await own_card(context, cramp), DiaryChanged(nights)]


# Fields ------------------------------------------------------------------------------------------


async def on_set(_update: Update, context: Context) -> Replies:
    """Set a single-value field to a code, or to no value when the code is "clear".

    The callback data of chips on a page with several fields ends with the name of that page.
    """
    name, code = context.tap.word(1) or "", context.tap.word(2)
    is_clear = code == "clear" and name in CLEARABLE
    if not is_clear and code not in values.SINGLE.get(name, ()):
        return NOTHING
    value = None if is_clear or code is None else values.stored(name, code)

    def change(cramp: Cramp) -> None:
        setattr(cramp, values.column_of(name), value)

    level = page(context.tap.word(3))
    if level is None and name in FIRST_LEVEL:
        level = entry_card.logged
    elif level is None and is_clear:
        level = detail_pages.rest if name == NOTE else field_level(name)
    return await _change_tapped(
        context, change, level or partial(detail_pages.after_answer, name=name)
    )


async def on_place(_update: Update, context: Context) -> Replies:
    """Set the side and the site with one chip."""
    side, site = context.tap.word(1), context.tap.word(2)
    if side not in values.SIDES or site not in values.SINGLE["site"]:
        return NOTHING

    def change(cramp: Cramp) -> None:
        cramp.side, cramp.site = Side(side), Site(site)

    level = page(context.tap.word(3))
    return await _change_tapped(context, change, level or entry_card.logged)


async def on_many(_update: Update, context: Context) -> Replies:
    """Add a code to a multiple-value field (1) or remove it (0).

    The button carries the new state, so that the same tap twice changes nothing more.
    """
    name, code = context.tap.word(1) or "", context.tap.word(2) or ""
    present = context.tap.number(3)
    if code not in values.MANY.get(name, ()) or present not in {0, 1}:
        return NOTHING
    column = values.column_of(name)

    def change(cramp: Cramp) -> None:
        codes = values.parse_codes(getattr(cramp, column))
        codes = values.with_code(name, codes, code, present=present == 1)
        setattr(cramp, column, values.format_codes(name, codes))

    return await _change_tapped(context, change, field_level(name))


# Time --------------------------------------------------------------------------------------------


def set_moment(
    cramp: Cramp, occurred_at: datetime, precision: TimePrecision, nights: Nights = NOON_TO_NOON
) -> None:
    """Set when an entry happened; its night follows, in the entry's own time zone."""
    cramp.occurred_at, cramp.time_precision = occurred_at, precision
    cramp.night_on = nights.of(local_time(occurred_at, cramp.time_zone))


async def on_time(_update: Update, context: Context) -> Replies:
    """Set the time of a chip, counted back from the tap that logged the entry."""
    try:
        when = When(context.tap.word(1) or "")
    except ValueError:
        return NOTHING

    def change(cramp: Cramp) -> None:
        found = entry_times.moment(when, cramp.tapped_at, cramp.time_zone, context.nights)
        set_moment(cramp, *found, context.nights)

    return await _change_tapped(context, change, entry_card.logged)


async def on_part(_update: Update, context: Context) -> Replies:
    """Set the time to the evening, the whole or the morning of the entry's own night."""
    cramp = await counted_entry(context, context.tap.number(0))
    if cramp is None:
        return gone(context)
    part = parts_of_night(context, cramp).get(context.tap.word(1) or "")
    if part is None or part[0] > context.now:
        return NOTHING
    moment, precision = part

    def change(moved: Cramp) -> None:
        moved.occurred_at, moved.time_precision = moment, precision

    return await _change(context, cramp, change, entry_card.logged)


async def on_night(_update: Update, context: Context) -> Replies:
    """Move an entry to the same time of day in another night; the callback data has its date."""
    night_on = context.tap.day(1)
    if night_on is None:
        return NOTHING

    def change(cramp: Cramp) -> None:
        moved = entry_times.moved_to_night(
            cramp.occurred_at, cramp.time_zone, night_on, context.nights
        )
        entered_on = context.nights.of(local_time(cramp.tapped_at, cramp.time_zone))
        if cramp.time_precision is TimePrecision.NIGHT_ONLY and night_on == entered_on:
            # The stored hour is only a placeholder for the night, so it must not be in the future.
            moved = min(moved, cramp.tapped_at)
        if cramp.tapped_at - entry_times.FURTHEST_BACK <= moved <= cramp.tapped_at:
            set_moment(cramp, moved, cramp.time_precision, context.nights)

    return await _change_tapped(context, change, detail_pages.times)


# Remove, put back, merge -------------------------------------------------------------------------


async def on_undo(_update: Update, context: Context) -> Replies:
    """Remove an entry; its card then offers to put it back."""
    cramp = await tapped_entry(context)
    return gone(context) if cramp is None else await remove(context, cramp)


async def remove(context: Context, cramp: Cramp) -> Replies:
    """Remove an entry of this person. Also called by the Mini App, and for typed sentences."""

    def change(removed: Cramp) -> None:
        removed.deleted_at = removed.deleted_at or context.now

    context.stop_asking("cramps", "at", cramp.id)
    return await _change(context, cramp, change, entry_changes.removed)


async def on_restore(_update: Update, context: Context) -> Replies:
    """Restore a removed entry."""
    cramp = await counted_entry(context, context.tap.number(0))
    return gone(context) if cramp is None else await put_back(context, cramp)


async def put_back(context: Context, cramp: Cramp) -> Replies:
    """Restore a removed entry of this person. Also called for typed sentences."""
    if not queries.can_be_put_back(cramp, context.now):
        return [Toast(entry_changes.too_late_to_put_back(context.tr), alert=True)]

    def change(restored: Cramp) -> None:
        restored.deleted_at = None

    return await _change(context, cramp, change, entry_card.logged)


async def on_same(_update: Update, context: Context) -> Replies:
    """Merge an entry into the one before it in the same night: both were one cramp."""
    cramp = await tapped_entry(context)
    if cramp is None:
        return gone(context)
    _count, message_id = await queries.earlier_in_night(context.session, cramp)
    first = await queries.logged_by(context.session, cramp.user_id, message_id)
    if cramp.same_as_id is None and first is not None:
        if len(_both_notes(cramp, first) or "") > values.LONGEST_NOTE:
            return [Toast(entry_changes.notes_too_long(context.tr), alert=True)]
        await same_cramp.merge(context.session, cramp, first)
        await _hand_over(context, cramp, first)
    card = await card_of(context, cramp, entry_card.logged)
    return [Show(card), DiaryChanged({cramp.night_on})]


async def _hand_over(context: Context, cramp: Cramp, first: Cramp) -> None:
    """Copy what was told of a merged entry to the one that counts, where that has no value."""
    before = state_of(first)
    fill_in(first, cramp)
    first.note = _both_notes(cramp, first)
    await record(context, first, before, message_id=-(cramp.id or 0))


def _both_notes(cramp: Cramp, first: Cramp) -> str | None:
    """The note of an entry, with that of the merged entry added."""
    if not cramp.note or cramp.note in (first.note or ""):
        return first.note
    return with_added(first.note, cramp.note)


async def on_other(_update: Update, context: Context) -> Replies:
    """Undo a merge: the second tap was another cramp. It gets back what was told of it."""
    cramp = await tapped_entry(context)
    if cramp is None:
        return gone(context)
    first = await queries.counted(context.session, cramp)
    handed = await change_by_message(context.session, cramp.user_id, -(cramp.id or 0))
    if cramp.same_as_id is not None and first is not None and handed and not handed.undone:
        apply(first, to_set(state_of(first), handed.before, handed.after))
        handed.undone = True
    cramp.same_as_id = None
    replies = await _change(context, cramp, lambda _same: None, entry_card.logged)
    return [*replies, DiaryChanged({cramp.night_on})]
