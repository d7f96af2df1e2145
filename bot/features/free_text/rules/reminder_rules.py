"""Rules for sentences that turn a reminder on or off, or change its times. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from itertools import product

from bot.features.free_text.meanings.act_values import EVERY_DAY, SetDays
from bot.features.free_text.meanings.values import (
    MoveReminder,
    Page,
    Resume,
    Show,
    TurnReminder,
    Unclear,
    Why,
)
from bot.features.free_text.understanding.patterns import (
    ANY_DAY,
    CLOCK,
    EVERY_FEW,
    FROM_NOW,
    NUMBER,
)
from bot.features.free_text.understanding.sentence import (
    Piece,
    Remainder,
    Situation,
    Understood,
    asked,
)
from bot.i18n.vocabulary.lexer import lex
from bot.local_time.typed_answers import opposite
from bot.local_time.typed_times import PERIODS, parse_clock

KINDS = {
    "STRETCH": "stretch",
    "CAFFEINE": "caffeine",
    "LAST_CAFFEINE": "caffeine",
    "NO_CAFFEINE": "caffeine",
    "DINNER_CAFFEINE": "dinner_caffeine",
    "DRINK": "hydration",
    "MEAL": "meal",
    "CHECK_IN": "check_in",
    "SUMMARY": "summary",
}
TALK = frozenset({"CAFFEINE", "DRINK", "MEAL"})
"""Words that people also use to describe their day: they mean a reminder only together with an
order such as "remind me"."""
SWITCHES = frozenset({"REMIND", "DONT_REMIND", "TURN_ON", "TURN_OFF"})
_PERIODS = frozenset(PERIODS.split("|"))
_ORDERS = frozenset({"REMIND", "REMINDER", "MOVE", "TURN_ON"})
_OFF = frozenset({"TURN_OFF", "DONT_REMIND"})
_FIRST_HOUR, _LAST_HOUR = 8, 20
_STRETCH_FROM, _NOON = 9, 12
_HOURS_OF: Mapping[str, Sequence[int]] = {
    "MORNING": range(3, 12),
    "AFTERNOON": range(12, 19),
    "EVENING": range(16, 24),
    "NIGHT": (*range(18, 24), *range(5)),
}
"""Part of the day → the hours that a bare hour is in: "every night at 9"."""


_NEAR_DAYS: Mapping[str, tuple[int, ...]] = {
    "2": (0b0010101, EVERY_DAY, 0b0101010),
    "3": (0b0001001, EVERY_DAY, 0b0010010),
}
"""Interval in days → the weekdays nearest to it, as bit masks whose bit 0 is Monday."""
_NOT_TIME = re.compile(
    r"NOT (?:(?:AT|OF|ON) )*[0-9]{1,2}(?: (?:[:.]|H|OCLOCK|DIAL) [0-9]{2})?(?: (?:H|HRS|OCLOCK))?"
)
_BAD_TIME = re.compile(rf"(?:{CLOCK.pattern}) MOVE (?:LATER|SOONER)")


def reminder(rest: Remainder, situation: Situation) -> Understood:
    """ "remind me to stretch at 22:15", "no caffeine after 2pm", "stretch off"."""
    said = _Said.pulled(rest)
    if said is None:
        return Unclear()
    if not said.words:
        return _of_no_kind(said)
    if said.is_about_all:
        return Unclear()
    word = said.words[0]
    if said.few:
        return _every_few(said.few[0], word, said)
    if not said.is_timed:
        return Unclear() if said.days else _switched(word, said.orders)
    if said.is_off:
        return Unclear()
    if word == "DRINK" and said.orders == {"REMIND"} and len(said.clocks) + len(said.numbers) == 1:
        return None  # one drink a day, see ``once_rules.py``: the others keep their times
    return _moved(word, said, situation)


@dataclass(frozen=True)
class _Said:
    """What a sentence says of a reminder."""

    words: list[str]
    """Concepts that name a kind of reminder."""
    orders: set[str]
    """Concepts of what is to be done: REMIND, TURN_OFF, MOVE."""
    few: list[Piece]
    """Every few hours or days."""
    days: list[Piece]
    clocks: list[Piece]
    numbers: list[Piece]
    is_about_all: bool
    is_once: bool
    """Whether it may be about one day only."""
    is_instead: bool
    """Whether the time may be said to be instead of another, so that it is asked."""

    @classmethod
    def pulled(cls, rest: Remainder) -> "_Said | None":
        """Read a sentence; None if it says something else as well, or only a time that is wrong."""
        is_on_at_end = rest.kinds[-1:] == ["ON"]
        few = list(rest.pull(EVERY_FEW))
        is_later = any("TOMORROW" in piece.match[0] for piece in rest.pull(FROM_NOW))
        days = list(rest.pull(ANY_DAY))
        is_instead = bool(list(rest.pull(_NOT_TIME)))  # "at 22:30 and not at 22"
        is_other = bool(list(rest.pull(_BAD_TIME)))  # "half nine is too early, make it ten"
        rest.take(*(("MEANT", "MOVE", "RATHER") if is_other else ()))
        clocks = list(rest.pull(CLOCK))
        numbers = list(rest.pull(NUMBER))
        if is_instead and not (clocks or numbers):
            return None
        rest.take(*(("H",) if numbers else ()))  # "pras 22h"
        words = rest.take(*KINDS)
        if _take_limit(words, clocks, rest):
            words = ["NO_CAFFEINE"]
            is_instead = True  # which is asked
        if clocks and "LAST_CAFFEINE" in words:
            rest.take("UNTIL", "MOVE")  # "last coffee until 3"
        if words and rest.take("DELETE"):
            rest = rest.joined_by("TURN_OFF")
        orders = _orders(rest, is_on_at_end=is_on_at_end)
        is_about_all = bool(rest.take("ALL"))
        is_compared = bool(clocks) and bool(rest.take("LATER", "SOONER"))  # or once, perhaps
        rest.take("DAILY")
        if not rest.is_accounted_for or len(words) > 1:
            return None
        is_once = bool(days) or is_compared or is_later
        is_instead |= is_other
        return cls(words, orders, few, days, clocks, numbers, is_about_all, is_once, is_instead)

    @property
    def is_timed(self) -> bool:
        return bool(self.clocks or self.numbers)

    @property
    def is_off(self) -> bool:
        """Whether the reminder is to stop."""
        return bool(self.orders & _OFF)


def _orders(rest: Remainder, *, is_on_at_end: bool) -> set[str]:
    """Remove the concepts of what is to be done from a sentence: TURN_OFF, REMIND, MOVE."""
    orders = {*rest.take(*SWITCHES, "REMINDER", "MOVE"), *(("TURN_ON",) if is_on_at_end else ())}
    if orders & _OFF:
        orders.discard("REMIND")  # "хватит мне про воду напоминать"
    rest.take(*(("BACK",) if "MOVE" in orders else ()))  # "push it back to 11"
    return orders


def _of_no_kind(said: _Said) -> Understood:
    """A sentence about reminders that names no kind: about all of them, or it is not said."""
    if said.few or said.days or said.is_timed:
        is_moved = {"REMINDER", "MOVE"} <= said.orders <= {"REMINDER", "MOVE", "TURN_ON"}
        return Unclear((Show(Page.REMINDERS),)) if is_moved else None
    return _all_reminders(said.orders, said.is_about_all)


def _every_few(few: Piece, word: str, said: _Said) -> Unclear:
    """ "remind me to drink every 2 hours": the times of day that come near to it, asked."""
    is_order = said.orders <= _ORDERS and not (said.days or said.is_timed)
    if is_order and (said.orders or word not in TALK) and (near := days_near(few)):
        return Unclear(tuple(SetDays(KINDS[word], one) for one in near), Why.FEW_DAYS)
    times = through_the_day(few) if is_order and word == "DRINK" else ()
    return Unclear((MoveReminder(KINDS[word], times),) if times else ())


def _take_limit(words: list[str], clocks: list[Piece], rest: Remainder) -> bool:
    """Remove the words about drinking and reminding from "don't let me drink coffee after 2".

    Returns:
        Whether the sentence denies coffee after an hour.
    """
    is_limit = "CAFFEINE" in words and {*words} <= {"CAFFEINE", "DRINK"} and rest.has("NOT")
    if not is_limit or len(clocks) != 1 or not clocks[0].match["after"]:
        return False
    rest.take("NOT", "DRANK", "TAKE", "REMIND", "AND", "MAYBE")
    return True


def _all_reminders(orders: set[str], is_about_all: bool) -> Understood:
    """ "stop", "no more reminders": a pause may be meant, and the page about that is shown."""
    if orders == {"REMINDER"}:
        return None if is_about_all else Show(Page.REMINDERS)
    if orders & _OFF:
        return Show(Page.STOP)
    return Unclear((Resume(),)) if "TURN_ON" in orders else None


def _switched(word: str, orders: set[str]) -> Understood:
    """A sentence with a reminder and no time: it turns the reminder on or off, or shows a page."""
    kind = KINDS[word]
    is_off = bool(orders & _OFF)
    is_on = bool(orders & {"TURN_ON", "REMIND"})
    if is_off == is_on:
        if is_off:
            return Unclear()
        return Show(Page.SUMMARY) if word == "SUMMARY" and not orders else None
    if word == "NO_CAFFEINE":
        return Unclear()
    if word == "SUMMARY" and is_off and "REMINDER" in orders:
        return Unclear((TurnReminder(kind, False),))  # "no more reminders this week"
    meaning = TurnReminder(kind, is_on)
    is_clear = word not in TALK or orders & {"REMIND", "DONT_REMIND", "REMINDER"}
    return meaning if is_clear else Unclear((meaning,))


def _moved(word: str, said: _Said, situation: Situation) -> Understood:
    """A sentence with a reminder and a time.

    The person is asked when the hour can be in either half of the day, when a day is named, and
    when the time is said to be instead of another.
    """
    kind, clocks, numbers = KINDS[word], said.clocks, said.numbers
    is_certain = not (said.is_once or said.is_instead)
    is_limit = word == "NO_CAFFEINE"
    is_after = any(piece.match["after"] for piece in clocks)
    hours = _hours_of_list(clocks, numbers, situation)
    if hours and not is_after and not is_limit:
        found = MoveReminder(kind, tuple(sorted(set(hours))))
        return found if said.orders & _ORDERS and is_certain else Unclear((found,))
    through = _through_a_day(clocks, numbers) if word == "DRINK" else ()
    if through and not is_after:
        return Unclear((MoveReminder(kind, through),))
    if len(clocks) + len(numbers) > 1:
        if numbers or is_after or is_limit:
            return Unclear()
        if any(piece.dial is not None or _is_double(piece, situation) for piece in clocks):
            return Unclear()
    meanings = _moves(kind, clocks, numbers, situation)
    if not meanings or (said.is_once and "REMIND" in said.orders):
        return Unclear()  # once is one reminder, see ``once_rules.py``
    if is_after and not is_limit:
        return Unclear(tuple(meanings) if word == "CAFFEINE" else ())
    is_said = bool(said.orders & _ORDERS) or word not in TALK
    is_clear = is_after == is_limit and is_said and is_certain
    return meanings[0] if is_clear and len(meanings) == 1 else asked(meanings)


def _moves(
    kind: str, clocks: list[Piece], numbers: list[Piece], situation: Situation
) -> list[MoveReminder]:
    """The times that can be meant: an hour alone can be in either half of the day."""
    choices = [clock_choices(piece, situation) for piece in clocks]
    if kind == "stretch":
        choices = [_of_evening(*one) for one in zip(clocks, choices, strict=True)]
    choices += [halves(int(piece.match[0]), situation.part) for piece in numbers]
    return [MoveReminder(kind, tuple(sorted(set(chosen)))) for chosen in product(*choices)]


def _of_evening(piece: Piece, found: list[time]) -> list[time]:
    """An hour near bedtime: "stretch at 10.15" is hardly in the morning, which is asked."""
    is_open = len(found) == 1 and piece.is_early and not piece.source.strip("at ").startswith("0")
    is_near_bed = is_open and _STRETCH_FROM <= found[0].hour < _NOON
    return [opposite(found[0]), found[0]] if is_near_bed else found


def _hours_of_list(clocks: list[Piece], numbers: list[Piece], situation: Situation) -> list[time]:
    """ "at 12, 15 and 18": times of the 24-hour clock, if one of them exists only there."""
    hours = [int(piece.match[0]) for piece in numbers]
    hours += [piece.dial for piece in clocks if piece.dial is not None]
    stated = [clock_choices(piece, situation) for piece in clocks if piece.dial is None]
    times = [*(time(hour) for hour in hours if hour < 24), *(one[0] for one in stated if one)]
    is_list = bool(clocks and hours) and len(times) == len(clocks) + len(numbers) > 1
    is_half_said = any(not _PERIODS.isdisjoint(piece.match[0].split()) for piece in clocks)
    is_clear = all(len(one) == 1 for one in stated) and not is_half_said
    is_of_24 = any(one.hour > 12 for one in times)
    return times if is_list and is_clear and is_of_24 else []


def _through_a_day(clocks: list[Piece], numbers: list[Piece]) -> tuple[time, ...]:
    """ "at 10, 2 and 6": hours of one day in ascending order; () if they are not in order."""
    pieces = sorted([*clocks, *numbers], key=lambda piece: piece.at)
    times: list[time] = []
    for piece in pieces:
        hour = piece.dial if piece in clocks else int(piece.match[0])
        later = [one for one in halves(hour or 0) if one.hour >= _FIRST_HOUR - 1]
        later = [one for one in later if not times or one > times[-1]]
        if hour is None or not later:
            return ()
        times.append(later[0])
    return tuple(times) if len(times) > 1 else ()


def through_the_day(piece: Piece) -> tuple[time, ...]:
    """The times of "every 2 hours" between the morning and the evening; none for other spans."""
    hours = int(piece.match["number"] or 0)
    if piece.match["unit"] not in ("HOUR", "HRS", "H") or hours not in range(2, 7):
        return ()
    return tuple(time(hour) for hour in range(_FIRST_HOUR, _LAST_HOUR + 1, hours))


def days_near(piece: Piece) -> tuple[int, ...]:
    """The weekdays that come near to "every other day"; none for spans that are not of days."""
    number = piece.match["number"] if piece.match["unit"] == "DAYS" else ""
    return _NEAR_DAYS.get(number, ())


def _is_double(piece: Piece, situation: Situation) -> bool:
    """Whether a time with minutes may be in either half of the day, where clocks count to 12."""
    return piece.on_dial is not None or (situation.hours == 12 and piece.is_early)


def halves(hour: int, part: str = "") -> list[time]:
    """The times of day that a bare hour may be, of a part of the day if one is named."""
    if not 1 <= hour <= 12:
        return [time(hour)] if hour < 24 else []
    return in_part(sorted((time(hour % 12), time(hour % 12 + 12))), part)


def in_part(choices: list[time], part: str) -> list[time]:
    """The times that are in a part of the day; all of them if none is."""
    hours = _HOURS_OF.get(part, range(24))
    return [one for one in choices if one.hour in hours] or choices


def clock_choices(piece: Piece, situation: Situation) -> list[time]:
    """The times of day that a clock time may be."""
    if piece.dial is not None:
        return halves(piece.dial, situation.part)
    words = [
        token.source
        for token in lex(piece.source, situation.language)
        if token.kind not in ("AFTER", "ABOUT")
    ]
    clock = parse_clock(" ".join(words), situation.language)
    if clock is None:
        return []
    is_of_part = bool(situation.part) and piece.is_early and clock.hour <= 12
    if not is_of_part and not _is_double(piece, situation):
        return [clock]
    return in_part(sorted((clock, opposite(clock))), situation.part)
