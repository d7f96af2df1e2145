"""Relief: asked for by a button of the keyboard, a command, or the card of an entry.

One message shows a move, counts the minutes and asks whether it has let go. A tap on "It let go"
deletes it and notes the length in the entry of the cramp.
"""

# TRANSLATORS, ALL: Descriptions of commands in the menu of Telegram.

from collections.abc import Mapping, Sequence
from datetime import datetime

from telegram import Update

from bot.database.cramp_values import Duration, EventType, Site, TimePrecision
from bot.database.models import Cramp, Relief
from bot.features.cramps import change_queries, values
from bot.features.cramps import queries as cramps
from bot.features.cramps.changes import state_of
from bot.features.cramps.entry import entry_of
from bot.features.cramps.handlers.entry_card import own_card
from bot.features.cramps.handlers.log import log_at
from bot.features.cramps.handlers.undo import record
from bot.features.cramps.handlers.warnings import warning_card
from bot.features.cramps.signs import Tier
from bot.features.health_profile.shut_gates import shut_gates
from bot.features.relief import content, messages, queries
from bot.features.relief.moves import SEATED, WAYS, following, moves_of
from bot.features.relief.moves import shown as shown_move
from bot.features.relief.timing import (
    BELIEVED,
    MOVED_TO,
    SAME_CRAMP,
    after_tap,
    length_of,
    minutes_of,
    next_change,
)
from bot.features.relief.typed_words import LET_GO, NEXT, button_typed
from bot.features.users.messages.keyboard import relief_label
from bot.features.warning_signs.entry_queries import note_card_shown
from bot.i18n.translator import Translator
from bot.telegram.context import Context
from bot.telegram.feature import AnyHandler, Feature, command, keyboard_button, taps
from bot.telegram.held_rows import wake_after_commit
from bot.telegram.replies import (
    NOTHING,
    DeleteMessages,
    DiaryChanged,
    OnSent,
    Replies,
    Reply,
    Say,
    Show,
    Toast,
)

SHOWN = "relief.shown"
CARD_OF_SITE = {
    Site.CHEST: Tier.EMERGENCY,
    Site.ARM: Tier.URGENT,
    Site.ABDOMEN: Tier.URGENT,
}
"""Sites for which there is no move, and the card that is shown instead."""


# Showing it --------------------------------------------------------------------------------------


async def on_relief(_update: Update, context: Context) -> Replies:
    """Show the first move; a second tap for the same cramp brings the same relief again.

    The button on the card of an entry carries its id; those of earlier versions do not.
    """
    begun_at = context.written_at
    entry = await _entry_of_tap(context)
    if entry is None or not _is_now(entry, begun_at):
        entry = await queries.entry_near(context.session, context.person.id, begun_at, context.now)
    if entry is not None and entry.site in CARD_OF_SITE:
        return [Say(await warning_card(context, CARD_OF_SITE[entry.site]))]
    known = await queries.running(
        context.session, context.person.id, None if entry is None else entry.id, begun_at
    )
    if known is None:
        return await _begin(context, entry, begun_at)
    if known.entry_id is None and entry is not None:
        known.entry_id, known.started_at = entry.id, min(entry.occurred_at, known.started_at)
    earlier = known.message_id
    replies = await _say(context, known, entry)
    # The newest message is the one that is in sight.
    return replies if earlier is None else [*replies, DeleteMessages((earlier,))]


async def _entry_of_tap(context: Context) -> Cramp | None:
    """The entry on whose card the button was, or that it was merged into; None: there is none."""
    if context.query is None:
        return None
    tapped = await cramps.owned(context.session, context.tap.number(0), context.person.id)
    entry = await cramps.counted(context.session, tapped)
    return entry if entry is not None and entry.deleted_at is None else None


def _is_now(entry: Cramp, begun_at: datetime) -> bool:
    """Whether relief is asked now for the entry on whose card the button was.

    Its time may have been put right since it was logged.
    """
    since = abs(begun_at - entry.occurred_at)
    was_just_logged = abs(begun_at - entry.tapped_at) <= SAME_CRAMP
    return (
        entry.time_precision is TimePrecision.EXACT
        and entry.event_type is EventType.CRAMP
        and entry.duration is None
        and since <= (MOVED_TO if was_just_logged else SAME_CRAMP)
    )


async def _begin(context: Context, entry: Cramp | None, begun_at: datetime) -> Replies:
    shut = await shut_gates(context.session, context.person)
    is_leg = content.is_leg(None if entry is None else entry.site)
    relief = Relief(
        user_id=context.person.id,
        entry_id=None if entry is None else entry.id,
        move=moves_of(shut, SEATED, is_leg=is_leg)[0].code,
        way=SEATED,
        started_at=begun_at if entry is None else min(entry.occurred_at, begun_at),
    )
    return await _say(context, await queries.add(context.session, relief), entry)


async def _say(context: Context, relief: Relief, entry: Cramp | None) -> Replies:
    """The relief in a new message, which is counted in from now on."""
    is_warned = relief.warned_at is not None
    _hold(context, relief, next_change(relief.started_at, context.now, is_warned=is_warned))
    shut = await shut_gates(context.session, context.person)
    shown = content.state(context.person, relief, entry, shut, context.now)
    picture = content.with_picture(context.person, shown)
    return [Say(picture, on_sent=OnSent(SHOWN, str(relief.id)))]


def _hold(context: Context, relief: Relief, next_at: datetime | None) -> None:
    """Let this process edit the message at an instant; None: nothing is to come."""
    relief.next_at = next_at
    relief.held_by = None if next_at is None else context.deps.process
    context.session.add(relief)
    wake_after_commit(context, Relief)


async def on_shown(context: Context, key: str, message_id: int) -> Replies:
    """Store which message shows a relief; ``key`` is its id."""
    await queries.set_message(context.session, context.person.id, int(key), message_id)
    return NOTHING


async def on_move(_update: Update, context: Context) -> Replies:
    """Show another move."""
    return await _change(context, move=context.tap.word(1) or "")


async def on_way(_update: Update, context: Context) -> Replies:
    """Show the same move lying down or seated."""
    way = context.tap.word(1)
    return NOTHING if way not in WAYS else await _change(context, way=way)


async def _change(context: Context, **changed: str) -> Replies:
    relief = await _tapped(context)
    if relief is None or relief.ended_at is not None:
        return _gone(context)
    shut = await shut_gates(context.session, context.person)
    for name, value in changed.items():
        setattr(relief, name, value)
    entry = await cramps.owned(context.session, relief.entry_id, relief.user_id)
    shown = content.state(context.person, relief, entry, shut, context.now)
    relief.move = shown.move.code
    is_warned = relief.warned_at is not None
    _hold(context, relief, after_tap(relief.started_at, context.now, is_warned=is_warned))
    return [
        Show(content.with_picture(context.person, shown), on_sent=OnSent(SHOWN, str(relief.id)))
    ]


async def _tapped(context: Context) -> Relief | None:
    return await queries.owned(context.session, context.tap.number(0), context.person.id)


def _gone(context: Context) -> Replies:
    return [Toast(messages.gone(context.tr))]


# It let go ---------------------------------------------------------------------------------------


async def on_let_go(_update: Update, context: Context) -> Replies:
    """Note how long it took, in the entry of the cramp; ask, when nobody can know it."""
    relief = await _tapped(context)
    return _gone(context) if relief is None else await _let_go(context, relief)


async def let_go_of_running(context: Context) -> Replies | None:
    """Do what a tap on "It let go" does, for typed sentences; None when no relief is running."""
    relief = await queries.running(context.session, context.person.id, None, context.written_at)
    return None if relief is None else await _let_go(context, relief)


async def _let_go(context: Context, relief: Relief) -> Replies:
    if relief.ended_at is not None:
        return NOTHING  # the first tap is answered already
    passed = context.now - relief.started_at
    relief.ended_at = context.now
    _hold(context, relief, None)
    if passed >= BELIEVED:
        return [Say(messages.ask_length(context.tr, relief.id or 0)), *_deletion_of(relief)]
    return await _note(context, relief, length_of(passed), minutes_of(passed))


async def on_length(_update: Update, context: Context) -> Replies:
    """Note the length that was asked for."""
    relief, length = await _tapped(context), context.tap.word(1)
    if relief is None:
        return _gone(context)
    if length not in values.DURATIONS:
        return NOTHING
    return await _note(context, relief, length, None)


def _deletion_of(relief: Relief) -> Replies:
    """Delete the message of a relief."""
    return NOTHING if relief.message_id is None else [DeleteMessages((relief.message_id,))]


async def _entry(context: Context, relief: Relief) -> Cramp | None:
    """The entry of a relief's cramp: the known one, or one that was logged meanwhile."""
    linked = await cramps.owned(context.session, relief.entry_id, relief.user_id)
    known = await cramps.counted(context.session, linked)
    if known is not None and known.deleted_at is None:
        return known
    until = relief.ended_at or context.now
    return await queries.entry_near(context.session, relief.user_id, relief.started_at, until)


async def _note(context: Context, relief: Relief, length: str, minutes: int | None) -> Replies:
    """Note a length in the entry, if there is one, and say so; else offer to log it."""
    tr, entry = context.tr, await _entry(context, relief)
    replies: list[Reply] = []
    if entry is None:
        shown = messages.let_go(tr, relief.id or 0, minutes, length, None)
    elif entry.duration is not None:  # the person has told it themselves
        shown = messages.told_already(tr, minutes, entry_of(entry))
    else:
        before = state_of(entry)
        relief.entry_id, entry.duration = entry.id, Duration(length)
        entry.edited_at = context.now
        await record(context, entry, before)
        shown = messages.let_go(tr, relief.id or 0, minutes, length, entry_of(entry))
        replies = await _entry_changed(context, relief, entry)
    said: Reply = Show(shown) if minutes is None else Say(shown)
    return [said, *_deletion_of(relief), *replies]


async def _entry_changed(context: Context, relief: Relief, entry: Cramp) -> list[Reply]:
    """What follows a change of the entry's length: its card, and what is said of warning signs."""
    await _note_warned(context, relief, entry)
    return [*await own_card(context, entry), DiaryChanged({entry.night_on})]


async def _note_warned(context: Context, relief: Relief, entry: Cramp) -> None:
    """Note that the warning card for the entry's length was already shown with the relief."""
    if relief.warned_at is not None and entry.duration is Duration.OVER_10_MIN:
        await context.session.flush()
        await note_card_shown(context.session, entry, context.now)


async def on_not_yet(_update: Update, context: Context) -> Replies:
    """Take "It let go" back, with the length that it noted: the relief goes on."""
    relief = await _tapped(context)
    if relief is None:
        return _gone(context)
    if relief.ended_at is None:
        return NOTHING
    noted = context.tap.word(1)
    entry = await cramps.owned(context.session, relief.entry_id, relief.user_id)
    replies: list[Reply] = []
    if entry is not None and noted is not None and entry.duration == noted:
        entry.duration, entry.edited_at = None, context.now
        await _note_undone(context, entry, noted)
        replies = await _entry_changed(context, relief, entry)
    relief.ended_at = None
    tapped = context.tapped_message_id
    without = [] if tapped is None else [DeleteMessages((tapped,))]
    return [*await _say(context, relief, entry), *without, *replies]


async def _note_undone(context: Context, entry: Cramp, noted: str) -> None:
    """Note that the change which gave an entry its length is undone: it is not undone twice."""
    change = await change_queries.change_to_undo(context.session, [entry.id or 0])
    if change is not None and change.after == {"duration": noted}:
        change.undone = True


async def on_log(_update: Update, context: Context) -> Replies:
    """Log the cramp of a relief with its start and its length, once however often it is tapped."""
    relief, length = await _tapped(context), context.tap.word(1)
    if relief is None:
        return _gone(context)
    tapped = context.tapped_message_id
    if length not in values.DURATIONS or tapped is None:
        return NOTHING
    entry = await _entry(context, relief)
    if entry is not None and entry.message_id != tapped:  # it was logged meanwhile
        return await _note(context, relief, length, None)
    begun_at, exact = relief.started_at, TimePrecision.EXACT
    replies = await log_at(context, tapped, begun_at, exact, [("duration", length)])
    logged = await cramps.logged_by(context.session, relief.user_id, tapped)
    if logged is not None:
        relief.entry_id = logged.id
        await _note_warned(context, relief, logged)
    return replies


async def on_typed(context: Context, text: str) -> Replies | None:
    """Show relief to somebody who typed the word of its button."""
    if text.strip(" .!").casefold() not in {"relief", context.tr.gettext("Relief").casefold()}:
        return None
    return await on_relief(context.telegram_update, context)


async def on_typed_during(context: Context, text: str) -> Replies | None:
    """Do what a button of the running relief does; its message comes again below the text."""
    opened, user = context.on_screen, context.person
    is_elsewhere = opened is not None and not opened.is_for("cramps", "entry")
    is_asked = context.question is None and user.awaiting is None and not is_elsewhere
    wanted = button_typed(text, context.tr, is_asked=is_asked)
    if wanted is None:
        return None
    relief = await queries.running(context.session, user.id, None, context.written_at)
    if relief is None:
        return None
    if relief.warned_at is not None and not button_typed(text, context.tr, is_asked=False):
        return None  # the warning card is below the question
    if wanted == LET_GO:
        return await _let_go(context, relief)
    entry = await cramps.owned(context.session, relief.entry_id, relief.user_id)
    if wanted == NEXT:
        shut = await shut_gates(context.session, user)
        is_leg = content.is_leg(None if entry is None else entry.site)
        moves = moves_of(shut, relief.way, is_leg=is_leg)
        after = following(moves, shown_move(moves, relief.move))
        relief.move = relief.move if after is None else after.code
    else:
        relief.way = wanted
    without = _deletion_of(relief)
    return [*await _say(context, relief, entry), *without]


def _descriptions(tr: Translator) -> Mapping[str, str]:
    return {"relief": tr.gettext("What helps during a cramp")}


def _handlers() -> Sequence[AnyHandler]:
    return [
        keyboard_button(relief_label, on_relief),
        command("relief", on_relief),
        *taps("cramps", {"relief": on_relief}),
        *taps(
            "relief",
            {
                "open": on_relief,
                "move": on_move,
                "way": on_way,
                "letgo": on_let_go,
                "length": on_length,
                "notyet": on_not_yet,
                "log": on_log,
            },
        ),
    ]


FEATURE = Feature(
    name="relief",
    handlers=_handlers,
    descriptions=_descriptions,
    sooner=(on_typed_during,),
    guesses=(on_typed,),
    on_sent={SHOWN: on_shown},
)
