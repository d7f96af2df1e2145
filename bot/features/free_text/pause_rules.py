"""Rules for sentences that pause all reminders, or resume them. Pure."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from itertools import product

from bot.features.free_text.cramp_times import AT_NIGHT
from bot.features.free_text.patterns import CLOCK, DAY, NUMBER
from bot.features.free_text.reminder_rules import clock_choices, halves
from bot.features.free_text.sentence import Piece, Remainder, Situation, Understood, asked
from bot.features.free_text.times_ahead import (
    DAY_OF_MONTH,
    FOR_SPAN,
    IN_SPAN,
    after,
    day_of,
    day_of_month,
    days_later,
    minutes_of,
)
from bot.features.free_text.values import Meaning, Page, Pause, Resume, Show, Unclear
from bot.i18n.vocabulary.lexer import lex
from bot.local_time.typed_days import parse_day
from bot.local_time.typed_times import PERIODS

_STATED = ("REMINDER", "UNTIL", "FOR", "DONT_REMIND")
"""Concepts with which a NOT concerns all reminders."""
_TONIGHT = ("TONIGHT", "THIS_NIGHT")
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
_LAST_HOUR = 24
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
    if rest.has("GOING_TO") and not rest.has("PAUSE", "AWAY", "MUTE"):  # "we leave on friday"
        rest.take("GOING_TO")
        found = pause(rest.joined_by("AWAY"), situation)
        return Unclear((found,)) if isinstance(found, Pause) else found
    if rest.has("UNTIL") and rest.kinds[-1:] == ["SKIP"]:  # German "weg": "from friday on, away"
        rest.take("SKIP")
        found = pause(rest.joined_by("AWAY"), situation)
        return Unclear((found,)) if isinstance(found, Pause) else found
    if (from_until := _without_earlier_clock(rest)) is not None:
        return _asked_first(pause(from_until, situation))
    if set(rest.kinds) in _WORKING_TONIGHT:
        return Unclear((Pause(tonight=True),))
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
    if is_away and (named := list(rest.pull(_DAYS_OF_NAMED_MONTH))):
        last = _named_day(named[0], situation)
        return Unclear((Pause(last),)) if last and rest.is_accounted_for else Unclear()
    if is_away and (both := list(rest.pull(_DAYS_OF_MONTH))):
        last = day_of_month(int(both[0].match["last"]), situation.local_on)
        return Unclear((Pause(last),)) if last and rest.is_accounted_for else Unclear()
    starts = [_start(piece, situation) for piece in rest.pull(_FROM)]
    is_later = bool(starts)
    is_open = bool(rest.take("OPEN_END"))
    if is_open and rest.has("ALL", "REMINDER"):
        is_named |= bool(rest.take("TURN_OFF"))  # "turn everything off for now"
    rest.take("REMINDER", "ALL", "NOW")
    ends = [
        *(
            Pause(_first_of(int(piece.match["month"]), situation))
            for piece in rest.pull(_UNTIL_MONTH)
        ),
        *(
            _next_begins(piece, situation, is_until="UNTIL" in piece.match[0])
            for piece in rest.pull(_NEXT)
        ),
        *(Pause(_day_after(piece, situation)) for piece in rest.pull(_END_OF)),
    ]
    if is_named and rest.has("UNTIL"):
        list(rest.pull(_WHY_NOT_NOW))
    is_until = bool(rest.take("UNTIL"))
    spans = [] if is_until else list(rest.pull(FOR_SPAN))
    clocks = list(rest.pull(HOUR if is_until else CLOCK))
    said = list(rest.pull(DAY))
    days = [day_of(piece, situation) for piece in said]
    days += [
        day_of_month(int(piece.match["number"]), situation.local_on)
        for piece in rest.pull(DAY_OF_MONTH)
    ]
    weekends = rest.take("WEEKEND")
    periods = rest.take(*PERIODS.split("|"))
    numbers = list(rest.pull(NUMBER))
    rest.take("FOR")
    if is_away and is_until and len(days) == 2:  # "we leave on thursday, back sunday"
        starts, days, is_later = days[:1], [_after(days[0], days[1])], True
    if is_away and spans and len(days) == 1 and not starts:  # "on friday we leave for two weeks"
        starts, days, is_later = days, [], True
    bare = len(spans) + len(weekends) + len(numbers) + len(ends) + is_open
    if is_until and len(numbers) == len(days) == 1 == bare and not clocks:
        return _until_hour(int(numbers[0].match[0]), days[0], periods, rest, situation)
    if (
        not rest.is_accounted_for
        or bare + len(days) > 1 + is_later
        or (bare and (clocks or periods))
    ):
        return Unclear()
    if not is_named:
        return None
    if is_later:  # a pause begins at once
        ended = [day for day in (*days, *_ends_of(starts, spans)) if day is not None]
        return Unclear((Pause(max(ended)),)) if ended else Unclear((Show(Page.PAUSE),))
    if spans:
        return _paused_for(spans[0], situation)
    if this_week:
        return Unclear((Pause(_first_after(situation.local_on, "WEEK")),))
    if ends:
        return ends[0]
    if is_open:
        return Pause()
    if weekends:
        return _over_the_weekend(situation, is_until=is_until)
    if numbers:
        number = int(numbers[0].match[0])
        return _until_number(number, situation, is_away=is_away) if is_until else Unclear()
    if is_negated and not (days or clocks or periods):
        return None  # all reminders are to stop
    if not days:
        return _until_clock(clocks, periods, situation, is_until=is_until)
    words = said[0].match[0].removeprefix("ON ") if said else ""
    if said and said[0].source in AT_NIGHT:
        return Unclear((Pause(tonight=True), Pause()))  # "не пиши вночі": every night, perhaps
    is_ahead = days[0] is not None and days[0] > situation.local_on and words != "TOMORROW"
    if is_away and not is_until and is_ahead:
        return Unclear((Show(Page.PAUSE),))  # "we leave on friday": then it begins
    return _on_day(days[0], words, clocks, periods, situation, is_until=is_until)


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


def _named_day(piece: Piece, situation: Situation) -> date | None:
    """The next day of a named month on which a holiday may end."""
    day, month = map(int, re.findall("[0-9]+", piece.match["last"]))
    today = situation.local_on
    year = today.year + ((month, day) <= (today.month, today.day))
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _ends_of(starts: Sequence[date | None], spans: Sequence[Piece]) -> list[date | None]:
    """When spans that begin later are over."""
    return [
        None if start is None else days_later(start, int(span.match["number"]), span.match["unit"])
        for start, span in product(starts, spans)
        if span.match["unit"] in ("DAYS", "WEEK", "MONTHS")
    ]


def _next_begins(piece: Piece, situation: Situation, *, is_until: bool) -> Understood:
    """ "until next week" ends when that begins; "away next week" when it is over, as is asked."""
    today, unit = situation.local_on, piece.named("a", "b")
    begin = _first_after(today, unit or "WEEK")
    return Pause(begin) if is_until else Unclear((Pause(_first_after(begin, unit or "WEEK")),))


def _first_after(day: date, unit: str) -> date:
    """The first day of the week or month after a day's own."""
    if unit == "WEEK":
        return day + timedelta(days=7 - day.weekday())
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def _first_of(month: int, situation: Situation) -> date:
    """The first day of the next month with this number."""
    today = situation.local_on
    return date(today.year + (month <= today.month), month, 1)


def _day_after(piece: Piece, situation: Situation) -> date:
    """The first day after the end of a week or month."""
    today, month = situation.local_on, piece.match["month"]
    if month is None:
        unit = piece.match["unit"] or "WEEK"
        end = _first_after(today, unit)
        return _first_after(end, unit) if piece.match["next"] else end
    year = today.year + (int(month) < today.month)
    return _first_after(date(year, int(month), 1), "MONTHS")


def _paused_for(span: Piece, situation: Situation) -> Understood:
    end = after(span, situation)
    if end is None:
        return Unclear()
    hour = int(span.match["number"])
    if span.match["unit"] == "H" and not span.match[0].startswith("FOR") and hour < 24:
        return asked([_until(end), _until(_next(situation, time(hour)))])
    return Pause(end.date()) if minutes_of(span) is None else _until(end)


def _until(end: datetime) -> Pause:
    return Pause(end.date(), clock=end.time())


def _over_the_weekend(situation: Situation, *, is_until: bool) -> Understood:
    """Until Monday; a weekend that has not begun is asked about, as the pause begins now."""
    today = situation.local_on
    saturday = today + timedelta(days=(5 - today.weekday()) % 7)
    monday = today + timedelta(days=7 - today.weekday())
    if is_until:
        return Unclear((Pause(saturday), Pause(monday)) if today < saturday else (Pause(monday),))
    return Pause(monday) if today.weekday() >= 4 else Unclear((Pause(monday),))


def _until_number(number: int, situation: Situation, *, is_away: bool) -> Understood:
    """ "until 20": a day of the month, or an hour; a holiday ends on a day."""
    found: list[Meaning] = []
    if number < _LAST_HOUR and not is_away:
        found += _ends([_next(situation, one) for one in halves(number)])
    day = day_of_month(number, situation.local_on) if 0 < number <= 31 else None
    if is_away and day is not None:
        return Pause(day)
    return Unclear((*found, Pause(day)) if day is not None else tuple(found))


def _until_hour(
    hour: int, day: date | None, periods: list[str], rest: Remainder, situation: Situation
) -> Unclear:
    """ "until 10 tomorrow": the hour of that day, which is asked."""
    if day is None or hour >= _LAST_HOUR or not rest.is_accounted_for:
        return Unclear()
    clocks = halves(hour, periods[0] if len(periods) == 1 else "")
    moments = [datetime.combine(day, one) for one in clocks]
    return Unclear(tuple(_ends([one for one in moments if one > situation.local])))


def _ends(moments: Sequence[datetime]) -> list[Meaning]:
    return [_until(moment) for moment in sorted(moments)]


def _next(situation: Situation, clock: time) -> datetime:
    """The next moment at which clocks show a time."""
    moment = datetime.combine(situation.local_on, clock)
    return moment if moment > situation.local else moment + timedelta(days=1)


def _until_clock(
    clocks: list[Piece], periods: list[str], situation: Situation, *, is_until: bool
) -> Understood:
    """ "pause until 6pm", "pause until the morning"; "pause" alone is asked for how long."""
    if not clocks and not periods:
        week = situation.local_on + timedelta(days=7)
        return Unclear() if is_until else Unclear((Pause(tonight=True), Pause(week), Pause()))
    if not is_until or len(clocks) > 1:
        return Unclear()
    if not clocks:
        return Pause(tonight=True) if periods == ["MORNING"] else Unclear()
    found = _ends([_next(situation, one) for one in clock_choices(clocks[0], situation)])
    return found[0] if len(found) == 1 else asked(found)


def _on_day(
    day: date | None,
    words: str,
    clocks: list[Piece],
    periods: list[str],
    situation: Situation,
    *,
    is_until: bool,
) -> Understood:
    """A day, with or without "until", and perhaps an hour.

    Without "until", only "tonight" needs no question.
    """
    if day is None or len(clocks) > 1 or len(periods) > 1:
        return Unclear()
    if clocks:
        if not is_until:
            return Unclear()
        moments = [datetime.combine(day, one) for one in clock_choices(clocks[0], situation)]
        found = _ends([one for one in moments if one > situation.local])
        return found[0] if len(found) == 1 else asked(found)
    if "NEXT" in words and day < _first_after(situation.local_on, "WEEK"):
        # "Next friday", said on a Thursday: tomorrow, or the one of the week after.
        return Unclear((Pause(day + timedelta(days=7)), Pause(day)))
    if words in _TONIGHT:
        return Pause(tonight=True)
    if day == situation.local_on:
        return Unclear((Pause(tonight=True),))
    if words == "TOMORROW" and periods == ["MORNING"] and not is_until:
        return Unclear((Pause(day, clock=time(12)),))  # "leave me alone tomorrow morning"
    if words == "TOMORROW" and not is_until:
        return Unclear((Pause(day + timedelta(days=1)),))  # "leave me alone tomorrow"
    if periods not in ([], ["MORNING"]):
        return Unclear((Pause(day),))
    return Pause(day) if is_until else Unclear((Pause(day),))


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
        return _asked_first(_paused_for(spans[0], situation))
    if days:
        day = days[0]
        is_ahead = day is not None and day > situation.local_on
        return Unclear((Pause(day),) if is_ahead else (Resume(),))
    if clocks:
        return _asked_first(_until_clock(clocks, [], situation, is_until=True))
    return Resume()


def _asked_first(found: Understood) -> Understood:
    return found if found is None or isinstance(found, Unclear) else Unclear((found,))
