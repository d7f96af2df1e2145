"""A typed "undo": it undoes what a sentence did last, or else the newest change of an entry.

What a typed sentence did is on screen (``users.on_screen``) until the person does something else:
the callback data of its Undo button. What was done to entries is in their rows.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.database.models import Cramp, EntryChange
from bot.features.cramps import change_queries, queries
from bot.features.cramps.entry import entry_of
from bot.features.cramps.handlers import undo as cramp_undo
from bot.features.cramps.handlers.change import put_back, remove
from bot.features.cramps.handlers.entry_card import TYPED_TIME_WITHIN, counted_entry
from bot.features.cramps.messages import change_names, entry_changes
from bot.features.free_text.acts import further_messages as messages
from bot.features.free_text.acts.acts import UNDO as UNDO_OF_ACTS
from bot.features.free_text.acts.language_acts import on_clock_back, on_language_back
from bot.features.free_text.acts.night_acts import on_night
from bot.features.free_text.acts.pause_acts import on_rest
from bot.features.free_text.acts.reminder_acts import on_back
from bot.features.free_text.acts.told_acts import on_habit_back
from bot.features.free_text.acts.two_cramps import on_two
from bot.features.free_text.meanings.act_values import Shift
from bot.features.free_text.meanings.further_values import Undo
from bot.features.free_text.meanings.values import KINDS, NoCramps
from bot.features.free_text.messages import ask_way_back, nothing_changed
from bot.features.free_text.reading_labels import label as reading_label
from bot.features.free_text.reading_labels import reminder_words
from bot.telegram.context import Context
from bot.telegram.feature import Callback
from bot.telegram.message import Button, Message, Tap, pack, unpack
from bot.telegram.open_question import as_tapped
from bot.telegram.replies import Replies, Say, Show

FURTHEST_BACK = timedelta(days=7)
"""The age up to which a change of an entry can be undone by typing."""
WAYS_BACK: Mapping[str, Callback] = {
    "back": on_back,
    "rest": on_rest,
    "night": on_night,
    "habit": on_habit_back,
    "lang": on_language_back,
    "hours": on_clock_back,
    "two": on_two,
    **UNDO_OF_ACTS,
}
"""Verb of an Undo button of typed sentences → what it does."""
FEATURE, UNDO, TAPPED = "typed", "undo", "tapped"
SETTINGS = frozenset(
    {
        *(f"reminders.{name}" for name in ("enabled", "times", "weekdays", "with_sound", "muted")),
        *(f"users.{name}" for name in ("chosen_language", "hour_cycle", "time_zone", "home_zone")),
        *(f"users.{name}" for name in ("bed_time", "wake_time", "fluids", "paused")),
        *(f"users.{name}" for name in ("paused_until_at", "light_pictures", "asks_more")),
        *("users.emergency_number", "profile_items.value"),
    }
)
"""Columns of settings that are set with buttons, and cannot be undone by typing."""


@dataclass(frozen=True)
class Last:
    """The last thing that was done to an entry."""

    at: datetime
    cramp: Cramp
    change: EntryChange | None = None
    """The change; None: the entry was logged or removed."""
    was_changed: bool = False
    """Whether the entry had changes, all undone by now: then "undo" may not mean to remove it."""


def remember(context: Context, replies: Replies) -> None:
    """Note the Undo button of what a sentence has just done."""
    contents = [one.content for one in replies if isinstance(one, Say | Show)]
    buttons = [
        button
        for content in contents
        if isinstance(content, Message)
        for row in content.rows
        for button in row
    ]
    taps = (unpack(button.data) for button in buttons if button.data)
    undo = next(
        (tap for tap in taps if tap and tap.feature == FEATURE and tap.verb in WAYS_BACK), None
    )
    if undo is None:
        return
    try:
        _keep(context, undo)
    except ValueError:  # too long: then it is undone by its button only
        context.clear_screen()


def after_tap(context: Context, changed: frozenset[str]) -> None:
    """Note that a button has just changed a setting: a typed "undo" is about that."""
    if changed.isdisjoint(SETTINGS) or context.is_screen_kept:
        return
    context.put_on_screen(FEATURE, TAPPED)


def way_back(context: Context) -> Tap | None:
    """The Undo button of what a sentence did last; None when something else was done since."""
    opened = context.opened(FEATURE, UNDO)
    if opened is None or not opened.arguments:
        return None
    tap = Tap(FEATURE, opened.arguments[0], opened.arguments[1:])
    return tap if tap.verb in WAYS_BACK else None


def is_done_already(context: Context, meaning: object) -> bool:
    """Whether this button was tapped before and would move a reminder a second time."""
    tap = way_back(context)
    return (
        isinstance(meaning, Shift)
        and tap is not None
        and (tap.verb, tap.word(0)) == ("back", meaning.kind)
    )


async def undo_last(context: Context) -> Replies:
    """Undo what was done last, or ask when that is not clear."""
    tap = way_back(context)
    if tap is not None:
        context.clear_screen()
        replies = await as_tapped(context, tap, WAYS_BACK[tap.verb])
        remember(context, replies)
        return replies
    if context.opened(FEATURE, TAPPED) is not None:
        return [Say(messages.setting_was_tapped(context.tr))]
    last = await last_of_entries(context)
    if last is None:
        return [Say(messages.nothing_to_undo(context.tr))]
    if last.was_changed or context.written_at - last.at > TYPED_TIME_WITHIN:
        entry = entry_of(last.cramp, nights=context.nights)
        return [Say(messages.ask_undo(context.tr, entry, _button(context, last)))]
    if last.change is not None:
        tap = Tap("cramps", "revert", (str(last.change.id), "1", "text"))
        return await as_tapped(context, tap, cramp_undo.on_revert)
    if last.cramp.deleted_at is not None:
        return await _restored(context, last.cramp)
    return await removed(context, last.cramp)


async def removed(context: Context, cramp: Cramp) -> Replies:
    """Remove an entry, and say so with the way to put it back."""
    replies = await remove(context, cramp)
    return [
        Say(entry_changes.removed(context.tr, entry_of(cramp, nights=context.nights))),
        *replies,
    ]


async def _restored(context: Context, cramp: Cramp) -> Replies:
    replies = await put_back(context, cramp)
    return [
        Say(messages.entry_is_back(context.tr, entry_of(cramp, nights=context.nights))),
        *replies,
    ]


async def last_of_entries(context: Context) -> Last | None:
    """The last thing that was done to an entry: logged, changed, or removed."""
    session, user_id = context.session, context.person.id
    if (opened := context.opened("cramps", "entry")) is not None:
        cramp = await counted_entry(context, opened.number(0))
        return None if cramp is None else await _last_of(context, cramp)
    recent = await queries.recent(session, user_id)
    since = context.written_at - FURTHEST_BACK
    found = [
        (one.deleted_at or one.tapped_at, one.id)
        for one in recent
        if one.same_as_id is None and (one.deleted_at or one.tapped_at) >= since
    ]
    change = await change_queries.change_to_undo(session, [one.id for one in recent])
    if change is not None and change.made_at >= since:
        found.append((change.made_at, change.cramp_id))
    if not found:
        return None
    _at, cramp_id = max(found)
    cramp = await queries.owned(session, cramp_id, user_id)
    return None if cramp is None else await _last_of(context, cramp)


async def _last_of(context: Context, cramp: Cramp) -> Last:
    if cramp.deleted_at is not None:
        return Last(cramp.deleted_at, cramp)
    session, ids = context.session, (cramp.id or 0,)
    change = await change_queries.change_to_undo(session, ids)
    if change is not None:
        return Last(change.made_at, cramp, change)
    newest = await change_queries.last_change(session, cramp.id or 0)
    return Last(cramp.tapped_at, cramp, was_changed=newest is not None)


def _button(context: Context, last: Last) -> Button:
    """The button that undoes it."""
    entry = entry_of(last.cramp, nights=context.nights)
    if last.change is not None:
        name = cramp_undo.name_of(context, last.cramp, last.change)
        return change_names.undo_button(context.tr, last.change.id or 0, name)
    if last.cramp.deleted_at is not None:
        return messages.put_back_button(context.tr, entry)
    return messages.remove_button(context.tr, entry)


async def naming_undo(
    context: Context, candidates: Sequence[object], ask: Callable[[], Message]
) -> Message:
    """The question that ``ask`` makes; one whether to undo names what would be undone.

    Asked of nothing, or of a setting that was tapped, it is an answer.
    """
    if candidates != (Undo(),):
        return ask()
    if (tap := way_back(context)) is not None:
        undo = pack(tap.feature, tap.verb, *tap.arguments)
        return ask_way_back(context.tr, undo, _name_of(context, tap))
    if context.opened(FEATURE, TAPPED) is not None:
        return messages.setting_was_tapped(context.tr)
    last = await last_of_entries(context)
    if last is None:
        return nothing_changed(context.tr)
    button = _button(context, last)
    asked = ask()
    (first, *others), *below = asked.rows
    entry = entry_of(last.cramp, nights=context.nights)
    rows = ((replace(first, label=button.label), *others), *below)
    return replace(asked, text=messages.ask_undo(context.tr, entry, button).text, rows=rows)


def _name_of(context: Context, tap: Tap) -> str | None:
    """What an Undo button of a sentence would undo: the night or the reminder; else None."""
    if tap.verb == "night" and (night_on := tap.day(0)) is not None:
        return reading_label(context.tr, NoCramps(night_on), context.today)
    if tap.verb in {"back", "unmute"} and tap.word(0) in KINDS:
        return reminder_words(context.tr, tap.word(0) or "")
    return None


async def remove_entry(context: Context) -> Replies:
    """Remove the newest entry, or ask when it is not certain which one is meant."""
    last = await last_of_entries(context)
    if last is None or last.cramp.deleted_at is not None:
        return [Say(messages.no_entry(context.tr))]
    entry = entry_of(last.cramp, nights=context.nights)
    is_fresh = context.written_at - last.cramp.tapped_at <= TYPED_TIME_WITHIN
    if is_fresh:
        return await removed(context, last.cramp)
    return [Say(messages.ask_remove(context.tr, entry))]


async def ask_what_is_wrong(context: Context) -> Replies:
    """Offer to undo or to change what was done last."""
    tap = way_back(context)
    if tap is not None:
        undo = Button(context.tr.gettext("Undo"), pack(tap.feature, tap.verb, *tap.arguments))
        _keep(context, tap)
        return [Say(messages.what_is_wrong(context.tr, None, undo))]
    last = await last_of_entries(context)
    if last is None:
        return [Say(messages.nothing_to_undo(context.tr))]
    entry = entry_of(last.cramp, nights=context.nights)
    shown = entry if last.cramp.deleted_at is None else None
    return [Say(messages.what_is_wrong(context.tr, shown, _button(context, last)))]


def _keep(context: Context, tap: Tap) -> None:
    """Keep the noted Undo button on screen, so that "undo" still works."""
    context.put_on_screen(FEATURE, UNDO, tap.verb, *tap.arguments)
