"""Rules for answers to the reminder that came last: done, skipped, later. Pure."""

from collections.abc import Sequence
from datetime import timedelta

from bot.features.free_text.meanings.act_values import LONGEST_SNOOZE, Answered, Snooze
from bot.features.free_text.meanings.values import Meaning, Page, Pause, Show, Unclear
from bot.features.free_text.rules.cramp_rules import cramp
from bot.features.free_text.rules.reminder_rules import KINDS, clock_choices
from bot.features.free_text.rules.times_ahead import FOR_SPAN, IN_SPAN, minutes_of
from bot.features.free_text.understanding.patterns import CLOCK, NUMBER
from bot.features.free_text.understanding.sentence import (
    Piece,
    Remainder,
    Situation,
    Understood,
    asked,
)


def answer(rest: Remainder, situation: Situation) -> Understood:
    """ "done", "did my stretches", "skip it", "later", "snooze 20 min", "remind me in an hour"."""
    if rest.has("DRANK"):
        return _drank(rest)
    if rest.has("AGAIN") and CLOCK.search(str(rest)):
        rest.take("HURTS", "HOW_BAD")  # "ouch, and a second one at 5, a weaker one"
    besides = rest.joined_by("CRAMP")
    said = rest.take("DID", "SKIP", "LATER")
    spans = list(rest.pull(IN_SPAN))
    clocks = list(rest.pull(CLOCK))
    spans += rest.pull(FOR_SPAN)
    is_again = bool(rest.take("AGAIN"))
    is_snoozed = said == ["LATER"] or (not said and is_again and rest.has("REMIND"))
    numbers = [int(piece.match[0]) for piece in rest.pull(NUMBER)] if is_snoozed else []
    rest.take(*(("IN",) if numbers else ()))
    days = rest.take("TODAY", "TONIGHT", "TOMORROW")
    words = rest.take(*KINDS)
    is_order = bool(rest.take("REMIND"))
    rest.take("REMINDER", "NOW", *(("MOVE",) if "LATER" in said else ()))
    if not rest.is_accounted_for or len(words) > 1 or "NO_CAFFEINE" in words:
        return None
    if numbers:  # "snooze 20": minutes, for all we know
        is_plain = len(numbers) == 1 and 0 < numbers[0] < 60 and not (spans or clocks or words)
        return Unclear((Snooze(numbers[0]),)) if is_plain and not days else None
    if said in ([], ["LATER"]) and not words and not days and len(spans) + len(clocks) <= 1:
        if not (said or spans or (clocks and (is_order or is_again))):
            return None
        found = _snooze(spans, clocks, situation)
        if said or is_order:
            return found
        again = found.candidates if isinstance(found, Unclear) else (found,)
        return asked((*_cramps(besides, situation), *again)) if clocks else Unclear(again)
    if "TOMORROW" in days:
        after = situation.local_on + timedelta(days=2)
        is_plain = said == ["SKIP"] and not words and not (spans or clocks)
        return Unclear((Pause(after), Show(Page.PAUSE))) if is_plain else None
    if said == ["SKIP"] and days and not words:
        return Unclear((Answered(False), Pause(tonight=True)))
    if days or said not in (["DID"], ["SKIP"]) or spans or clocks or is_order:
        return None
    if words and said == ["SKIP"]:
        return None  # the rule for mutes asks for how long
    return Answered(said == ["DID"], KINDS[words[0]] if words else "")


def _drank(rest: Remainder) -> Understood:
    """ "I drank already": the reminder may be meant, but what was drunk is not said."""
    rest.take("DRANK", "FINE", "NOW", "DID")
    return Unclear((Answered(True, KINDS["DRINK"]),)) if rest.is_accounted_for else None


def _cramps(rest: Remainder, situation: Situation) -> Sequence[Meaning]:
    """ "Another one at 5" may as well be one more cramp."""
    rest.take("AGAIN")
    found = cramp(rest, situation)
    if isinstance(found, Unclear):
        return found.candidates
    return () if found is None else (found,)


def _snooze(spans: list[Piece], clocks: list[Piece], situation: Situation) -> Snooze | Unclear:
    if spans:
        minutes = minutes_of(spans[0])
        if minutes is None or not 0 < minutes <= LONGEST_SNOOZE:
            return Unclear()
        return Snooze(minutes)
    if clocks:
        found = tuple(Snooze(clock=one) for one in clock_choices(clocks[0], situation))
        return found[0] if len(found) == 1 else Unclear(found)
    return Snooze()
