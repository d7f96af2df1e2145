"""A typed sentence while rules match it. Pure.

A rule removes the concepts (see ``vocabulary/lexer.py``) that it explains from a ``Remainder``.
A sentence is understood only when nothing that counts is left.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.features.cramps.entry_times import Unusable, typed_moment, typed_night
from bot.features.free_text.meanings.values import Meaning, Unclear
from bot.i18n.vocabulary.tokens import Token
from bot.local_time.nights import NOON_TO_NOON, Nights, local_time
from bot.local_time.typed_times import PERIODS

MOST_CANDIDATES = 4
"""The most readings that the person is offered to choose from."""

Understood = Meaning | Unclear | None
"""What a sentence means, or what to ask; None when it is not addressed to the bot."""
Moment = tuple[datetime, str]
"""An instant, and how precise it is."""

_PERIODS = frozenset(PERIODS.split("|"))
_SOFT = frozenset({",", ";", ".", "-", "–", "—", "AND", "OF", "ON", "AT", "IN", "HELLO", "THANKS"})
"""Concepts without a meaning of their own, which may stand anywhere in a sentence."""


class Remainder:
    """The concepts of a sentence that no rule has explained yet."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens: list[Token | None] = list(tokens)

    def joined_by(self, concept: str) -> "Remainder":
        """The same sentence with a concept added that it only implies."""
        return Remainder([*self.tokens, Token(concept, "")])

    def __str__(self) -> str:
        return " ".join("|" if token is None else token.kind for token in self._tokens)

    @property
    def tokens(self) -> list[Token]:
        """What no rule has explained."""
        return [token for token in self._tokens if token is not None]

    @property
    def kinds(self) -> list[str]:
        return [token.kind for token in self._tokens if token is not None]

    @property
    def left(self) -> list[int]:
        """The positions of what no rule has explained."""
        return [at for at, token in enumerate(self._tokens) if token is not None]

    def has(self, *concepts: str) -> bool:
        """Whether the remainder contains any of the concepts."""
        return not set(concepts).isdisjoint(self.kinds)

    def take(self, *concepts: str) -> list[str]:
        """Remove every occurrence of the concepts; return those that were found, in order."""
        taken = [kind for kind in self.kinds if kind in concepts]
        self._tokens = [
            None if token is not None and token.kind in concepts else token
            for token in self._tokens
        ]
        return taken

    def pull(self, pattern: re.Pattern[str]) -> "Iterator[Piece]":
        """Remove every sequence of whole concepts that a pattern matches."""
        bounded = re.compile(rf"(?<!\S)(?:{pattern.pattern})(?!\S)")
        while (match := bounded.search(str(self))) is not None:
            first = str(self)[: match.start()].count(" ")
            last = first + match[0].count(" ")
            taken = [token for token in self._tokens[first : last + 1] if token is not None]
            source = " ".join(token.source for token in taken if token.source)
            self._tokens[first : last + 1] = [None] * (last + 1 - first)
            yield Piece(first, source, match)

    def take_spelt_ones(self, pattern: re.Pattern[str]) -> bool:
        """Remove each "one" that a pattern finds where it is a word and no figure."""
        places = [str(self)[: match.start()].count(" ") for match in pattern.finditer(str(self))]
        ones = [at for at in places if (token := self._tokens[at]) and not token.source.isdigit()]
        for at in ones:
            self._tokens[at] = None
        return bool(ones)

    @property
    def is_accounted_for(self) -> bool:
        return set(self.kinds) <= _SOFT


@dataclass(frozen=True)
class Piece:
    """A sequence of concepts: its position, its text as typed, and how the pattern matched."""

    at: int
    source: str
    match: re.Match[str]

    def named(self, *names: str) -> str | None:
        """The text of the first of these groups that matched."""
        return next((self.match[name] for name in names if self.match[name]), None)

    @property
    def is_spelt_one(self) -> bool:
        """Whether a number is the word "one", which may stand for the cramp: "the first one"."""
        return self.match[0] == "1" and self.source.isalpha()

    @property
    def dial(self) -> int | None:
        """The hour, if it can mean either half of the day ("3", "3 o'clock"); else None."""
        hour = self.named("hour", "hour3", "hour4")
        if hour is None or hour.startswith("0") or not 1 <= int(hour) <= 12:
            return None
        is_plain = (
            self.named("minute", "period", "period3", "before") is None
            and self.match["unit"] != "H"
        )
        return int(hour) if is_plain else None

    @property
    def on_dial(self) -> tuple[int, int] | None:
        """The hour and the minute, if they can mean either half of the day: "half past three"."""
        if self.dial is not None:
            return self.dial, 0
        said = self.match[0].split()
        if "DIAL" not in said or not _PERIODS.isdisjoint(said):
            return None
        return int(self.named("hour", "hour2") or 0), int(self.named("minute", "minute2") or 0)

    @property
    def is_h_alone(self) -> bool:
        """Whether an hour that may be in the evening has nothing but an "h" with it: "7h"."""
        said = self.match[0].split()
        hour = self.named("hour", "hour2", "hour4") or ""
        is_bare = said[-1] == "H" and set(said[:-1]) <= {"AT", "ABOUT", hour}
        return is_bare and not hour.startswith("0") and 5 <= int(hour) < 12

    @property
    def is_early(self) -> bool:
        """Whether it has minutes and an hour that a 12-hour clock shows twice a day."""
        hour = self.named("hour", "hour2")
        has_minutes = self.named("minute", "minute2") is not None
        is_stated = any(f" {period}" in self.match[0] for period in PERIODS.split("|"))
        return hour is not None and has_minutes and 1 <= int(hour) <= 12 and not is_stated


@dataclass(frozen=True)
class Situation:
    """The person's language, clock, time zone and nights, and when the sentence was typed."""

    language: str
    said_at: datetime
    zone: str
    hours: int
    nights: Nights = NOON_TO_NOON
    part: str = ""
    """The part of the day that "every evening" names, for an hour without one."""

    @property
    def local(self) -> datetime:
        return local_time(self.said_at, self.zone)

    @property
    def local_on(self) -> date:
        return self.local.date()

    @property
    def sleep_clock(self) -> datetime:
        """The wall-clock time at which somebody who sleeps at night is as far into their day."""
        return self.nights.as_if_by_night(self.local)

    def moment(self, text: str) -> "Moment | Unusable":
        """The moment that typed words mean."""
        return typed_moment(text, self.said_at, self.zone, self.language, self.nights)

    def night(self, text: str) -> date | Unusable:
        """The night that typed words mean."""
        return typed_night(text, self.said_at, self.zone, self.language, self.nights)


def without_daily_part(
    tokens: Sequence[Token], situation: Situation
) -> tuple[list[Token], Situation]:
    """Replace "every evening" by "every day", and set the part of the day in the situation."""
    kept, part = list[Token](), ""
    is_daily = False
    for token in tokens:
        is_daily |= token.kind == "DAILY"
        if is_daily and not part and token.kind in _PERIODS and not token.source:
            part = token.kind
        else:
            kept.append(token)
    return kept, replace(situation, part=part) if part else situation


def asked(meanings: Sequence[Meaning]) -> Unclear:
    """A question with each of these readings once; without readings when there are too many."""
    different = tuple(dict.fromkeys(meanings))
    return Unclear(different if len(different) <= MOST_CANDIDATES else ())


def to_confirm(found: Understood) -> Understood:
    """The same meaning as a question; a question, or None, stays what it is."""
    return found if found is None or isinstance(found, Unclear) else Unclear((found,))
