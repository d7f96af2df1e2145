"""Rules for sentences that pause all reminders, or resume them. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta

from bot.features.cramps.entry_times import is_night_time
from bot.features.free_text.meanings.values import NoCramps, Page, Pause, Resume, Show, Unclear
from bot.features.free_text.rules.cramp_times import AT_NIGHT
from bot.features.free_text.rules.pause_ends import (
    after_end_of,
    ends_of_spans,
    first_after,
    first_of_month,
    for_span,
    holiday_end,
    on_day,
    over_weekend,
    until_clock,
    until_hour,
    until_next,
    until_number,
)
from bot.features.free_text.rules.times_ahead import (
    DAY_OF_MONTH,
    FOR_SPAN,
    IN_SPAN,
    day_of,
    day_of_month,
)
from bot.features.free_text.understanding.patterns import CLOCK, DAY, NUMBER
from bot.features.free_text.understanding.sentence import (
    Piece,
    Remainder,
    Situation,
    Understood,
    to_confirm,
)
from bot.i18n.vocabulary.lexer import lex
from bot.local_time.typed_days import parse_day
from bot.local_time.typed_times import PERIODS

_NOON = time(12)
_STATED = ("REMINDER", "UNTIL", "FOR", "DONT_REMIND")
"""Concepts with which a NOT concerns all reminders."""
_NEXT = re.compile(r"(?:UNTIL )?(?:NEXT (?P<a>WEEK|MONTHS)|(?P<b>WEEK|MONTHS) NEXT)")
_THIS_WEEK = re.compile("(?:FOR )?(?:THIS WEEK|SUMMARY|WEEK THIS)")
_FROM = re.compile(rf"(?:AFTER|OUT_OF) (?P<day>{DAY.pattern})")
"""Words before the day on which a pause begins."""
_UNTIL_MONTH = re.compile("UNTIL MONTH(?P<month>[0-9]{1,2})(?! [0-9])")
_END_OF = re.compile(
    r"(?:UNTIL )?END_OF (?:(?P<next>NEXT) )?(?:THIS )?(?:(?P<unit>WEEK|MONTHS)(?: THIS)?|SUMMARY"
    r"|MONTH(?P<month>[0-9]{1,2}))"
)
_DOT = r"(?: \.| ORDINAL)?"
_DAYS_OF_MONTH = re.compile(
    rf"(?:(?:(?:OF|ON|AFTER|SINCE|AT) )+[0-9]{{1,2}}{_DOT}|[0-9]{{1,2}}{_DOT} (?:UNTIL|ON|AT|TO))"
    rf" (?:(?:UNTIL|OF|ON|AT|TO) )*(?P<last>[0-9]{{1,2}}){_DOT}(?! MONTH)"
)
"""The dates of a holiday: "from the 20th to the 27th"."""
_DAYS_OF_NAMED_MONTH = re.compile(
    rf"(?:(?:(?:OF|ON|AFTER|SINCE|AT|OUT_OF) )+[0-9]{{1,2}}{_DOT}|[0-9]{{1,2}}{_DOT} (?:UNTIL|ON))"
    r"(?: (?:UNTIL|OF|ON|AT|TO|AND))*"
    rf" (?P<last>[0-9]{{1,2}}{_DOT} (?:OF )?MONTH[0-9]{{1,2}})"
)
"""The dates of a holiday with the month: "from the 20th to the 31st of January"."""
_WHY_NOT_NOW = re.compile(
    r"TO_BED|GOOD_NIGHT|(?<=UNTIL )BACK_HOME"
    r"|(?:(?:TODAY|TONIGHT|THIS_NIGHT) )?NIGHT_SHIFT(?: (?:TODAY|TONIGHT|THIS_NIGHT))?"
)
"""Words for what somebody does during a pause: "off to bed, silent until 3", "on nights, so …"."""
HOUR = re.compile(rf"{CLOCK.pattern}|[0-9]{{1,2}} (?:H|HRS)")
"""Matches "18h" after "until", which is a time of day there and no duration."""
_WORKING_TONIGHT = tuple(
    {"NIGHT_SHIFT", "DONT_REMIND", day} for day in ("TODAY", "TONIGHT", "THIS_NIGHT")
)
""" "on nights today, no reminders"."""
_GOES_ON = re.compile(rf"(?:AFTER|SINCE)(?= {DAY.pattern})")
"""Words before the day on which reminders go on: "from monday"."""


def pause(rest: Remainder, situation: Situation) -> Understood:
    """ "pause until monday", "on holiday until the 20th", "pause for 2 hours", "pause tonight"."""
    if (plainer := _put_plainly(rest)) is not None:
        return to_confirm(pause(plainer, situation))
    if set(rest.kinds) in _WORKING_TONIGHT:
        return Unclear((Pause(tonight=True),))
    if set(rest.kinds) - {"ALL"} == {"THIS_NIGHT", "QUIET"} and _is_morning(situation):
        night = situation.nights.last_night(situation.local)
        return Unclear((NoCramps(night), Pause(tonight=True)))
    wish = _Wish.pulled(rest)
    if wish.is_away and (holiday := _dated_holiday(rest, situation)) is not None:
        return holiday
    if rest.take("OPEN_END"):
        is_all = rest.has("ALL", "REMINDER")
        is_off = is_all and bool(rest.take("TURN_OFF"))  # "turn everything off for now"
        wish = replace(wish, is_open=True, is_named=wish.is_named or is_off)
    times = _Times.pulled(rest, situation, wish)
    ends = times.count + wish.is_open
    if times.is_until and len(times.numbers) == len(times.days) == 1 == ends and not times.clocks:
        hour = int(times.numbers[0].match[0])
        return until_hour(hour, times.days[0], times.periods, rest, situation)
    if (
        not rest.is_accounted_for
        or ends + len(times.days) > 1 + bool(times.starts)
        or (ends and (times.clocks or times.periods))
    ):
        return Unclear()
    return _paused(wish, times, situation) if wish.is_named else None


def _is_morning(situation: Situation) -> bool:
    """Whether "all quiet this night" is rather told of the night that is over."""
    clock = situation.sleep_clock
    return not is_night_time(clock.time()) and clock.time() < _NOON


@dataclass(frozen=True)
class _Wish:
    """How a sentence asks for a pause."""

    is_named: bool
    """Whether it does ask for one."""
    is_away: bool
    """Whether it says that somebody is away: "on holiday until the 20th"."""
    is_negated: bool
    """Whether it denies reminders and has no word for a pause: "no reminders until monday"."""
    is_for_this_week: bool
    is_open: bool = False
    """Whether it says that the end is open: "for now"."""

    @classmethod
    def pulled(cls, rest: Remainder) -> "_Wish":
        """Remove the words for a pause from a sentence."""
        is_away = rest.has("AWAY")
        rest.take(*(("I_AM_IN",) if is_away else ()))  # "until monday, I'm at the beach"
        is_named = bool(rest.take("PAUSE", "AWAY", "MUTE", "QUIET"))
        if rest.has("UNTIL") and rest.take("SILENT"):  # "silent mode until sunday"
            is_named = True
            rest.take("MOVE")
        this_week = rest.has("REMINDER", "DONT_REMIND") and bool(list(rest.pull(_THIS_WEEK)))
        is_negated = not is_named and (this_week or rest.has(*_STATED))
        if is_negated:
            is_named = len(rest.take("NOT", "TURN_OFF", "DONT_REMIND")) == 1
        return cls(is_named, is_away, is_negated, this_week)


@dataclass(frozen=True)
class _Times:
    """The words of a sentence that say when a pause begins and ends."""

    starts: Sequence[date | None]
    """The days from which on it is wished for; None for a day that is past or too far ahead."""
    ends: Sequence[Understood]
    """What ends of weeks and months mean: "until next week"."""
    is_until: bool
    spans: Sequence[Piece]
    clocks: list[Piece]
    named_days: Sequence[Piece]
    days: Sequence[date | None]
    """The days of ``named_days`` and of numbers: "until the 20th"."""
    weekends: Sequence[str]
    periods: list[str]
    """Parts of the day, such as MORNING."""
    numbers: Sequence[Piece]

    @classmethod
    def pulled(cls, rest: Remainder, situation: Situation, wish: _Wish) -> "_Times":
        """Remove them from a sentence."""
        starts = [_start(piece, situation) for piece in rest.pull(_FROM)]
        rest.take("REMINDER", "ALL", "NOW")
        ends = _ends_of_weeks_and_months(rest, situation)
        if wish.is_named and rest.has("UNTIL"):
            list(rest.pull(_WHY_NOT_NOW))
        is_until = bool(rest.take("UNTIL"))
        spans = [] if is_until else list(rest.pull(FOR_SPAN))
        clocks = list(rest.pull(HOUR if is_until else CLOCK))
        named_days = list(rest.pull(DAY))
        days = [day_of(piece, situation) for piece in named_days]
        days += [
            day_of_month(int(piece.match["number"]), situation.local_on)
            for piece in rest.pull(DAY_OF_MONTH)
        ]
        weekends = rest.take("WEEKEND")
        periods = rest.take(*PERIODS.split("|"))
        numbers = list(rest.pull(NUMBER))
        rest.take("FOR")
        if wish.is_away and is_until and len(days) == 2:  # "we leave on thursday, back sunday"
            starts, days = days[:1], [_after(days[0], days[1])]
        if wish.is_away and spans and len(days) == 1 and not starts:
            starts, days = days, []  # "on friday we leave for two weeks"
        return cls(
            starts, ends, is_until, spans, clocks, named_days, days, weekends, periods, numbers
        )

    @property
    def count(self) -> int:
        """How many ends are said besides days and times of day."""
        return len(self.spans) + len(self.weekends) + len(self.numbers) + len(self.ends)


def _paused(wish: _Wish, times: _Times, situation: Situation) -> Understood:
    """What a sentence means that asks for a pause and says nothing else."""
    if times.starts:  # a pause begins at once
        ended = [
            day
            for day in (*times.days, *ends_of_spans(times.starts, times.spans))
            if day is not None
        ]
        return Unclear((Pause(max(ended)),)) if ended else Unclear((Show(Page.PAUSE),))
    if times.spans:
        return for_span(times.spans[0], situation)
    if wish.is_for_this_week:
        return Unclear((Pause(first_after(situation.local_on, "WEEK")),))
    if times.ends:
        return times.ends[0]
    if wish.is_open:
        return Pause()
    if times.weekends:
        return over_weekend(situation, is_until=times.is_until)
    if times.numbers:
        if not times.is_until:
            return Unclear()
        return until_number(int(times.numbers[0].match[0]), situation, is_away=wish.is_away)
    if times.days:
        return _on_named_day(wish, times, situation)
    if wish.is_negated and not (times.clocks or times.periods):
        return None  # all reminders are to stop
    return until_clock(times.clocks, times.periods, situation, is_until=times.is_until)


def _on_named_day(wish: _Wish, times: _Times, situation: Situation) -> Understood:
    """ "pause until monday", "on holiday on friday", "no reminders tonight"."""
    day, named = times.days[0], times.named_days
    words = named[0].match[0].removeprefix("ON ") if named else ""
    if named and named[0].source in AT_NIGHT:
        return Unclear((Pause(tonight=True), Pause()))  # "не пиши вночі": every night, perhaps
    is_ahead = day is not None and day > situation.local_on and words != "TOMORROW"
    if wish.is_away and not times.is_until and is_ahead:
        return Unclear((Show(Page.PAUSE),))  # "we leave on friday": then it begins
    return on_day(day, words, times.clocks, times.periods, situation, is_until=times.is_until)


def _put_plainly(rest: Remainder) -> Remainder | None:
    """A roundabout sentence in words that :func:`pause` reads; None for other sentences.

    What it means then is asked: "we leave on friday", "from friday on, away".
    """
    if rest.has("GOING_TO") and not rest.has("PAUSE", "AWAY", "MUTE"):  # "we leave on friday"
        rest.take("GOING_TO")
        return rest.joined_by("AWAY")
    if rest.has("UNTIL") and rest.kinds[-1:] == ["SKIP"]:  # German "weg": "from friday on, away"
        rest.take("SKIP")
        return rest.joined_by("AWAY")
    return _without_earlier_clock(rest)


def _dated_holiday(rest: Remainder, situation: Situation) -> Unclear | None:
    """ "away from the 20th to the 27th": until its last day; None when no such dates are said."""
    if named := list(rest.pull(_DAYS_OF_NAMED_MONTH)):
        last = holiday_end(named[0], situation)
    elif both := list(rest.pull(_DAYS_OF_MONTH)):
        last = day_of_month(int(both[0].match["last"]), situation.local_on)
    else:
        return None
    return Unclear((Pause(last),)) if last and rest.is_accounted_for else Unclear()


def _ends_of_weeks_and_months(rest: Remainder, situation: Situation) -> list[Understood]:
    """Remove the words for the end of a week or month: "until next week", "until march"."""
    return [
        *(
            Pause(first_of_month(int(piece.match["month"]), situation))
            for piece in rest.pull(_UNTIL_MONTH)
        ),
        *(
            until_next(piece, situation, is_until="UNTIL" in piece.match[0])
            for piece in rest.pull(_NEXT)
        ),
        *(Pause(after_end_of(piece, situation)) for piece in rest.pull(_END_OF)),
    ]


def _without_earlier_clock(rest: Remainder) -> Remainder | None:
    """A sentence without an hour before "until": "I start at ten, nothing until eight, please".

    None when there is no such hour.
    """
    kinds = rest.kinds
    if "UNTIL" not in kinds[:-1]:
        return None
    at = kinds.index("UNTIL")
    before = Remainder(rest.tokens[:at])
    is_timed = bool(list(before.pull(CLOCK)))
    return Remainder([*before.tokens, *rest.tokens[at:]]) if is_timed else None


def _after(start: date | None, end: date | None) -> date | None:
    """The day of "back on thursday" after "away on monday", said on a Wednesday."""
    is_before = start is not None and end is not None and end <= start
    return end + timedelta(days=7) if end is not None and is_before else end


def _start(piece: Piece, situation: Situation) -> date | None:
    """The day from which on a pause is wished for."""
    tokens = lex(piece.source, situation.language)
    words = " ".join(one.source for one in tokens if one.kind not in ("AFTER", "OUT_OF"))
    return parse_day(words, situation.local_on, situation.language)


def resume(rest: Remainder, situation: Situation) -> Understood:
    """ "resume", "I'm back", "start again in 2 hours", "resume on monday"."""
    is_named = bool(rest.take("RESUME"))
    is_going_on = bool(list(rest.pull(_GOES_ON))) and rest.has("AGAIN")
    if not (is_named or is_going_on):
        return None
    rest.take("REMINDER", "ALL", "NOW", "AGAIN", *(() if is_named else ("REMIND", "TURN_ON")))
    spans = list(rest.pull(IN_SPAN))
    days = [day_of(piece, situation) for piece in rest.pull(DAY)]
    clocks = list(rest.pull(CLOCK))
    if not rest.is_accounted_for or len(spans) + len(days) + len(clocks) > 1:
        return Unclear()
    if spans:
        return to_confirm(for_span(spans[0], situation))
    if days:
        day = days[0]
        is_ahead = day is not None and day > situation.local_on
        return Unclear((Pause(day),) if is_ahead else (Resume(),))
    if clocks:
        return to_confirm(until_clock(clocks, [], situation, is_until=True))
    return Resume()
