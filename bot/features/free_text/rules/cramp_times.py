"""Rules for when a cramp was, from the words of a sentence. Pure."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.features.cramps.entry_times import Unusable, is_night_time, middle_of, typed_clock
from bot.features.free_text.meanings.values import Unclear, Why
from bot.features.free_text.rules.daytimes import (
    HOURS_BY_DAY,
    is_today_alone,
    moments_by_day,
    or_in_the_morning,
    usable_moments,
)
from bot.features.free_text.understanding.patterns import (
    AGO,
    ANY_DAY,
    BETWEEN,
    CLOCK,
    EITHER,
    NIGHT_ALONE,
    PART_ALONE,
)
from bot.features.free_text.understanding.sentence import Moment, Piece, Remainder, Situation
from bot.local_time.nights import local_time
from bot.local_time.typed_days import past_day_of
from bot.local_time.typed_times import PERIODS, clock_of

ASLEEP_FROM, ASLEEP_UNTIL = time(22, 0), time(10, 0)
"""Of the two hours that "woke at 3" can mean, the one between these is meant."""
WEEKDAYS = frozenset(f"DAY{number}" for number in range(7))
EVENING_BEGINS = time(17, 0)
_NIGHTS = ("LAST_NIGHT", "TONIGHT", "THIS_NIGHT")
_JUST_NOW = ("LAST_NIGHT", "THIS_NIGHT")
"""What people call the night that is or has just been."""
_PERIODS = frozenset(PERIODS.split("|"))
AT_NIGHT = frozenset({"ночью", "вночі", "уночі"})
"""Words, after folding, that say "at night" of a day without saying which of its two nights."""
_ONE_NIGHT = "позапрошлои"
"""Beside "ночью", after folding, it names the night before the last."""
_SMALL_HOURS_END = time(6, 0)
_H_OF_EITHER_HALF = frozenset({"fr"})
"""Languages in which "7h", written in the evening, may mean that evening as well."""
_MINUTES_AFTER_AND = frozenset({"es", "it", "pt_br"})
"""Languages in which minutes come after the hour and an "and"."""
_PLAIN_AND = re.compile("(?:(?:ABOUT|AT) )+[0-9]{1,2} AND [0-9]{1,2}(?: [A-Z_]+)?")
_MINUTES_LIKE_HOURS = frozenset({5, 10})
_ALL_DAY = range(24)
_PARTS: Mapping[str, Collection[int]] = {
    "MORNING": range(3, 12),
    "AFTERNOON": range(11, 19),
    "EVENING": range(16, 24),
    "NIGHT": (*range(20, 24), *range(8)),
    "SMALL_HOURS": range(7),
}
"""Part of the day → its hours. A sentence whose hour is not among them is not understood."""
_SOON = timedelta(hours=1)
"""An inexact time that is no further ahead may be the present one: "about half past three"."""


@dataclass(frozen=True)
class TimeWords:
    """The words of a sentence that state when the cramp was."""

    ago: Piece | None = None
    day: Piece | None = None
    clock: Piece | None = None
    is_now: bool = False
    ends: tuple[time, ...] = ()
    """Two times of which one is meant or between which it was, the half of the day left open."""
    is_between: bool = False
    is_plain_and: bool = False
    """Whether the second of the times has nothing but an "and" before it."""
    part: str = ""
    """A part of the day that stands apart from the hour: "in the afternoon …, at about 3"."""
    by_day: str = ""
    """A part of the daytime without an hour: "this afternoon", "yesterday at lunch"."""

    @classmethod
    def pulled(cls, rest: Remainder, *, with_parts: bool = False) -> "TimeWords | None":
        """Remove them from a sentence; None when it states two times.

        Args:
            rest: of the sentence.
            with_parts: whether "in the morning" alone is the last one.
        """
        ranges = [*rest.pull(BETWEEN), *rest.pull(EITHER)]
        agos = list(rest.pull(AGO))
        days = list(rest.pull(ANY_DAY))
        clocks = list(rest.pull(CLOCK))
        if ranges and not (agos or days or clocks):
            list(rest.pull(NIGHT_ALONE))  # "at night at 1 and at 4"
        elif not (agos or days or clocks):
            days = list(rest.pull(NIGHT_ALONE))
        if with_parts and not (agos or days or clocks or ranges):
            days = list(rest.pull(PART_ALONE))
        parts = list[str]()
        if with_parts and not (agos or days) and len(clocks) == 1 and clocks[0].on_dial is not None:
            parts = rest.take(*_PARTS)
        by_day = [] if agos or clocks or ranges else rest.take("LUNCH")
        by_day += [word for one in days for word in one.match[0].split() if word in HOURS_BY_DAY]
        is_now = bool(rest.take("NOW")) and not agos  # "just a while ago, 20 minutes ago"
        is_after = any(piece.match["after"] for piece in clocks)
        is_twice = max(len(agos), len(days), len(clocks) + len(ranges)) > 1
        kinds_of_time = [bool(agos), bool(days or clocks or ranges or by_day), is_now]
        if is_twice or is_after or max(len(parts), len(by_day), sum(kinds_of_time)) > 1:
            return None
        said = {kind for one in ranges for kind in one.match[0].split()}
        ends = [clock_of(one.match[name]) for one in ranges for name in ("first", "last")]
        if None in ends:
            return None
        first = (list[Piece | None](pieces) or [None] for pieces in (agos, days, clocks))
        ago, day, clock = (pieces[0] for pieces in first)
        return cls(
            ago,
            day,
            clock,
            is_now,
            tuple(end for end in ends if end is not None),
            bool(said & {"BETWEEN", "OR", "AFTER"}),
            any(_PLAIN_AND.fullmatch(one.match[0]) for one in ranges),
            "".join(parts),
            "" if clocks or ranges else "".join(by_day),
        )

    @property
    def is_range(self) -> bool:
        return bool(self.ends)

    @property
    def has_clock(self) -> bool:
        return self.ago is not None or self.clock is not None or self.is_now or self.is_range

    @property
    def is_stated(self) -> bool:
        return self.has_clock or self.day is not None or bool(self.by_day)

    @property
    def is_by_night(self) -> bool:
        """Whether the words for the day already state which half of the day is meant."""
        words = self.day.match[0].split() if self.day else []
        return any(word in (*PERIODS.split("|"), *_NIGHTS, "THIS_MORNING") for word in words)

    def moments(self, situation: Situation, is_asleep: bool) -> list[Moment] | Unclear:
        """The instants that the words can mean."""
        if self.ago is not None:
            return usable_moments([situation.moment(self.ago.source)])
        if not self.is_stated or self.is_now:
            return [(situation.said_at, "exact")]
        if self.is_range:
            ends = (*self._minutes_after_and(situation), *self.ends)
            found = [
                one
                for end in ends
                for one in self.at_hour(
                    end.hour, end.minute, situation, is_asleep=True, is_about=self.is_between
                )
            ]
            return found or Unclear(why=Why.TO_COME)
        if self.by_day or (self.clock is None and is_today_alone(self.day, situation)):
            return moments_by_day(self.day, self.by_day, situation)
        if self.clock is None:
            return or_in_the_morning(self._nights(situation), self.day, situation)
        if self.is_night_before(situation):
            return usable_moments([self._day_before(situation)])
        shown = shown_twice(self.clock, situation)
        if shown is not None and not self.is_by_night:
            is_about = "ABOUT" in self.clock.match[0].split()
            found = self.at_hour(*shown, situation, is_asleep, is_about=is_about)
            return self._or_now(found, situation) or Unclear(why=Why.TO_COME)
        pieces = sorted((one for one in (self.day, self.clock) if one), key=lambda one: one.at)
        source = " ".join(piece.source for piece in pieces)
        moment = situation.moment(source)
        if moment is Unusable.TO_COME and self.day is None:
            moment = _earlier_today(source, situation)
        usable = usable_moments([moment])
        if isinstance(usable, Unclear):
            return self._or_now([], situation) or usable
        return self._or_now(self._of_either_night(usable, situation), situation)

    def is_night_before(self, situation: Situation) -> bool:
        """Whether "last night at 5" was typed at three: at 5 of this night nothing has been yet."""
        if self.day is None or self.clock is None or situation.nights.is_across_noon:
            return False
        said = self._clock_by_night(situation)
        is_ahead = said is not None and situation.local.time() < said <= _SMALL_HOURS_END
        return is_ahead and self.day.match[0] in _JUST_NOW

    def _clock_by_night(self, situation: Situation) -> time | None:
        """The hour that is said with "last night": of its two halves, the one before noon."""
        if self.clock is None:
            return None
        shown = shown_twice(self.clock, situation)
        if shown is not None:
            return time(shown[0] % 12, shown[1])
        said = typed_clock(self.clock.source, situation.language)
        return None if said is None else said[0]

    def _day_before(self, situation: Situation) -> Moment | Unusable:
        """The moment at which it was that hour a day ago."""
        said = self._clock_by_night(situation)
        on = situation.local_on - timedelta(days=1)
        found = Unusable.TO_COME if said is None else situation.moment(f"{on} {said:%H:%M}")
        is_about = self.clock is not None and "ABOUT" in self.clock.match[0].split()
        return (found[0], "about") if isinstance(found, tuple) and is_about else found

    def _minutes_after_and(self, situation: Situation) -> tuple[time, ...]:
        """ "alle 5 e 10": ten past five as well, in languages that say so."""
        is_said = situation.language.casefold() in _MINUTES_AFTER_AND and len(self.ends) == 2
        if not is_said or not self.is_plain_and:
            return ()
        hour, minute = self.ends
        is_minute = not (hour.minute or minute.minute) and minute.hour in _MINUTES_LIKE_HOURS
        return (time(hour.hour, minute.hour),) if is_minute else ()

    def _or_now(self, found: list[Moment], situation: Situation) -> list[Moment]:
        """Put the present moment first if "about half past three" is said at ten past three."""
        if self.day is not None or self.clock is None or "ABOUT" not in self.clock.match[0].split():
            return found
        shown = self.clock.on_dial
        said = None if shown else typed_clock(self.clock.source, situation.language)
        clocks = [said[0]] if said else []
        if shown is not None:
            clocks = [time(half % 24, shown[1]) for half in (shown[0], shown[0] + 12)]
        local = situation.local.replace(tzinfo=None)
        is_soon = any(
            timedelta() < local.replace(hour=one.hour, minute=one.minute) - local <= _SOON
            for one in clocks
        )
        return [(situation.said_at, "about"), *found] if is_soon else found

    def _of_either_night(self, found: list[Moment], situation: Situation) -> list[Moment]:
        """A time after midnight "on Monday at night", in Russian and Ukrainian: before or after it.

        "Monday, at two of the night" is the date alone, in both languages.
        """
        said = [word for piece in (self.day, self.clock) if piece for word in piece.source.split()]
        if self.day is None or AT_NIGHT.isdisjoint(said) or _ONE_NIGHT in said:
            return found
        named = [word for word in self.day.match[0].split() if word not in _PERIODS]
        day = past_day_of(" ".join(named), situation.local_on)
        (at, precision), *_ = found
        local = local_time(at, situation.zone)
        if day is None or local.time() >= _SMALL_HOURS_END:
            return found
        other = timedelta(days=1 if local.date() == day else -1)
        both = sorted((at, at + other), reverse=True)
        return [(one, precision) for one in both if one <= situation.said_at]

    def at_hour(
        self,
        hour: int,
        minute: int,
        situation: Situation,
        is_asleep: bool,
        *,
        is_about: bool = False,
    ) -> list[Moment]:
        """The instants that a time can mean when the half of the day is not stated."""
        is_clear = self.is_by_night or not 1 <= hour <= 12
        halves = [hour] if is_clear else sorted({hour % 24, (hour + 12) % 24})
        halves = [one for one in halves if one in _PARTS.get(self.part, _ALL_DAY)]
        clocks_said = [time(half, minute) for half in halves if half < 24]
        read_as = [
            situation.moment(
                f"{self.day.source if self.day else _day_of(clock, situation)} {clock:%H:%M}"
            )
            for clock in clocks_said
        ]
        found = [one for one in read_as if not isinstance(one, Unusable)]
        found.sort(reverse=True)
        locals_of = [local_time(at, situation.zone) for at, _precision in found]
        clocks = [situation.nights.as_if_by_night(local).time() for local in locals_of]
        if is_asleep:
            chosen = [
                one
                for one, clock in zip(found, clocks, strict=True)
                if clock >= ASLEEP_FROM or clock < ASLEEP_UNTIL
            ]
            found = chosen if len(chosen) == 1 else found
        elif self.day is None and found and _is_plain(clocks[0]):
            found = found[:1]  # that hour has just passed, so the half day before is not meant
        return [(at, "about" if is_about else precision) for at, precision in found]

    def _nights(self, situation: Situation) -> list[Moment] | Unclear:
        """The moments that stand for the nights that a day without an hour can mean."""
        found = self.nights(situation)
        return (
            found
            if isinstance(found, Unclear)
            else [moment_of_night(one, situation) for one in found]
        )

    def nights(self, situation: Situation) -> list[date] | Unclear:
        """The nights that a day without an hour can mean, by their evenings."""
        if self.day is None:
            return Unclear()
        words = self.day.match[0].split()
        is_last = words == ["LAST_NIGHT"]  # one phrase may say more: "toda la noche"
        last_night = situation.nights.last_night(situation.local)
        if words in (["MORNING"], ["SMALL_HOURS"]):
            return [last_night]
        if words == ["EVENING"]:
            is_evening = situation.sleep_clock.time() >= EVENING_BEGINS
            return [situation.sleep_clock.date() - timedelta(days=int(not is_evening))]
        night = last_night if is_last else situation.night(self.day.source)
        if not isinstance(night, Unusable):
            # "Last wednesday night", said on a Thursday, is hardly the night that is just over.
            is_either = "LAST" in words and night == last_night and not WEEKDAYS.isdisjoint(words)
            return [night - timedelta(days=7), night] if is_either else [night]
        if night is Unusable.TOO_LONG_AGO:
            return Unclear(why=Why.TOO_LONG_AGO)
        if words[-1] == "THIS_NIGHT" or words == ["NIGHT"]:
            this_on = situation.sleep_clock.date()
            evenings = [this_on, this_on - timedelta(days=1)]
        else:
            said = [word for word in words if word not in ("MORNING", "EVENING")]
            day = past_day_of(" ".join(said), situation.local_on)
            if day is None:
                return Unclear()
            evenings = [day, day - timedelta(days=1)]
            if words[-1] in ("MORNING", "THIS_MORNING"):
                evenings = evenings[1:]
            elif words[-1] == "EVENING":
                evenings = evenings[:1]
            elif words[-1] in PERIODS.split("|"):
                return Unclear()
        latest = situation.nights.of(situation.local)
        return [one for one in evenings if one <= latest] or Unclear()


def _is_plain(clock: time) -> bool:
    """Whether the latest moment with an hour is meant: it was when people sleep.

    "At 9", said at half past nine in the evening, may as well be the morning.
    """
    return is_night_time(clock) and not ASLEEP_UNTIL <= clock < ASLEEP_FROM


def _day_of(clock: time, situation: Situation) -> str:
    """The date on which a clock showed a time last."""
    local = situation.local
    return str(local.date() - timedelta(days=int(clock > local.time())))


def _earlier_today(source: str, situation: Situation) -> Moment | Unusable:
    """The moment of a time of today, however long ago: "at 3 in the night" said in the evening."""
    said = typed_clock(source, situation.language)
    if said is None or said[0] > situation.local.time():
        return Unusable.TO_COME
    clock, precision = said
    found = situation.moment(f"{situation.local_on} {clock:%H:%M}")
    return found if isinstance(found, Unusable) else (found[0], precision)


def shown_twice(clock: Piece, situation: Situation) -> tuple[int, int] | None:
    """Hour and minute of a time that a clock shows twice a day; None when the half is clear."""
    if clock.on_dial is not None:
        return clock.on_dial
    hour, minute = clock.named("hour", "hour2"), clock.named("minute", "minute2")
    is_evening = situation.sleep_clock.time() >= EVENING_BEGINS
    if is_evening and situation.language in _H_OF_EITHER_HALF and clock.is_h_alone:
        return int(hour or 0), 0
    is_open = situation.hours == 12 and clock.is_early
    if not is_open or hour is None or minute is None or hour.startswith("0"):
        return None
    return int(hour), int(minute)


def moment_of_night(night_on: date, situation: Situation) -> Moment:
    """The moment that stands for a night without an hour."""
    middle = middle_of(night_on, situation.zone, situation.nights)
    return min(middle, situation.said_at), "night_only"


def last_at(clock: time, now: datetime, zone: str) -> datetime:
    """The last instant (aware, UTC) at which it was this time in a zone."""
    local = local_time(now, zone)
    moment = datetime.combine(local.date(), clock)
    if moment > local:
        moment -= timedelta(days=1)
    return moment.replace(tzinfo=ZoneInfo(zone)).astimezone(now.tzinfo)
