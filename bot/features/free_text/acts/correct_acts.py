"""Corrections of an entry, as a typed sentence says: "no, the right leg", "not 3, 4 o'clock"."""

from collections.abc import Set
from dataclasses import replace
from datetime import datetime, time, timedelta

from telegram import Update

from bot.database.cramp_values import TimePrecision
from bot.database.models import Cramp
from bot.features.cramps import queries
from bot.features.cramps.change_queries import set_codes
from bot.features.cramps.changes import state_of
from bot.features.cramps.entry import entry_of
from bot.features.cramps.entry_times import Unusable, in_night, is_night_time, moved_to_night
from bot.features.cramps.handlers.change import set_moment
from bot.features.cramps.handlers.entry_card import counted_entry, gone, own_card
from bot.features.cramps.handlers.undo import record, undo_button
from bot.features.cramps.messages import entry_changes
from bot.features.cramps.messages.entry_card import open_button
from bot.features.cramps.messages.labels import night_name
from bot.features.free_text.acts import further_messages as messages
from bot.features.free_text.acts.detail_acts import meant_entry
from bot.features.free_text.acts.further_labels import correct_label
from bot.features.free_text.meanings.further_values import Correct, MoveToNight
from bot.features.free_text.meanings.values import Unclear, decode, encode
from bot.features.free_text.rules.cramp_fields import SIDES
from bot.local_time.nights import NIGHT_BEGINS, local_time
from bot.local_time.typed_answers import opposite
from bot.telegram.context import Context
from bot.telegram.message import Button, Message, pack
from bot.telegram.replies import NOTHING, DiaryChanged, Replies, Say

ASKED_FOR = timedelta(days=2)
"""The age up to which an entry can be corrected by typing, after a question."""
_FAR = timedelta(hours=4)
_OTHER_SIDE = {"left": "right", "right": "left"}
_SIDES = tuple(Correct((("side", side),)) for side in _OTHER_SIDE)
_TRIED = frozenset({"helped", "relief"})
_OF_OTHERS = frozenset({"side", "site", "type"})
"""Fields that entries of other types than cramps have, too."""


async def correct(context: Context, meaning: Correct) -> Replies:
    """Change the entry that is meant; ask first when it is not a fresh one."""
    cramp = await meant_entry(context)
    if cramp is not None:
        return await _change(context, cramp, meaning)
    newest = await _recent(context)
    if newest is None:
        return [Say(messages.no_entry(context.tr))]
    return [Say(_question(context, newest, (meaning,)))]


async def move_to_night(context: Context, meaning: MoveToNight) -> Replies | None:
    """Ask to which night an entry with a wrong day is moved; None if none of them is possible."""
    cramp = await meant_entry(context) or await _recent(context)
    if cramp is None:
        return [Say(messages.no_entry(context.tr))]
    nights, zone = meaning.nights, cramp.time_zone
    clock = context.nights.as_if_by_night(local_time(cramp.occurred_at, zone)).time()
    if cramp.time_precision is not TimePrecision.NIGHT_ONLY and clock >= NIGHT_BEGINS:
        nights = nights[:1]  # the evening of a day is in the night that follows it
    buttons = tuple(
        Button(night_name(context.tr, one), pack("cramps", "night", cramp.id, one))
        for one in nights
        if one != cramp.night_on
        and moved_to_night(cramp.occurred_at, zone, one, context.nights) <= cramp.tapped_at
    )
    entry = entry_of(cramp, nights=context.nights)
    asked = messages.ask_correction(context.tr, entry, buttons, of_time=False)
    return [Say(asked)] if buttons else None


async def other_side(context: Context, understood: Unclear, concepts: Set[str]) -> Correct | None:
    """ "no right", said of an entry on the left: both readings make it the right side.

    Of an entry on the right, it may say that this is so, or that it is not: that is asked, and so
    is what names both sides.
    """
    named = [side for concept, side in SIDES.items() if concept in concepts]
    if len(named) != 1 or set(understood.candidates) != set(_SIDES):
        return None
    cramp = await meant_entry(context)
    is_other = cramp is not None and _OTHER_SIDE.get(cramp.side or "") == named[0]
    return Correct((("side", named[0]),)) if is_other else None


async def maybe_alcohol(context: Context) -> Replies:
    """Ask whether a drink that was told is noted with the entry on screen, or the newest one."""
    cramp = await meant_entry(context) or await _recent(context)
    if cramp is None or cramp.event_type != "cramp":
        return [Say(messages.alcohol_needs_entry(context.tr))]
    return [Say(_question(context, cramp, (Correct((("trigger", "alcohol_evening"),)),)))]


async def has_recent(context: Context) -> bool:
    """Whether there is a cramp for which a correction is asked about."""
    cramp = await _recent(context)
    return cramp is not None and cramp.event_type == "cramp"


async def _recent(context: Context) -> Cramp | None:
    since = context.written_at - ASKED_FOR
    return await queries.newest(context.session, context.person.id, since)


async def on_fix(_update: Update, context: Context) -> Replies:
    """Make a correction that was asked about; the button has the entry and the correction."""
    cramp = await counted_entry(context, context.tap.number(0))
    meaning = decode(context.tap.word(1))
    if cramp is None or cramp.deleted_at is not None:
        return gone(context)
    if not isinstance(meaning, Correct):
        return NOTHING
    return await _change(context, cramp, meaning)


def _question(
    context: Context, cramp: Cramp, meanings: tuple[Correct, ...], *, has_others: bool = False
) -> Message:
    """Ask which correction is meant, or any other time."""
    entry = entry_of(cramp, nights=context.nights)
    buttons = tuple(
        Button(correct_label(context.tr, one), pack("typed", "fix", cramp.id, encode(one)))
        for one in meanings
    )
    others = (open_button(entry, context.tr.gettext("Another time…"), "time"),)
    of_time = has_others or any(one.clock is not None for one in meanings)
    shown = buttons + (others if has_others else ())
    return messages.ask_correction(context.tr, entry, shown, of_time=of_time)


async def _change(context: Context, cramp: Cramp, meaning: Correct) -> Replies:
    if meaning.is_other_side:
        other = _OTHER_SIDE.get(cramp.side or "")
        if other is None:
            sides = tuple(Correct((("side", one),)) for one in ("left", "right"))
            return context.present(_question(context, cramp, sides))
        meaning = Correct((("side", other),))
    told = dict(meaning.told)
    is_other = cramp.event_type != "cramp" and told.keys() - _OF_OTHERS
    if is_other and told.get("type", cramp.event_type) != "cramp":
        return [Say(messages.no_entry(context.tr))]
    moment = None
    if meaning.clock is not None:
        found = _moments(context, cramp, meaning.clock, is_dial=meaning.is_dial)
        if not found:
            why = Unusable.TO_COME
            return [Say(entry_changes.unusable_time(context.tr, cramp.id or 0, why))]
        if len(found) > 1:
            both = tuple(
                replace(meaning, clock=local_time(one, cramp.time_zone).time(), is_dial=False)
                for one in found
            )
            return context.present(_question(context, cramp, both))
        (moment,) = found
        if meaning.is_dial and _is_doubtful(cramp, moment):
            at = local_time(moment, cramp.time_zone).time()
            is_before = bool(_earlier_today(context, cramp, opposite(at)))
            clocks = (at, opposite(at)) if is_before else (at,)
            said = tuple(replace(meaning, clock=one, is_dial=False) for one in clocks)
            return context.present(_question(context, cramp, said, has_others=True))
    return await _store(context, cramp, meaning, moment)


async def _store(
    context: Context, cramp: Cramp, meaning: Correct, moment: datetime | None
) -> Replies:
    nights, before = {cramp.night_on}, state_of(cramp)
    set_codes(cramp, meaning.told)
    if moment is not None:
        set_moment(cramp, moment, TimePrecision.EXACT, context.nights)
    cramp.edited_at = context.now
    nights.add(cramp.night_on)
    message_id = context.message_id if context.message is not None else None
    change = await record(context, cramp, before, message_id=message_id)
    entry = entry_of(cramp, nights=context.nights)
    undo = undo_button(context, cramp, change)
    if dict(meaning.told).keys() <= _TRIED and moment is None:  # a first answer corrects nothing
        shown = messages.tried_is_kept(context.tr, entry, undo, meaning.told)
    else:
        shown = messages.corrected(context.tr, entry, undo)
    return [
        *context.present(shown),
        *await own_card(context, cramp),
        DiaryChanged(nights),
    ]


def _moments(context: Context, cramp: Cramp, at: time, *, is_dial: bool) -> list[datetime]:
    """The instants of the entry's own night that a time can mean.

    Of the two hours of a dial, that one is meant which is much nearer to the time that the entry
    has, or which is at night.
    """
    clocks = [at, opposite(at)] if is_dial else [at]
    zone = cramp.time_zone
    found = [
        moment
        for clock in clocks
        if (moment := in_night(clock, cramp.night_on, zone, context.nights)) is not None
        and moment <= context.written_at
    ]
    if not found:
        return [one for clock in clocks for one in _earlier_today(context, cramp, clock)]
    if len(found) < 2:
        return found
    by_night = [one for one in found if is_night_time(local_time(one, zone).time())]
    if len(by_night) == 1:
        return by_night
    if cramp.time_precision is TimePrecision.NIGHT_ONLY:
        return found
    near, far = sorted(found, key=lambda one: abs(one - cramp.occurred_at))
    is_clear = abs(far - cramp.occurred_at) - abs(near - cramp.occurred_at) >= _FAR
    return [near] if is_clear else found


def _earlier_today(context: Context, cramp: Cramp, clock: time) -> list[datetime]:
    """The instant of a time of the night before the entry's, where that is today and has passed."""
    before = cramp.night_on - timedelta(days=1)
    found = in_night(clock, before, cramp.time_zone, context.nights)
    today = local_time(context.written_at, cramp.time_zone).date()
    is_today = found is not None and local_time(found, cramp.time_zone).date() == today
    return [found] if found is not None and is_today and found <= context.written_at else []


def _is_doubtful(cramp: Cramp, moment: datetime) -> bool:
    """Whether an hour without its half of the day may belong to another night.

    "It was nearer 3", said at 21:30 of an entry of 21:30: three in the afternoon, or last night.
    """
    is_far = abs(moment - cramp.occurred_at) >= _FAR
    return is_far and not is_night_time(local_time(moment, cramp.time_zone).time())
