"""Sentences that would correct an entry, typed where none is on screen: they tell of a cramp."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time

from bot.features.cramps.entry_times import is_night_time
from bot.features.cramps.told_codes import Told
from bot.features.free_text.acts.correct_acts import has_recent
from bot.features.free_text.acts.detail_acts import meant_entry
from bot.features.free_text.meanings.act_values import Snooze
from bot.features.free_text.meanings.further_values import Correct, MoveToNight
from bot.features.free_text.meanings.values import LogCramp, Meaning, Unclear
from bot.features.free_text.reading_cache import keep, reading_of
from bot.features.free_text.rules.cramp_times import last_at, moment_of_night
from bot.features.free_text.understanding.one_language import Reading
from bot.features.free_text.understanding.sentence import Moment, Situation, asked
from bot.features.free_text.understanding.whole_sentence import readings_of
from bot.local_time.typed_answers import opposite
from bot.telegram.context import Context

_OF_AN_ENTRY = frozenset({"NO", "NOT", "WRONG", "MEANT", "RATHER"})
"""Concepts that refer to what was logged, even if no entry is on screen."""
_OF_A_CRAMP = frozenset({"site", "woke"})
"""A sentence must state one of these fields before it may tell of a cramp."""


async def reading_for(context: Context, text: str) -> Reading:
    """How a text is understood; "my hamstring woke me, 8/10" tells of a cramp that is not logged.

    It is asked. An entry of the last two days may be meant as well.
    """
    reading = reading_of(context, text)
    if isinstance(reading.understood, MoveToNight) and not await has_recent(context):
        return keep(
            context, text, replace(reading, understood=_in_nights(reading.understood, context))
        )
    meanings = readings_of(reading.understood)
    if any(isinstance(one, Snooze) for one in meanings):
        return await _of_entry_or_reminder(context, text, reading, meanings)
    if not any(isinstance(one, Correct) for one in meanings) or await meant_entry(context):
        return reading
    if not _OF_AN_ENTRY.isdisjoint(reading.concepts) or not any(map(_may_tell, meanings)):
        return await _without_detail(context, text, reading)
    situation = _situation(context)
    told: list[Meaning] = [
        new for one in meanings if isinstance(one, Correct) for new in _cramps(one, situation)
    ]
    is_kept = await has_recent(context)
    others = [one for one in meanings if is_kept or not isinstance(one, Correct)]
    asked = Unclear(tuple(dict.fromkeys((*told, *others))))
    return keep(context, text, replace(reading, understood=asked))


async def _of_entry_or_reminder(
    context: Context, text: str, reading: Reading, meanings: Sequence[Meaning]
) -> Reading:
    """ "Quarter to 5, not now": right after an entry its hour, otherwise when to be reminded."""
    is_of_entry = await meant_entry(context) is not None
    right = [one for one in meanings if isinstance(one, Correct)]
    others = tuple(one for one in meanings if not isinstance(one, Correct))
    if not right:
        return reading
    if not is_of_entry:
        return keep(context, text, replace(reading, understood=asked(others)))
    found = right[0] if len(right) == 1 else asked(right)
    return keep(context, text, replace(reading, understood=found))


async def _without_detail(context: Context, text: str, reading: Reading) -> Reading:
    """Do not ask which detail to change where there is no entry: "never in my right leg"."""
    understood = reading.understood
    if not isinstance(understood, Unclear) or await has_recent(context):
        return reading
    names_two = sum(one.isdigit() for one in reading.concepts) > 1  # "at 3, no, at 4"
    kept = tuple(
        new
        for one in understood.candidates
        for new in _kept(one, _situation(context), names_two=names_two)
    )
    if kept == understood.candidates:
        return reading
    return keep(context, text, replace(reading, understood=replace(understood, candidates=kept)))


def _in_nights(moved: MoveToNight, context: Context) -> Unclear:
    """ "It was the night before last, not last night": a cramp of that night to log."""
    situation = _situation(context)
    return Unclear(tuple(LogCramp(*moment_of_night(night, situation)) for night in moved.nights))


def _situation(context: Context) -> Situation:
    return Situation(
        context.tr.language,
        context.written_at,
        context.zone,
        context.tr.hour_cycle,
        context.nights,
    )


def _kept(meaning: Meaning, situation: Situation, *, names_two: bool) -> Sequence[Meaning]:
    """A reading without an entry: of two hours, the right one is that of a cramp to log."""
    if not isinstance(meaning, Correct):
        return (meaning,)
    if meaning.clock is not None and names_two:
        return _at_clock(meaning, meaning.clock, situation)
    return (meaning,) if meaning.clock is not None or "strength" in dict(meaning.told) else ()


def _may_tell(meaning: Meaning) -> bool:
    return isinstance(meaning, Correct) and not _OF_A_CRAMP.isdisjoint(dict(meaning.told))


def _cramps(meaning: Correct, situation: Situation) -> list[LogCramp]:
    """The cramps that a sentence may tell of, which would correct an entry if there were one."""
    if not _may_tell(meaning):
        return []
    if meaning.clock is None:
        return [LogCramp(*_moment(meaning.told, situation), meaning.told)]
    return _at_clock(meaning, meaning.clock, situation)


def _at_clock(meaning: Correct, clock: time, situation: Situation) -> list[LogCramp]:
    clocks = [clock, *([opposite(clock)] if meaning.is_dial else [])]
    at = [last_at(one, situation.said_at, situation.zone) for one in clocks]
    return [LogCramp(one, "exact", meaning.told) for one in at]


def _moment(told: Told, situation: Situation) -> Moment:
    """Now; told by day of a cramp that woke somebody, some time last night."""
    at: tuple[datetime, str] = (situation.said_at, "exact")
    is_night = is_night_time(situation.sleep_clock.time())
    if is_night or "woke" not in dict(told):
        return at
    return moment_of_night(situation.nights.last_night(situation.local), situation)
