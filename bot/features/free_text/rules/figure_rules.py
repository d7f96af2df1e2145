"""Rules for questions about figures: which leg more often, which night was the worst. Pure."""

from dataclasses import replace
from datetime import date, timedelta

from bot.features.free_text.meanings.further_values import AskNights, AskWorst, Span
from bot.features.free_text.meanings.values import LogCramp, Unclear
from bot.features.free_text.rules.cramp_fields import EVENTS, SIDES, SITES
from bot.features.free_text.rules.question_rules import span_of
from bot.features.free_text.understanding.sentence import Remainder, Situation, Understood

_WEEK = 7
_ANY_NIGHT = frozenset({"ніч", "ніч була", "ночь", "ночь была"})
"""Words, as typed, that say "tonight" of a cramp and "a night" beside "the worst"."""
_OPENERS = ("WHEN", "SHOW", "ASKING", "?", "HOW_WAS", "HOW_STRONG", "DID_I")


def which(rest: Remainder, situation: Situation) -> Understood:
    """ "which leg more often", "how often in my left leg": the counts by side and by place."""
    is_which = bool(rest.take("WHICH"))
    is_count = bool(rest.take("HOW_MANY"))
    if rest.has("MOST_OFTEN"):
        is_which |= bool(rest.take("WHEN"))  # "at what hour do they come mostly"
    is_choice = rest.has("LEFT") and rest.has("RIGHT") and rest.has("OR")
    is_which |= is_choice and rest.has("MOST_OFTEN", "?")
    places = rest.take(*SIDES, *SITES)
    rest.take(*EVENTS, "MOST_OFTEN", "HOW_BAD", "WORST", "ASKING", "?", "OR", "DID_I", "TIMES")
    span = span_of(rest, situation)
    if isinstance(span, Unclear) or not rest.is_accounted_for:
        return None
    if not (is_which or (is_count and places)):
        return None
    return _counted(span, situation)


def _counted(span: AskNights | None, situation: Situation) -> AskNights:
    """The span whose answer counts by side and by place."""
    if span is None:
        return AskNights(Span.ALL)
    if span == AskNights(Span.WEEK):
        return AskNights(Span.DAYS, number=_WEEK)
    if span.span is Span.MONTH and span.on == situation.local_on.replace(day=1):
        return replace(span, span=Span.SINCE)
    return span


def worst(rest: Remainder, situation: Situation) -> Understood:
    """ "worst night this month": the strongest cramp. Of a cramp alone, it may be a new one."""
    is_worst = bool(rest.take("WORST"))
    is_asked = bool(rest.take(*_OPENERS, "WHICH"))
    is_night = bool(rest.take("NIGHT")) or _take_any_night(rest)
    span = span_of(rest, situation)
    rest.take(*EVENTS, "1", "THIS", "DAYS")
    if not is_worst or isinstance(span, Unclear) or not rest.is_accounted_for:
        return None
    found = AskWorst(*_days(span, situation))
    if is_asked or is_night or (span is not None and span.span is not Span.ALL):
        return found
    return Unclear((found, LogCramp(situation.said_at, "exact")))


def _take_any_night(rest: Remainder) -> bool:
    """Remove "night" where it is said without a "this"; return whether it was there."""
    said = [token.source for token in rest.tokens if token.kind == "THIS_NIGHT"]
    return bool(said) and _ANY_NIGHT.issuperset(said) and bool(rest.take("THIS_NIGHT"))


def _days(span: AskNights | None, situation: Situation) -> tuple[date | None, date | None]:
    """The first and the last night of a span; None where it has no end."""
    today = situation.local_on
    if span is None or span.span is Span.ALL:
        return None, None
    if span.span is Span.WEEK:
        last = today - timedelta(days=_WEEK * span.number)
        return last - timedelta(days=_WEEK - 1), last
    if span.span is Span.DAYS:
        return today - timedelta(days=span.number), None
    if span.span is Span.MONTH and span.on is not None:
        following = (span.on + timedelta(days=31)).replace(day=1)
        return span.on, following - timedelta(days=1)
    return span.on, span.on if span.span is Span.NIGHT else None
