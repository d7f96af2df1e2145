"""Handlers of the person who helps: log a cramp for somebody, and look at their weeks."""

from datetime import UTC, datetime

from telegram import Update

from bot.database.cramp_values import TimePrecision
from bot.database.models import Cramp, User
from bot.features.caregivers import messages, queries, rendered
from bot.features.caregivers.ending import notify_of_end
from bot.features.caregivers.inviting import show_card
from bot.features.cramps import log_queries, same_cramp
from bot.features.cramps import queries as cramps
from bot.features.cramps.change_queries import set_codes
from bot.features.cramps.entry import entry_of
from bot.features.cramps.entry_times import FURTHEST_BACK
from bot.features.cramps.messages.entry_changes import too_late_to_put_back
from bot.features.cramps.messages.labels import when_words
from bot.features.cramps.messages.refusals import not_added
from bot.features.cramps.told_codes import PRECISION_OF, Told, told_or_none
from bot.features.diary.limits import Limit
from bot.features.summary.week_building import build_week
from bot.i18n.preferences import translator_for
from bot.identity import people
from bot.local_time.nights import nights_of
from bot.local_time.person import zone_of
from bot.telegram.context import Context
from bot.telegram.replies import (
    NOTHING,
    DiaryChanged,
    OnSent,
    Replies,
    Say,
    Show,
    Toast,
    rendering,
)

ENTRY_ANNOUNCED = "care.entry_announced"


async def _helped_person(context: Context) -> User | None:
    """The person in the callback data; None if the sender is not their caregiver."""
    helped_id = context.tap.number(0)
    if helped_id is None:
        return None
    if not await queries.may_help(context.session, helped_id, context.person.id):
        return None
    return await people.get(context.session, helped_id)


def _no_longer_helping(context: Context) -> Replies:
    return [Toast(messages.no_longer_helping(context.tr))]


async def on_person(_update: Update, context: Context) -> Replies:
    """Show the card of a person in the tapped message."""
    helped = await _helped_person(context)
    if helped is None:
        return _no_longer_helping(context)
    return [Show(rendering(rendered.person_card, context.tr, helped.id))]


async def on_further(_update: Update, context: Context) -> Replies:
    """Send the card of a person as a new message, so that the logged entry stays visible."""
    helped = await _helped_person(context)
    if helped is None:
        return _no_longer_helping(context)
    return [Say(rendering(rendered.person_card, context.tr, helped.id))]


async def on_leave(_update: Update, context: Context) -> Replies:
    """Stop helping a person."""
    helped = await _helped_person(context)
    if helped is None:
        return _no_longer_helping(context)
    await queries.end(context.session, helped.id)
    await context.session.flush()
    return [*await show_card(context), *await notify_of_end(context, helped.id)]


async def on_week(_update: Update, context: Context) -> Replies:
    """Show a week of the person, in the language of the caregiver."""
    helped = await _helped_person(context)
    if helped is None:
        return _no_longer_helping(context)
    row = await queries.caregiver_of(context.session, helped.id)
    report = await build_week(
        context.session,
        helped,
        context.now,
        context.tap.day(1),
        shown_from_on=None if row is None else row.shown_from_on,
    )
    return [Show(rendering(rendered.week, context.tr, helped.id, report))]


async def on_log(_update: Update, context: Context) -> Replies:
    """Log a cramp in the person's diary. It is idempotent: each card logs at most one entry.

    It was now, or when the button says: the helper has told it in words and was asked whose it is.
    """
    message_id = context.tapped_message_id
    if message_id is None:
        return NOTHING
    helped = await _helped_person(context)
    if helped is None:
        return _no_longer_helping(context)
    at, precision, told = _told(context)
    if at is None or told is None:
        return [Toast(context.tr.gettext("This button is out of date."))]
    zone, nights = zone_of(helped), nights_of(helped)
    if precision is None:
        logged = await log_queries.log(
            context.session, helped.id, message_id, at, zone, nights, entered_at=context.now
        )
    else:
        logged = await log_queries.log_at(
            context.session, helped.id, message_id, context.now, at, precision, zone, nights
        )
    if isinstance(logged, Limit):
        return context.refuse(not_added(context.tr, logged))
    cramp, is_new = logged
    if is_new:
        set_codes(cramp, told)
    if not cramps.can_be_put_back(cramp, context.now):
        return [Toast(too_late_to_put_back(context.tr), alert=True)]
    if cramp.deleted_at is not None:
        cramp.deleted_at = None
        await same_cramp.merge_again(context.session, cramp)
    context.session.add(cramp)
    await context.session.flush()
    announced = [] if cramp.reply_message_id is not None else [_announce(context, helped, cramp)]
    changed = DiaryChanged({cramp.night_on}, helped.id)
    return [_show_logged(context, helped, cramp), *announced, changed]


def _told(context: Context) -> tuple[datetime | None, TimePrecision | None, Told | None]:
    """Read the button: when the cramp was, how exactly, and what else was told.

    Without arguments, it is now. The instant is None when the button is too old, or was not made by
    this bot.
    """
    seconds, letter = context.tap.number(1), context.tap.word(2)
    if context.tap.word(1) is None:
        return context.now, None, ()
    precision = PRECISION_OF.get(letter or "")
    is_known = seconds is not None and (letter is None or precision is not None)
    if seconds is None or not is_known:
        return None, None, None
    age = context.now.timestamp() - seconds
    if not 0 <= age <= FURTHEST_BACK.total_seconds():
        return None, None, None
    return datetime.fromtimestamp(seconds, UTC), precision, told_or_none(context.tap.word(3))


def _announce(context: Context, helped: User, cramp: Cramp) -> Say:
    """Notify the person whose diary it is. They can reply to that message to add a note."""
    tr = translator_for(helped)
    when = when_words(tr, entry_of(cramp))
    content = rendering(rendered.announcement, tr, context.person.id, when, cramp.night_on)
    key = f"{helped.id}/{cramp.id}"
    return Say(content, to=helped.id, on_sent=OnSent(ENTRY_ANNOUNCED, key))


async def on_entry_announced(context: Context, key: str, message_id: int) -> Replies:
    """Store which message shows the entry. ``key`` is the person's id and the entry's id."""
    owner_id, cramp_id = (int(part) for part in key.split("/"))
    # It says who logged the entry, so it is never reduced to a line.
    shown = cramps.Shown(owner_id, cramp_id, message_id, None)
    await cramps.set_replies(context.session, [shown])
    return NOTHING


async def on_undo(_update: Update, context: Context) -> Replies:
    """Delete the entry that was logged with this card."""
    helped = await _helped_person(context)
    message_id = context.tapped_message_id
    if helped is None or message_id is None:
        return _no_longer_helping(context)
    cramp = await queries.entry_of_card(context.session, helped.id, message_id)
    if cramp is None or cramp.is_empty:
        return _no_longer_helping(context)
    cramp.deleted_at = cramp.deleted_at or context.now
    await same_cramp.release(context.session, cramp)  # the person's own taps count again
    changed = DiaryChanged({cramp.night_on}, helped.id)
    return [_show_logged(context, helped, cramp), changed]


def _show_logged(context: Context, helped: User, cramp: Cramp) -> Show:
    when = when_words(context.tr, entry_of(cramp))
    is_removed = cramp.deleted_at is not None
    return Show(rendering(rendered.logged, context.tr, helped.id, when, is_removed))
