"""Rules for sentences that pause all reminders, or resume them. Pure."""

from datetime import timedelta

from bot.features.free_text.patterns import ANY_DAY, CLOCK, SPAN, UNTIL_DAY
from bot.features.free_text.sentence import Piece, Remainder, Situation, Understood
from bot.features.free_text.values import Meaning, Pause, Resume, Unclear
from bot.local_time.typed_times import parse_day

LONGEST_PAUSE_DAYS = 300
"""A day further ahead is probably a typing error."""


def pause(rest: Remainder, situation: Situation) -> Understood:
    """ "pause until monday", "pause for 3 days", "pause tonight"."""
    rest.take("PAUSE", "REMINDER", "ALL")
    until = list(rest.pull(UNTIL_DAY))
    spans = list(rest.pull(SPAN))
    days = list(rest.pull(ANY_DAY))
    clocks = list(rest.pull(CLOCK))
    is_open = bool(rest.take("OPEN_END"))
    rest.take("FOR")
    if not rest.is_accounted_for or len(until) + len(spans) + len(days) + is_open > 1:
        return Unclear()
    found: list[Meaning] = []
    if until:
        found = _paused_until(until[0].source, situation)
    elif spans:
        found = _paused_for(spans[0], situation)
    elif is_open:
        found = [Pause()]
    elif days:
        found, is_sure = _paused_on(days[0], situation)
        if not is_sure:
            return Unclear(tuple(found))
    else:
        week = situation.local_on + timedelta(days=7)
        return Unclear((Pause(tonight=True), Pause(week), Pause())) if not clocks else Unclear()
    return found[0] if len(found) == 1 and not clocks else Unclear(tuple(found))


def _paused_until(source: str, situation: Situation) -> list[Meaning]:
    day = parse_day(source, situation.local_on, situation.language)
    is_near = day is not None and (day - situation.local_on).days <= LONGEST_PAUSE_DAYS
    return [Pause(day)] if is_near else []


def _paused_for(span: Piece, situation: Situation) -> list[Meaning]:
    days = int(span.match["number"]) * (7 if span.match["unit"] == "WEEK" else 1)
    if not 0 < days <= LONGEST_PAUSE_DAYS:
        return []
    return [Pause(situation.local_on + timedelta(days=days))]


def _paused_on(day: Piece, situation: Situation) -> tuple[list[Meaning], bool]:
    """The pauses that a day without "until" can mean, and whether no question is needed.

    Only "tonight" needs no question.
    """
    if day.match[0] in ("TONIGHT", "THIS_NIGHT"):
        return [Pause(tonight=True)], True
    if day.match[0] == "TODAY":
        return [Pause(tonight=True)], False
    return _paused_until(day.source, situation), False


def resume(rest: Remainder, _situation: Situation) -> Understood:
    rest.take("RESUME", "REMINDER", "ALL", "NOW")
    return Resume() if rest.is_accounted_for else Unclear()
