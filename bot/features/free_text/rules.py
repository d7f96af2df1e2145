"""From a typed sentence to what it means. Pure: nothing here reads a clock.

A sentence is concepts (see ``vocabulary/lexicon.py``). Each rule takes away the concepts that it
accounts for; a sentence is understood only when nothing is left. So a word too many, above all a
NOT, is never passed over, and what may mean two things is asked, not guessed.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import product

from bot.features.cramps.values import (
    MOST_COUNTED,
    STRONGEST,
    Unusable,
    is_night_time,
    middle_of,
    typed,
    typed_night,
)
from bot.features.free_text.values import (
    LogCramp,
    Meaning,
    MoveReminder,
    NoCramps,
    Page,
    Pause,
    Resume,
    Show,
    TurnReminder,
    Unclear,
    Why,
)
from bot.i18n.vocabulary.lexicon import SOURCE_LANGUAGE, Token, fold, lex
from bot.local_time.nights import NIGHT_BEGINS, local_time, night_of
from bot.local_time.typed_times import PERIODS, parse_clock, parse_day, parse_past_day

LONGEST_SENTENCE = 200
MOST_CANDIDATES = 4
LONGEST_PAUSE_DAYS = 300
"""A day further ahead is more likely a slip."""
ASLEEP_FROM, ASLEEP_UNTIL = time(22, 0), time(10, 0)
"""Of the two hours that "woke at 3" may be, the one between these is meant."""

Understood = Meaning | Unclear | None
"""None: no sentence for the bot."""

_N = "[0-9]{1,2}"
_UNITS = "SEC|MIN|HOUR|DAYS|WEEK|CRAMPS|OUT_OF|/"
"""After a number: it is no hour."""
_ISO_DAY = re.compile(r"[0-9]{4} - [0-9]{1,2} - [0-9]{1,2}")
_DAY = (
    r"(?:ON )?(?:"
    rf"{_ISO_DAY.pattern}"
    rf"|{_N}(?: ORDINAL)?(?: \.)?(?: OF)? MONTH[0-9]+(?: ,)?(?: OF)?(?: [0-9]{{4}})?"
    rf"|MONTH[0-9]+ {_N}(?: ORDINAL)?(?: \.)?(?: ,)?(?: [0-9]{{4}})?"
    rf"|{_N} \. {_N} \.(?: [0-9]{{4}})?|{_N} \. {_N} \. [0-9]{{4}}"
    r"|(?:LAST |NEXT )?DAY[0-6](?: LAST| NEXT)?"
    r"|TODAY|YESTERDAY|DAY_BEFORE_YESTERDAY|TOMORROW|DAY_AFTER_TOMORROW|THIS_MORNING"
    r"|LAST_NIGHT|TONIGHT|THIS_NIGHT)"
)
_ANY_DAY = re.compile(rf"{_DAY}(?: (?:{PERIODS}))?")
_UNTIL_DAY = re.compile(rf"UNTIL {_DAY}")
_CLOCK = re.compile(
    # Said to be a time by a word before it …
    rf"(?:(?P<after>AFTER)(?: AT)?|(?:(?P<before>{PERIODS}) )?(?:ABOUT )?AT) (?:ABOUT )?(?:"
    rf"(?P<hour>{_N})(?! (?:{_UNITS}))(?: (?:[:.]|H|HRS|OCLOCK) (?P<minute>[0-9]{{2}}))?"
    rf"(?: (?P<unit>H|HRS|OCLOCK))?(?: (?P<period>{PERIODS}))?"
    rf"|[0-9]{{3,4}}(?: (?:{PERIODS}))?|NOON|MIDNIGHT)"
    # … or by how it is written.
    r"|(?:ABOUT )?(?:"
    rf"(?P<hour2>{_N})(?: (?:[:.]|H|HRS|OCLOCK) (?P<minute2>[0-9]{{2}}))(?: (?:H|HRS|OCLOCK))?"
    rf"(?: (?:{PERIODS}))?"
    rf"|(?P<hour3>{_N}) OCLOCK(?: (?P<period3>{PERIODS}))?"
    rf"|{_N}(?: HRS| H)? (?:{PERIODS})"
    r"|NOON|MIDNIGHT)"
)
_AGO = re.compile(
    r"AGO (?:ABOUT )?[0-9]{1,3} (?:MIN|HOUR|HRS|H)(?: AGO)?"
    r"|(?:ABOUT )?[0-9]{1,3} (?:MIN|HOUR|HRS|H) AGO"
)
_LENGTH = re.compile(
    r"(?:FOR )?(?P<side>OVER |UNDER |ABOUT )?(?P<number>[0-9]{1,3}) (?P<unit>SEC|MIN|HOUR)"
    r"|FOR (?P<side2>OVER |UNDER |ABOUT )?(?P<number2>[0-9]{1,3}) (?P<unit2>HRS|H)"
)
_STRENGTH = re.compile(
    rf"STRENGTH (?:OF )?(?P<a>{_N})(?: (?:OUT_OF|OF|/) 10)?"
    rf"|(?P<b>{_N}) (?:OUT_OF|OF|/) 10(?: STRENGTH)?"
    rf"|(?P<c>{_N}) STRENGTH"
)
_COUNT = re.compile(rf"({_N}) CRAMPS")
_NUMBER = re.compile(r"[0-9]+")
_BROKEN_NUMBER = re.compile(
    r"(?<!\S)[0-9]+ [-–—] [0-9]+|[0-9] \. [0-9]+ (?:SEC|MIN|HOUR|HRS|H)(?!\S)"
)
_DECIMAL_COMMA = re.compile(r"[0-9],[0-9]")
_SPAN = re.compile(r"(?:FOR )?(?P<number>[0-9]{1,3}) (?P<unit>DAYS|WEEK)")

_SIDES = {"LEFT": "left", "RIGHT": "right", "BOTH": "both"}
_SITES: Mapping[str, tuple[str, ...]] = {
    "CALF": ("calf",),
    "FOOT": ("foot_sole", "toes"),
    "SOLE": ("foot_sole",),
    "TOES": ("toes",),
    "SHIN": ("shin",),
    "THIGH": ("thigh_front", "thigh_back", "thigh_inner"),
    "THIGH_FRONT": ("thigh_front",),
    "THIGH_BACK": ("thigh_back",),
    "THIGH_INNER": ("thigh_inner",),
    "HIP": ("hip_buttock",),
    "HAND": ("hand_forearm",),
    "ARM": ("arm",),
    "BELLY": ("abdomen",),
    "CHEST": ("chest",),
    "BACK": ("back",),
    "NECK": ("neck_shoulder",),
    "EYELID": ("eyelid_face",),
}
_WOKE = {"WOKE": "yes", "AWAKE": "no_was_awake"}
_EVENTS = {"CRAMP": "cramp", "CRAMPS": "cramp", "TWITCH": "twitch"}
_KINDS = {
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
_TALK = frozenset({"CAFFEINE", "DRINK", "MEAL"})
"""Words that people also use to tell of their day: a reminder is meant only if it is said."""
_SWITCHES = frozenset({"REMIND", "DONT_REMIND", "TURN_ON", "TURN_OFF"})
_ORDERS = frozenset({"REMIND", "REMINDER", "MOVE", "TURN_ON"})
_SOFT = frozenset({",", ";", ".", "-", "–", "—", "AND", "OF", "ON", "AT"})
"""What may stand anywhere between the words that count."""


class _Rest:
    """The part of a sentence that no rule has accounted for yet."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens: list[Token | None] = list(tokens)

    def __str__(self) -> str:
        return " ".join("|" if token is None else token.kind for token in self._tokens)

    @property
    def kinds(self) -> list[str]:
        return [token.kind for token in self._tokens if token is not None]

    def has(self, *concepts: str) -> bool:
        """Whether any of the concepts is there."""
        return not set(concepts).isdisjoint(self.kinds)

    def take(self, *concepts: str) -> list[str]:
        """Take away every one of the concepts, and say which were there."""
        taken = [kind for kind in self.kinds if kind in concepts]
        self._tokens = [
            None if token is not None and token.kind in concepts else token
            for token in self._tokens
        ]
        return taken

    def pull(self, pattern: re.Pattern[str]) -> "Iterator[_Piece]":
        """Take away every stretch of whole concepts that a pattern matches."""
        bounded = re.compile(rf"(?<!\S)(?:{pattern.pattern})(?!\S)")
        while (match := bounded.search(str(self))) is not None:
            first = str(self)[: match.start()].count(" ")
            last = first + match[0].count(" ")
            taken = [token for token in self._tokens[first : last + 1] if token is not None]
            source = " ".join(token.source for token in taken if token.source)
            self._tokens[first : last + 1] = [None] * (last + 1 - first)
            yield _Piece(first, source, match)

    @property
    def is_accounted_for(self) -> bool:
        return set(self.kinds) <= _SOFT


@dataclass(frozen=True)
class _Piece:
    """A stretch of concepts: where it was, how it was written, and how it matched."""

    at: int
    source: str
    match: re.Match[str]

    def named(self, *names: str) -> str | None:
        """The first of these groups that matched."""
        return next((self.match[name] for name in names if self.match[name]), None)

    @property
    def dial(self) -> int | None:
        """The hour, when it may be in either half of the day: "3", "3 o'clock"; else None."""
        hour = self.named("hour", "hour3")
        if hour is None or hour.startswith("0") or not 1 <= int(hour) <= 12:
            return None
        is_plain = (
            self.named("minute", "period", "period3", "before") is None
            and self.match["unit"] != "H"
        )
        return int(hour) if is_plain else None

    @property
    def is_early(self) -> bool:
        """Whether it has minutes, but an hour that a 12-hour clock shows twice a day."""
        hour = self.named("hour", "hour2")
        has_minutes = self.named("minute", "minute2") is not None
        is_told = any(f" {period}" in self.match[0] for period in PERIODS.split("|"))
        return hour is not None and has_minutes and 1 <= int(hour) <= 12 and not is_told


@dataclass(frozen=True)
class _Here:
    """Who says it, where and when."""

    language: str
    said_at: datetime
    zone: str
    hours: int

    @property
    def local(self) -> datetime:
        return local_time(self.said_at, self.zone)

    @property
    def local_on(self) -> date:
        return self.local.date()

    def moment(self, text: str) -> "Moment | Unusable":
        """The moment that typed words mean."""
        return typed(text, self.said_at, self.zone, self.language)

    def night(self, text: str) -> date | Unusable:
        """The night that typed words mean."""
        return typed_night(text, self.said_at, self.zone, self.language)


def read(text: str, language: str, now: datetime, zone: str, hours: int = 24) -> Understood:
    """What a sentence means, in the person's language or in English.

    Args:
        text: what was typed.
        language: such as ``de`` or ``pt_BR``.
        now: when it was typed, as an aware instant.
        zone: the IANA zone where the person is.
        hours: 12 where clocks count to twelve, so that 10:15 may be in the evening.
    """
    own = _read(text, _Here(language, now, zone, hours))
    if language == SOURCE_LANGUAGE:
        return own
    english = _read(text, _Here(SOURCE_LANGUAGE, now, zone, hours))
    return agreed(own, english)


def agreed(own: Understood, english: Understood) -> Understood:
    """What a sentence means that was read in two languages; two different meanings are asked."""
    if own is None or english is None:
        return english if own is None else own
    is_own_clear = not isinstance(own, Unclear) and isinstance(english, Unclear)
    if own == english or is_own_clear or isinstance(own, Show) or isinstance(english, Show):
        return own  # whatever is looked at changes nothing
    return _asked([*_readings(own), *_readings(english)])


def _readings(understood: Meaning | Unclear) -> tuple[Meaning, ...]:
    return understood.candidates if isinstance(understood, Unclear) else (understood,)


def _read(text: str, here: _Here) -> Understood:
    tokens = [
        token for token in lex(text, here.language, LONGEST_SENTENCE) if token.kind != "FILLER"
    ]
    if not tokens or not all(token.is_known for token in tokens):
        return None
    rest = _Rest(tokens)
    subjects = [
        subject
        for subject, concepts in {
            _cramp: tuple(_EVENTS),
            _no_cramps: ("NO_CRAMP",),
            _pause: ("PAUSE",),
            _resume: ("RESUME",),
            _show: ("HISTORY", "HELP", "SHOW"),
            _reminder: (*_KINDS, *_SWITCHES, "REMINDER"),
        }.items()
        if rest.has(*concepts)
    ]
    if subjects == [_pause, _reminder] and not rest.has(*_KINDS, *_SWITCHES):
        subjects = [_pause]  # "pause my reminders"
    if subjects == [_resume, _reminder] and not rest.has(*_KINDS, *_SWITCHES):
        subjects = [_resume]
    if subjects == [_show, _reminder] and rest.has("SHOW"):
        subjects = [_show]
    if not subjects:
        return None
    is_broken = _BROKEN_NUMBER.search(_ISO_DAY.sub("", str(rest))) or _DECIMAL_COMMA.search(
        fold(text)
    )
    if len(subjects) > 1 or is_broken:
        return Unclear()
    return subjects[0](rest, here)


# A cramp -----------------------------------------------------------------------------------------


Moment = tuple[datetime, str]
"""An instant, and how precise it is."""


def _cramp(rest: _Rest, here: _Here) -> Understood:
    """ "cramp left calf 7, 10 min", "woke at 3 with a cramp"."""
    count = [_count_code(piece) for piece in rest.pull(_COUNT)]
    events = rest.take(*_EVENTS)
    told: dict[str, tuple[str, ...]] = {}
    told["count"] = tuple(count)
    when = _When.pulled(rest)
    told["strength"] = tuple(_strength_code(piece) for piece in rest.pull(_STRENGTH))
    told["duration"] = tuple(_duration_code(piece) for piece in rest.pull(_LENGTH))
    told["side"] = tuple({_SIDES[kind]: None for kind in rest.take(*_SIDES)})
    told["woke"] = tuple({_WOKE[kind]: None for kind in rest.take(*_WOKE)})
    sites = _sites(rest.take(*_SITES))
    numbers = [int(piece.match[0]) for piece in rest.pull(_NUMBER)]
    is_said_once = (
        len(events) + len(count) == 1
        and all(len(codes) <= 1 for codes in told.values())
        and "" not in {code for codes in told.values() for code in codes}
        and sites is not None
        and len(numbers) <= 1
        and when is not None
    )
    if not is_said_once or not rest.is_accounted_for or when is None or sites is None:
        return Unclear()
    known = {name: codes[0] for name, codes in told.items() if codes}
    event = _EVENTS[events[0]] if events else "cramp"
    if event == "twitch":
        if numbers or known.keys() - {"side"}:
            return Unclear()  # nothing of a twitch is kept but where and when
        known["type"] = "twitch"
    is_plural_alone = events == ["CRAMPS"] and not (known or sites or when.is_told)
    found = _cramps_at(when, numbers, known, sites or ("",), here)
    if isinstance(found, Unclear):
        return found
    return found[0] if len(found) == 1 and not is_plural_alone else _asked(found)


def _sites(said: list[str]) -> tuple[str, ...] | None:
    """The places that may be meant: "sole of the foot" is one; None for two that differ."""
    if not said:
        return ()
    possible = tuple(code for code in _SITES[said[0]] if all(code in _SITES[one] for one in said))
    return possible or None


def _asked(meanings: Sequence[Meaning]) -> Unclear:
    """The readings to choose from, each once; none when there are too many."""
    different = tuple(dict.fromkeys(meanings))
    return Unclear(different if len(different) <= MOST_CANDIDATES else ())


def _cramps_at(
    when: "_When",
    numbers: list[int],
    known: dict[str, str],
    sites: tuple[str, ...],
    here: _Here,
) -> list[LogCramp] | Unclear:
    """Every reading of a cramp whose words are all accounted for; a number may be two things."""
    is_asleep = known.get("woke") == "yes"
    readings: list[tuple[Moment, dict[str, str]]] = []
    if not numbers or "strength" in known:
        if numbers:
            return Unclear()
        moments = when.moments(here, is_asleep)
        if isinstance(moments, Unclear):
            return moments
        readings = [(moment, known) for moment in moments]
    else:
        number = numbers[0]
        has_details = bool(sites[0] or known.keys() & {"side", "duration"})
        is_strength = number <= STRONGEST
        is_hour = number < 24 and not when.has_clock and not (has_details and not when.is_told)
        if is_strength:
            moments = when.moments(here, is_asleep)
            if isinstance(moments, Unclear):
                return moments
            readings += [(moment, {**known, "strength": str(number)}) for moment in moments]
        if is_hour:
            hours = when.at_hour(number, here, is_asleep)
            readings += [(moment, known) for moment in hours]
        if not is_strength:
            return _asked([_log(*one, site) for one, site in product(readings, sites)])
    return [_log(moment, fields, site) for (moment, fields), site in product(readings, sites)]


def _log(moment: Moment, fields: Mapping[str, str], site: str) -> LogCramp:
    told = {**fields, **({"site": site} if site else {})}
    return LogCramp(*moment, tuple(sorted(told.items())))


def _count_code(piece: _Piece) -> str:
    """The code of how many cramps it were; "" for none that makes sense."""
    number = int(piece.match[1])
    if number == 0 or number > 20:
        return ""
    return str(number) if number < MOST_COUNTED else "4_plus"


def _strength_code(piece: _Piece) -> str:
    number = int(piece.named("a", "b", "c") or 0)
    return str(number) if number <= STRONGEST else ""


def _duration_code(piece: _Piece) -> str:
    """The bucket of a length; "" where it may be in two."""
    side = (piece.named("side", "side2") or "").strip()
    unit = piece.named("unit", "unit2") or "MIN"
    seconds = int(piece.named("number", "number2") or 0)
    seconds *= {"SEC": 1, "MIN": 60}.get(unit, 3600)
    if side == "OVER":
        return "gt_10min" if seconds >= 600 else ""
    if side == "UNDER":
        return "lt_1min" if seconds <= 60 else ""
    if seconds < 60:
        return "lt_1min"
    if seconds <= 300:
        return "1_5min"
    return "5_10min" if seconds <= 600 else "gt_10min"


@dataclass(frozen=True)
class _When:
    """The words of a sentence that say when it was."""

    ago: _Piece | None = None
    day: _Piece | None = None
    clock: _Piece | None = None
    is_now: bool = False

    @classmethod
    def pulled(cls, rest: _Rest) -> "_When | None":
        """Take them out of a sentence; None when it says two times."""
        agos = list(rest.pull(_AGO))
        days = list(rest.pull(_ANY_DAY))
        clocks = list(rest.pull(_CLOCK))
        is_now = bool(rest.take("NOW"))
        is_after = any(piece.match["after"] for piece in clocks)
        is_twice = max(len(agos), len(days), len(clocks)) > 1
        kinds_of_time = [bool(agos), bool(days or clocks), is_now]
        if is_twice or is_after or sum(kinds_of_time) > 1:
            return None
        first = (list[_Piece | None](pieces) or [None] for pieces in (agos, days, clocks))
        ago, day, clock = (pieces[0] for pieces in first)
        return cls(ago, day, clock, is_now)

    @property
    def has_clock(self) -> bool:
        return self.ago is not None or self.clock is not None or self.is_now

    @property
    def is_told(self) -> bool:
        return self.has_clock or self.day is not None

    @property
    def is_by_night(self) -> bool:
        """Whether the day's words say by themselves which half of the day is meant."""
        words = self.day.match[0].split() if self.day else []
        return any(word in (*PERIODS.split("|"), *_NIGHTS) for word in words)

    def moments(self, here: _Here, is_asleep: bool) -> list[Moment] | Unclear:
        """The instants that may be meant."""
        if self.ago is not None:
            return _usable([here.moment(self.ago.source)])
        if not self.is_told or self.is_now:
            return [(here.said_at, "exact")]
        if self.clock is None:
            return self._nights(here)
        if self.clock.dial is not None and not self.is_by_night:
            is_about = "ABOUT" in self.clock.match[0].split()
            found = self.at_hour(self.clock.dial, here, is_asleep, is_about=is_about)
            return found or Unclear(why=Why.TO_COME)
        pieces = sorted((one for one in (self.day, self.clock) if one), key=lambda one: one.at)
        source = " ".join(piece.source for piece in pieces)
        return _usable([here.moment(source)])

    def at_hour(
        self, hour: int, here: _Here, is_asleep: bool, *, is_about: bool = False
    ) -> list[Moment]:
        """An hour that does not say which half of the day, as the instants it may be."""
        is_clear = self.is_by_night or not 1 <= hour <= 12
        halves = [hour] if is_clear else sorted({hour % 24, (hour + 12) % 24})
        day = f"{self.day.source} " if self.day else ""
        read_as = [here.moment(f"{day}{half:02}:00") for half in halves]
        found = [one for one in read_as if not isinstance(one, Unusable)]
        found.sort(reverse=True)
        clocks = [local_time(at, here.zone).time() for at, _precision in found]
        if is_asleep:
            chosen = [
                one
                for one, clock in zip(found, clocks, strict=True)
                if clock >= ASLEEP_FROM or clock < ASLEEP_UNTIL
            ]
            found = chosen if len(chosen) == 1 else found
        elif self.day is None and found and is_night_time(clocks[0]):
            found = found[:1]  # the night's hour has just been; nobody means the day before
        return [(at, "about" if is_about else precision) for at, precision in found]

    def _nights(self, here: _Here) -> list[Moment] | Unclear:
        """The nights, from noon to noon, that a day without an hour may mean."""
        if self.day is None:
            return Unclear()
        words = self.day.match[0].split()
        night = here.night(self.day.source)
        if not isinstance(night, Unusable):
            return [_at_night(night, here)]
        if night is Unusable.TOO_LONG_AGO:
            return Unclear(why=Why.TOO_LONG_AGO)
        if words[-1] == "THIS_NIGHT":
            evenings = [here.local_on, here.local_on - timedelta(days=1)]
        else:
            name = lex(self.day.source, here.language)
            said = [token.source for token in name if token.kind not in ("MORNING", "EVENING")]
            day = parse_past_day(" ".join(said), here.local_on, here.language)
            if day is None:
                return Unclear()
            evenings = [day, day - timedelta(days=1)]
            if words[-1] in ("MORNING", "THIS_MORNING"):
                evenings = evenings[1:]
            elif words[-1] == "EVENING":
                evenings = evenings[:1]
            elif words[-1] in PERIODS.split("|"):
                return Unclear()
        latest = night_of(here.local)
        return [_at_night(one, here) for one in evenings if one <= latest] or Unclear()


_NIGHTS = ("LAST_NIGHT", "TONIGHT", "THIS_NIGHT")


def _at_night(night_on: date, here: _Here) -> Moment:
    return min(middle_of(night_on, here.zone), here.said_at), "night_only"


def _usable(found: list[Moment | Unusable]) -> list[Moment] | Unclear:
    for one in found:
        if one is Unusable.TO_COME:
            return Unclear(why=Why.TO_COME)
        if one is Unusable.TOO_LONG_AGO:
            return Unclear(why=Why.TOO_LONG_AGO)
        if isinstance(one, Unusable):
            return Unclear()
    return [one for one in found if not isinstance(one, Unusable)]


def _no_cramps(rest: _Rest, here: _Here) -> Understood:
    """ "no cramps last night". In the evening it may be the night to come, so it is asked."""
    said = rest.take("NO_CRAMP")
    days = list(rest.pull(_ANY_DAY))
    if len(said) > 1 or len(days) > 1 or not rest.is_accounted_for:
        return Unclear()
    last_night = here.local_on - timedelta(days=1)
    if not days or days[0].match[0].split()[-1] in ("TONIGHT", "THIS_NIGHT"):
        is_morning = here.local.time() < NIGHT_BEGINS
        return NoCramps(last_night) if is_morning else Unclear((NoCramps(last_night),))
    night = here.night(days[0].source)
    if isinstance(night, Unusable):
        return Unclear((NoCramps(last_night),))
    return NoCramps(night) if night < here.local_on else Unclear((NoCramps(last_night),))


# Reminders ---------------------------------------------------------------------------------------


def _reminder(rest: _Rest, here: _Here) -> Understood:
    """ "remind me to stretch at 22:15", "no caffeine after 2pm", "stretch off"."""
    is_on_at_end = rest.kinds[-1:] == ["ON"]
    days = list(rest.pull(_ANY_DAY))
    clocks = list(rest.pull(_CLOCK))
    numbers = list(rest.pull(_NUMBER))
    words = rest.take(*_KINDS)
    orders = {*rest.take(*_SWITCHES, "REMINDER", "MOVE"), *(("TURN_ON",) if is_on_at_end else ())}
    is_about_all = bool(rest.take("ALL"))
    rest.take("DAILY")
    if not rest.is_accounted_for or len(words) > 1:
        return Unclear()
    if not words:
        return _all_reminders(orders, is_about_all) if not (days or clocks or numbers) else None
    if is_about_all:
        return Unclear()
    word = words[0]
    if not clocks and not numbers:
        return Unclear() if days else _switched(word, orders)
    if orders & {"DONT_REMIND", "TURN_OFF"}:
        return Unclear()
    return _moved(word, orders, clocks, numbers, here, is_once=bool(days))


def _all_reminders(orders: set[str], is_about_all: bool) -> Understood:
    """ "stop", "no more reminders": a pause may be meant, and that is asked."""
    if orders == {"REMINDER"}:
        return None if is_about_all else Show(Page.REMINDERS)
    if orders & {"TURN_OFF", "DONT_REMIND"}:
        return Unclear((Pause(),))
    return Unclear((Resume(),)) if "TURN_ON" in orders else None


def _switched(word: str, orders: set[str]) -> Understood:
    """A reminder without a time: on, off, or something to look at."""
    kind = _KINDS[word]
    is_off = bool(orders & {"TURN_OFF", "DONT_REMIND"})
    is_on = bool(orders & {"TURN_ON", "REMIND"})
    if is_off == is_on:
        if is_off:
            return Unclear()
        return Show(Page.SUMMARY) if word == "SUMMARY" and not orders else None
    if word == "NO_CAFFEINE":
        return Unclear()
    meaning = TurnReminder(kind, is_on)
    is_clear = word not in _TALK or orders & {"REMIND", "DONT_REMIND", "REMINDER"}
    return meaning if is_clear else Unclear((meaning,))


def _moved(
    word: str,
    orders: set[str],
    clocks: list[_Piece],
    numbers: list[_Piece],
    here: _Here,
    *,
    is_once: bool,
) -> Understood:
    """A reminder with a time. An hour of either half of the day is asked, so is a single day."""
    kind = _KINDS[word]
    is_after = any(piece.match["after"] for piece in clocks)
    if len(clocks) + len(numbers) > 1:
        if numbers or is_after or word == "NO_CAFFEINE":
            return Unclear()
        if any(piece.dial is not None or _is_double(piece, here) for piece in clocks):
            return Unclear()
    choices = [_clocks(piece, here) for piece in clocks]
    choices += [_halves(int(piece.match[0])) for piece in numbers]
    if not all(choices):
        return Unclear()
    meanings = [MoveReminder(kind, tuple(sorted(set(chosen)))) for chosen in product(*choices)]
    is_limit = word == "NO_CAFFEINE"
    is_said = bool(orders & _ORDERS) or word not in _TALK
    is_clear = is_after == is_limit and is_said and not is_once
    if is_after and not is_limit:
        return Unclear(tuple(meanings) if word == "CAFFEINE" else ())
    return meanings[0] if is_clear and len(meanings) == 1 else _asked(meanings)


def _is_double(piece: _Piece, here: _Here) -> bool:
    """Whether a time with minutes may be in either half of the day, where clocks count to 12."""
    return here.hours == 12 and piece.is_early


def _halves(hour: int) -> list[time]:
    """The times of day that a bare hour may be."""
    if not 1 <= hour <= 12:
        return [time(hour)] if hour < 24 else []
    return sorted((time(hour % 12), time(hour % 12 + 12)))


def _clocks(piece: _Piece, here: _Here) -> list[time]:
    """The times of day that a clock time may be."""
    if piece.dial is not None:
        return _halves(piece.dial)
    words = [
        token.source
        for token in lex(piece.source, here.language)
        if token.kind not in ("AFTER", "ABOUT")
    ]
    clock = parse_clock(" ".join(words), here.language)
    if clock is None:
        return []
    if not _is_double(piece, here):
        return [clock]
    return sorted((clock, time((clock.hour + 12) % 24, clock.minute)))


# Pause -------------------------------------------------------------------------------------------


def _pause(rest: _Rest, here: _Here) -> Understood:
    """ "pause until monday", "pause for 3 days", "pause tonight"."""
    rest.take("PAUSE", "REMINDER", "ALL")
    until = list(rest.pull(_UNTIL_DAY))
    spans = list(rest.pull(_SPAN))
    days = list(rest.pull(_ANY_DAY))
    clocks = list(rest.pull(_CLOCK))
    is_open = bool(rest.take("OPEN_END"))
    rest.take("FOR")
    if not rest.is_accounted_for or len(until) + len(spans) + len(days) + is_open > 1:
        return Unclear()
    found: list[Meaning] = []
    if until:
        found = _paused_until(until[0].source, here)
    elif spans:
        found = _paused_for(spans[0], here)
    elif is_open:
        found = [Pause()]
    elif days:
        found, is_sure = _paused_on(days[0], here)
        if not is_sure:
            return Unclear(tuple(found))
    else:
        week = here.local_on + timedelta(days=7)
        return Unclear((Pause(tonight=True), Pause(week), Pause())) if not clocks else Unclear()
    return found[0] if len(found) == 1 and not clocks else Unclear(tuple(found))


def _paused_until(source: str, here: _Here) -> list[Meaning]:
    day = parse_day(source, here.local_on, here.language)
    is_near = day is not None and (day - here.local_on).days <= LONGEST_PAUSE_DAYS
    return [Pause(day)] if is_near else []


def _paused_for(span: _Piece, here: _Here) -> list[Meaning]:
    days = int(span.match["number"]) * (7 if span.match["unit"] == "WEEK" else 1)
    if not 0 < days <= LONGEST_PAUSE_DAYS:
        return []
    return [Pause(here.local_on + timedelta(days=days))]


def _paused_on(day: _Piece, here: _Here) -> tuple[list[Meaning], bool]:
    """A day without "until", and whether that is clear: only for the night it is."""
    if day.match[0] in ("TONIGHT", "THIS_NIGHT"):
        return [Pause(tonight=True)], True
    if day.match[0] == "TODAY":
        return [Pause(tonight=True)], False
    return _paused_until(day.source, here), False


def _resume(rest: _Rest, _here: _Here) -> Understood:
    rest.take("RESUME", "REMINDER", "ALL", "NOW")
    return Resume() if rest.is_accounted_for else Unclear()


# Looking at something ----------------------------------------------------------------------------


def _show(rest: _Rest, _here: _Here) -> Understood:
    """ "show my week", "history", "help"."""
    is_asked = bool(rest.take("SHOW"))
    pages = {
        "SUMMARY": Page.SUMMARY,
        "HISTORY": Page.HISTORY,
        "REMINDER": Page.REMINDERS,
        "HELP": Page.HELP,
    }
    found = {pages[kind] for kind in rest.take(*pages)}
    rest.take("ALL")
    if len(found) != 1 or not rest.is_accounted_for:
        return Unclear() if found or is_asked else None
    return Show(found.pop())
