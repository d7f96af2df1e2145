"""Rules for cramps that are told by bed, sleep or an alarm: "an hour before bed". Pure."""

from dataclasses import replace

from bot.features.cramps.entry_times import is_night_time
from bot.features.free_text.meanings.values import LogCramp, Unclear
from bot.features.free_text.rules.cramp_rules import cramp
from bot.features.free_text.rules.cramp_times import moment_of_night
from bot.features.free_text.understanding.sentence import Remainder, Situation, Understood, asked
from bot.i18n.vocabulary.bed_spans import FROM_BED


def cramp_from_bed(rest: Remainder, situation: Situation) -> Understood:
    """ "Cramp an hour before bed": the night is known, and the hour is asked."""
    rest.take(FROM_BED)
    found = cramp(rest, situation)
    every = found.candidates if isinstance(found, Unclear) else (found,)
    local, nights = situation.local, situation.nights
    is_night = is_night_time(situation.sleep_clock.time())
    night_on = nights.of(local) if is_night else nights.last_night(local)
    at, precision = moment_of_night(night_on, situation)
    return asked(
        [
            replace(one, at=at, precision=precision) if one.at == situation.said_at else one
            for one in every
            if isinstance(one, LogCramp)
        ]
    )
