"""Sentences that would correct an entry, typed where none is on screen: they tell of a cramp."""

from dataclasses import replace
from datetime import datetime

from bot.features.cramps.entry_times import is_night_time
from bot.features.cramps.told_codes import Told
from bot.features.free_text.correct_acts import has_recent
from bot.features.free_text.cramp_times import last_at, moment_of_night
from bot.features.free_text.detail_acts import meant_entry
from bot.features.free_text.meanings import Correct, MoveToNight
from bot.features.free_text.one_language import Reading
from bot.features.free_text.reading_cache import keep, reading_of
from bot.features.free_text.rules import readings_of
from bot.features.free_text.sentence import Moment, Situation
from bot.features.free_text.values import LogCramp, Meaning, Unclear
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
        return keep(context, text, replace(reading, understood=Unclear()))
    meanings = readings_of(reading.understood)
    if not any(isinstance(one, Correct) for one in meanings) or await meant_entry(context):
        return reading
    if not _OF_AN_ENTRY.isdisjoint(reading.concepts) or not any(map(_may_tell, meanings)):
        return await _without_detail(context, text, reading)
    situation = Situation(
        context.tr.language,
        context.written_at,
        context.zone,
        context.tr.hour_cycle,
        context.nights,
    )
    told: list[Meaning] = [
        new for one in meanings if isinstance(one, Correct) for new in _cramps(one, situation)
    ]
    is_kept = await has_recent(context)
    others = [one for one in meanings if is_kept or not isinstance(one, Correct)]
    asked = Unclear(tuple(dict.fromkeys((*told, *others))))
    return keep(context, text, replace(reading, understood=asked))


async def _without_detail(context: Context, text: str, reading: Reading) -> Reading:
    """Do not ask which detail to change where there is no entry: "never in my right leg"."""
    understood = reading.understood
    if not isinstance(understood, Unclear) or await has_recent(context):
        return reading
    kept = tuple(
        one
        for one in understood.candidates
        if not isinstance(one, Correct) or one.clock is not None or "strength" in dict(one.told)
    )
    if kept == understood.candidates:
        return reading
    return keep(context, text, replace(reading, understood=replace(understood, candidates=kept)))


def _may_tell(meaning: Meaning) -> bool:
    return isinstance(meaning, Correct) and not _OF_A_CRAMP.isdisjoint(dict(meaning.told))


def _cramps(meaning: Correct, situation: Situation) -> list[LogCramp]:
    """The cramps that a sentence may tell of, which would correct an entry if there were one."""
    if not _may_tell(meaning):
        return []
    if meaning.clock is None:
        return [LogCramp(*_moment(meaning.told, situation), meaning.told)]
    clocks = [meaning.clock, *([opposite(meaning.clock)] if meaning.is_dial else [])]
    at = [last_at(clock, situation.said_at, situation.zone) for clock in clocks]
    return [LogCramp(one, "exact", meaning.told) for one in at]


def _moment(told: Told, situation: Situation) -> Moment:
    """Now; told by day of a cramp that woke somebody, some time last night."""
    at: tuple[datetime, str] = (situation.said_at, "exact")
    is_night = is_night_time(situation.sleep_clock.time())
    if is_night or "woke" not in dict(told):
        return at
    return moment_of_night(situation.nights.last_night(situation.local), situation)
