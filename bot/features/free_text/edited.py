"""Handles edited messages: the entry that a message made is changed as the message was."""

import re
from collections.abc import Sequence
from datetime import datetime

from bot.database.cramp_values import TimePrecision
from bot.database.models import Cramp
from bot.features.cramps import change_queries, entry_times, queries
from bot.features.cramps.changes import state_of, to_set
from bot.features.cramps.entry import entry_of
from bot.features.cramps.entry_times import Moment, Unusable
from bot.features.cramps.handlers.change import set_moment
from bot.features.cramps.handlers.entry_card import counted_entry, own_card
from bot.features.cramps.handlers.notes import edit_note
from bot.features.cramps.handlers.typed import strength_said
from bot.features.cramps.handlers.undo import record, undo_button
from bot.features.cramps.messages import entry_changes
from bot.features.free_text.acts.further_messages import edit_not_followed
from bot.features.free_text.acts.helped_acts import told_of
from bot.features.free_text.chip_words import read_chips
from bot.features.free_text.meanings.values import LogCramp, Unclear
from bot.features.free_text.reading_cache import reading_of
from bot.features.free_text.rules.detail_rules import details
from bot.features.free_text.rules.note_rules import is_lead, note_of
from bot.features.free_text.understanding.doubts import changes_nothing
from bot.features.free_text.understanding.every_language import exactly
from bot.telegram.context import Context
from bot.telegram.replies import NOTHING, DiaryChanged, Replies, Say

_COMMAND = re.compile(r"/cramp(?:@\w+)?(?:\s+|$)", re.IGNORECASE)
Edit = tuple[Moment | None, Sequence[tuple[str, str]]]
"""What an edited message says: the time, if it states one, and fields with their codes."""


async def on_edited(context: Context, message_id: int, text: str) -> Replies | None:
    """Change what the message made: a note, or the time, strength, side and so on of an entry."""
    session, user_id = context.session, context.person.id
    change = await change_queries.change_by_message(session, user_id, message_id)
    if change is not None and change.words is not None:
        note = note_of(text, context.tr.language)
        words = "" if is_lead(text, context.tr.language) else text
        return await edit_note(context, change, note or words)
    if change is not None:
        cramp = await counted_entry(context, change.cramp_id)
    else:
        logged = await queries.logged_by(session, user_id, message_id)
        cramp = await queries.counted(session, logged)
    if cramp is None:
        return _not_followed(context, text)
    if cramp.deleted_at is not None:
        return [Say(entry_changes.removed(context.tr, entry_of(cramp)))]
    said = _read(context, cramp, text)
    if said is None:
        return [Say(entry_changes.stays(context.tr, entry_of(cramp)))]
    return await _follow(context, cramp, message_id, said)


def _not_followed(context: Context, text: str) -> Replies | None:
    """Say that an edit is not followed, if its words would do something as a new message."""
    if text.startswith("/"):
        return None
    reading = reading_of(context, text)
    understood = reading.understood if reading.is_exact else None
    if understood in (None, Unclear()) or changes_nothing(understood):
        return None
    return [Say(edit_not_followed(context.tr))]


def _read(context: Context, cramp: Cramp, text: str) -> Edit | None:
    """What an edited message says of its entry; None when that is not clear.

    Times are those that were meant when the message was sent; one that was still to come then is
    read as of now. A time of day alone is one of the entry's own night.
    """
    said = _COMMAND.sub("", text.strip(), count=1)
    if strength := strength_said(said, context.tr.language):
        return None, [("strength", strength)]
    if (told := details(said, context.tr.language)) is not None and len(told.sites) <= 1:
        return None, told.fields
    if (chips := read_chips(context.tr, said)) is not None:
        return None, chips
    if tried := told_of(said, context.tr.language):
        return None, tried
    for now in (cramp.tapped_at, context.now):
        found = _read_at(context, cramp, said, now)
        if found is not None:
            return found
    return None


def _read_at(context: Context, cramp: Cramp, said: str, now: datetime) -> Edit | None:
    language, zone = context.tr.language, cramp.time_zone
    clock = entry_times.typed_clock(said, language)
    if clock is not None and not said.strip().isdigit():
        at, precision = clock
        moment = entry_times.in_night(at, cramp.night_on, zone, context.nights)
        is_past = moment is not None and moment <= context.now
        return ((moment, precision), ()) if moment is not None and is_past else None
    found = entry_times.typed_or_night(said, now, zone, language, context.nights)
    if not isinstance(found, Unusable) and not said.strip().isdigit():
        return found, ()
    sentence = exactly(said, language, now, zone, context.tr.hour_cycle, context.nights)
    if not isinstance(sentence, LogCramp):
        return None
    is_stated = sentence.at != now
    moment_said = (sentence.at, TimePrecision(sentence.precision)) if is_stated else None
    return moment_said, sentence.told


async def _take_back(context: Context, cramp: Cramp, message_id: int) -> None:
    """Undo what a message had changed before its words were edited."""
    changes = await change_queries.changes_by_message(context.session, cramp, message_id)
    for change in changes:
        change_queries.apply(cramp, to_set(state_of(cramp), change.before, change.after))


async def _follow(context: Context, cramp: Cramp, message_id: int, said: Edit) -> Replies:
    """Change an entry as its edited message says, and say what it is now."""
    moment, told = said
    nights, before = {cramp.night_on}, state_of(cramp)
    if cramp.message_id != message_id:
        await _take_back(context, cramp, message_id)
    if moment is not None and moment[0] <= context.now:
        set_moment(cramp, *moment, context.nights)
    change_queries.set_codes(cramp, told)
    if state_of(cramp) == before:
        return NOTHING  # the edit comes again, or changed nothing that counts
    cramp.edited_at = context.now
    nights.add(cramp.night_on)
    change = await record(context, cramp, before, message_id=message_id)
    undo = undo_button(context, cramp, change)
    return [
        Say(entry_changes.edited(context.tr, entry_of(cramp), undo)),
        *await own_card(context, cramp),
        DiaryChanged(nights),
    ]
