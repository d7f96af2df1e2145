"""Rules for questions about the diary: whether, how often, when, how it was. Pure."""

import re
from datetime import date, timedelta

from bot.features.cramps.entry_times import Unusable
from bot.features.free_text.meanings.further_values import (
    MOST_NIGHTS,
    AskInARow,
    AskLast,
    AskNights,
    AskTrend,
    Span,
)
from bot.features.free_text.meanings.values import Unclear
from bot.features.free_text.understanding.patterns import ANY_DAY
from bot.features.free_text.understanding.sentence import Piece, Remainder, Situation, Understood
from bot.local_time.typed_days import parse_past_day
from bot.local_time.typed_times import PERIODS

OPENERS = ("DID_I", "HOW_MANY", "HOW_WAS", "HOW_STRONG", "WHEN", "SHOW", "?")
"""Concepts that make a question, or that ask to see something."""
_MONTHS = tuple(f"MONTH{number}" for number in range(1, 13))
QUESTIONS = frozenset(
    {*OPENERS, *_MONTHS, "PROGRESS", "LAST", "MONTH_PAGE", "THIS", "MONTHS", "WEEKEND"}
)
"""Concepts of which one makes :func:`question` a candidate."""
_EVENTS = {"CRAMP": "cramp", "CRAMPS": "cramp", "TWITCH": "twitch"}
_UNITS = {"DAYS": 1, "NIGHT": 1, "WEEK": 7, "MONTHS": 30, "YEARS": 365}
_UNIT = "|".join(_UNITS)
_SINCE = re.compile(rf"SINCE (?P<day>{ANY_DAY.pattern})")
_NUMBER = re.compile(
    rf"(?<!AGO )(?:IN |FOR )?(?:LAST )?(?P<number>[0-9]{{1,3}})(?: LAST)? (?P<unit>{_UNIT})"
    r"(?: LAST)?(?! AGO)"
)
_WEEK = re.compile(r"SUMMARY|THIS WEEK|WEEK THIS")
_LAST_WEEK = re.compile(r"LAST WEEK|WEEK LAST")
_MONTH = re.compile(r"(?:IN )?(?:THIS MONTHS|MONTHS THIS|MONTH_PAGE)")
_LAST_MONTH = re.compile(r"(?:IN )?(?:LAST MONTHS|MONTHS LAST)")
_NAMED_MONTH = re.compile(
    r"(?:IN |ON )?(?:THIS |LAST )?MONTH(?P<month>[0-9]{1,2})(?: (?P<year>[0-9]{4}))?"
)
_YEAR = re.compile(r"(?:IN )?(?:THIS YEARS|YEARS THIS)")
_LAST_YEAR = re.compile(r"(?:IN )?(?:LAST YEARS|YEARS LAST)")
_WEEKEND = re.compile("(?:ON |AT |LAST |THIS )*WEEKEND(?: LAST)?")
_NIGHT = re.compile(r"NIGHT|MORNING")
_PARTS = frozenset(PERIODS.split("|"))
_LAST_NIGHT = ("LAST_NIGHT", "THIS_NIGHT", "TONIGHT", "TODAY", "THIS_MORNING")


def question(rest: Remainder, situation: Situation) -> Understood:
    """ "did I have cramps last week", "how often this month", "when was my last cramp"."""
    openers = {*rest.take(*OPENERS), *(("SHOW",) if rest.has("MONTH_PAGE") else ())}
    if rest.has("SUMMARY") and rest.has(*_MONTHS):
        openers.update(rest.take("SUMMARY"))  # "summary of October"
    events = {_EVENTS[kind] for kind in rest.take(*_EVENTS)}
    rest.take(*(("STRENGTH",) if openers & {"HOW_STRONG", "HOW_WAS", "HOW_MANY"} else ()))
    is_free = bool(rest.take("NO_CRAMP"))  # "how many nights without cramps"
    if rest.take("PROGRESS"):
        rest.take(
            "WEEK", "MONTHS", "YEARS", "THIS", "LAST", "SUMMARY", "MONTH_PAGE", "OR", "LET_GO"
        )
        return AskTrend() if rest.is_accounted_for and "twitch" not in events else None
    is_row = bool(rest.take("IN_A_ROW")) or (is_free and "WHEN" in openers)
    span = span_of(rest, situation)
    is_last = bool(rest.take("LAST"))
    rest.take("THIS", "HISTORY", "ENTRY", *(("ASKING",) if openers - {"SHOW", "?"} else ()))
    if "HOW_MANY" in openers:
        rest.take("DAYS", "NIGHT", "WOKE")
    if is_last and openers - {"?"} == {"WHEN"} and not events:
        rest.take("1")  # "when was my last one"
    is_about_it = openers - {"?"} in ({"WHEN"}, {"HOW_STRONG"}, {"HOW_WAS"})
    rest.take(*(("TURN_OFF",) if "HOW_WAS" in openers else ()))  # "wie sieht … aus"
    if is_row:
        rest.take("1", "FOR", "SLEEP", "NOW")
        return AskInARow() if rest.is_accounted_for else None
    if len(events) > 1 or isinstance(span, Unclear) or not rest.is_accounted_for:
        return None
    if is_free and "HOW_MANY" not in openers:
        return None
    if is_last or openers & {"WHEN", "HOW_STRONG"}:
        if span is None and events and openers != {"HOW_MANY"}:
            return AskLast(events.pop())
        if is_last:
            return AskLast() if is_about_it and span is None else None
    if events == {"twitch"}:
        return Unclear((AskLast("twitch"),)) if openers - {"?"} else None
    return _about(span, openers, situation, has_event=bool(events) or is_free)


def _about(
    span: AskNights | None, openers: set[str], situation: Situation, *, has_event: bool
) -> Understood:
    """The meaning of a question whose words are all explained."""
    week = AskNights(Span.WEEK)
    month = AskNights(Span.MONTH, situation.local_on.replace(day=1))
    if span is None:
        if openers == {"HOW_WAS"} and not has_event:
            return week
        if openers & {"DID_I", "HOW_MANY", "HOW_WAS"}:
            return Unclear((week, month, AskNights(Span.ALL)))
        return None
    if openers == {"SHOW"} and span == week:
        return None  # the page of this week
    if openers - {"?"}:
        return span
    if not openers:  # "last 7 days", "this month"
        return Unclear((span,)) if span.span is not Span.NIGHT else None
    if openers == {"?"}:
        return span if has_event and span.span is not Span.NIGHT else Unclear((span,))
    return None


def span_of(rest: Remainder, situation: Situation) -> AskNights | Unclear | None:
    """Remove the words that say which nights are meant; None when none do."""
    found: list[AskNights | None] = []
    today = situation.local_on
    first_on = today.replace(day=1)
    before_on = (first_on - timedelta(days=1)).replace(day=1)
    found += [_since(piece, situation) for piece in rest.pull(_SINCE)]
    found += [_number(piece) for piece in rest.pull(_NUMBER)]
    fixed = (
        (_WEEK, AskNights(Span.WEEK)),
        (_LAST_WEEK, AskNights(Span.WEEK, number=1)),
        (_MONTH, AskNights(Span.MONTH, first_on)),
        (_LAST_MONTH, AskNights(Span.MONTH, before_on)),
        (_YEAR, AskNights(Span.SINCE, today.replace(month=1, day=1))),
        (_LAST_YEAR, AskNights(Span.DAYS, number=365)),
    )
    for pattern, meant in fixed:
        found += [meant for _piece in rest.pull(pattern)]
    if list(rest.pull(_WEEKEND)):
        friday = today - timedelta(days=today.weekday() + 3)
        found.append(AskNights(Span.SINCE, friday))
    if rest.take("EVER"):
        found.append(AskNights(Span.ALL))
    found += [night_of(piece, situation) for piece in rest.pull(ANY_DAY)]
    found += [_named_month(piece, today) for piece in rest.pull(_NAMED_MONTH)]
    if not found and rest.has("WEEK", "MONTHS"):
        units = rest.take("WEEK", "MONTHS")
        plain = AskNights(Span.MONTH, first_on) if "MONTHS" in units else AskNights(Span.WEEK)
        found = [plain] * len(set(units))
    if not found:
        last_on = situation.nights.last_night(situation.local)
        found = [AskNights(Span.NIGHT, last_on) for _piece in rest.pull(_NIGHT)]
    if not found:
        return None
    (first, *others) = found
    return Unclear() if first is None or others else first


def _since(piece: Piece, situation: Situation) -> AskNights | None:
    said = piece.source.partition(" ")[2] or piece.source
    day = parse_past_day(said, situation.local_on, situation.language)
    is_near = day is not None and (situation.local_on - day).days <= MOST_NIGHTS
    return AskNights(Span.SINCE, day) if is_near else None


def _number(piece: Piece) -> AskNights | None:
    nights = int(piece.match["number"]) * _UNITS[piece.match["unit"]]
    return AskNights(Span.DAYS, number=nights) if 0 < nights <= MOST_NIGHTS else None


def night_of(piece: Piece, situation: Situation) -> AskNights | None:
    """The night of a day: the one that begins in its evening, or last night for today."""
    name = piece.match[0].removeprefix("ON ")
    last_on = situation.nights.last_night(situation.local)
    if name in _LAST_NIGHT:
        return AskNights(Span.NIGHT, last_on)
    found = situation.night(piece.source)
    night = _plain_day(piece, situation) if isinstance(found, Unusable) else found
    if night is None or night > situation.local_on:
        return None
    return AskNights(Span.NIGHT, min(night, last_on) if night == situation.local_on else night)


def _plain_day(piece: Piece, situation: Situation) -> date | None:
    """A whole day; None for "tuesday morning" and for days to come."""
    if not _PARTS.isdisjoint(piece.match[0].split()):
        return None
    return parse_past_day(piece.source, situation.local_on, situation.language)


def _named_month(piece: Piece, today: date) -> AskNights | None:
    """A month by its name: the latest one that has begun."""
    month, year = int(piece.match["month"]), piece.match["year"]
    latest = today.year if month <= today.month else today.year - 1
    on = date(int(year) if year else latest, month, 1)
    return AskNights(Span.MONTH, on) if on <= today else None
