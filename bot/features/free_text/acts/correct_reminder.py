"""Corrections of a reminder that a sentence has just changed: "no, 10"."""

from collections.abc import Sequence
from datetime import time

from bot.database.stored_values import Kind
from bot.features.free_text.acts.undo_acts import way_back
from bot.features.free_text.meanings.further_values import Correct
from bot.features.free_text.meanings.values import KINDS, MoveReminder
from bot.features.free_text.rules.reminder_rules import halves
from bot.features.free_text.understanding.sentence import Understood, asked
from bot.features.free_text.understanding.whole_sentence import readings_of
from bot.features.reminders.handlers.settings import all_states
from bot.features.reminders.messages.settings import reminder_card
from bot.features.users.handlers.keyboard import present_with_keyboard
from bot.local_time.typed_answers import opposite
from bot.telegram.context import Context
from bot.telegram.replies import Replies


def of_reminder(context: Context, understood: Understood) -> Understood:
    """A correction that is about the reminder which was just changed; others stay as they are."""
    changed = way_back(context)
    kind = changed.word(0) if changed is not None and changed.verb == "back" else None
    readings = readings_of(understood)
    if kind not in KINDS or not readings:
        return understood
    times = [clock for one in readings if isinstance(one, Correct) for clock in _times(one)]
    is_all = all(isinstance(one, Correct) and _times(one) for one in readings)
    if not is_all:
        return understood
    meant = [MoveReminder(kind, (clock,)) for clock in dict.fromkeys(times)]
    return meant[0] if len(meant) == 1 else asked(meant)


async def of_own_reminder(context: Context, understood: Understood) -> Replies | None:
    """Show the reminder in own words that was just added, when "no, 10" is said after it.

    Returns:
        None when a sentence does not correct a time, or something else was done last.
    """
    added = way_back(context)
    slot = added.number(0) if added is not None and added.verb == "unown" else None
    readings = readings_of(understood)
    is_time = all(isinstance(one, Correct) and _times(one) for one in readings)
    if slot is None or not readings or not is_time:
        return None
    states = await all_states(context)
    shown = [one for one in states if one.kind is Kind.CUSTOM and one.slot == slot]
    return present_with_keyboard(context, reminder_card(context.tr, shown[0])) if shown else None


def _times(meaning: Correct) -> Sequence[time]:
    """The times of day that a correction may name; none when it names something else."""
    told = dict(meaning.told)
    if meaning.clock is not None and not told:
        both = (meaning.clock, opposite(meaning.clock))
        return both if meaning.is_dial else both[:1]
    if set(told) == {"strength"}:  # of a reminder, a number is an hour
        return halves(int(told["strength"]))
    return ()
