"""A rule for a night that is named and nothing else. Pure."""

from bot.features.free_text.cramp_times import TimeWords, moment_of_night
from bot.features.free_text.patterns import ANY_DAY
from bot.features.free_text.sentence import Remainder, Situation, Understood, asked
from bot.features.free_text.values import LogCramp, NoCramps, Unclear

NIGHTS = frozenset(
    {"LAST_NIGHT", "THIS_NIGHT", "TONIGHT", "NIGHT", "THIS_MORNING", "YESTERDAY"}
) | {
    "DAY_BEFORE_YESTERDAY",
    "AGO",
}


def night_alone(rest: Remainder, situation: Situation) -> Understood:
    """ "last night": it is asked whether there was a cramp.

    A night that was bad is left to other rules.
    """
    is_bad = bool(rest.take("HOW_BAD"))
    days = list(rest.pull(ANY_DAY))
    if len(days) != 1 or not rest.is_accounted_for:
        return None
    nights = TimeWords(day=days[0]).nights(situation)
    if isinstance(nights, Unclear) or not nights:
        return None
    last = situation.nights.last_night(situation.local)
    over = [night for night in nights if night <= last]
    moments = [(night, moment_of_night(night, situation)) for night in over[:2]]
    return (
        asked(
            [
                meaning
                for night, moment in moments
                for meaning in (LogCramp(*moment), NoCramps(night))
                if not (is_bad and isinstance(meaning, NoCramps))
            ]
        )
        if moments
        else None
    )
