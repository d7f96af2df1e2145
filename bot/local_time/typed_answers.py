"""Times that people type in answer to a question: among other words, or with a typing error.

The question says what the time is for, so a word such as "usually" or "I go to bed at" changes
nothing. A word that is unknown, and every NOT, makes the answer unclear. Pure.
"""

import re
from collections.abc import Iterator
from datetime import time

from bot.i18n.vocabulary.lexer import LONGEST_TEXT, lex
from bot.i18n.vocabulary.lexicon import SOURCE_LANGUAGE
from bot.i18n.vocabulary.spelling import guessed
from bot.local_time.typed_times import clock_of, parse_clock, parse_times, times_of

_BESIDE = frozenset(
    {"FILLER", "LEG", "ABOUT", "MAYBE", "DAILY", "BEDTIME", "GET_UP", "IN", ".", "?"}
)
"""Concepts beside a time that do not change its meaning."""
_OPEN = re.compile(r"(?:AT )?(?:[1-9]|1[0-2])(?: (?:OCLOCK|HRS|DIAL [0-9]{2}))?")
"""The times that a twelve-hour clock shows twice a day."""


def opposite(clock: time) -> time:
    """The other time at which a twelve-hour clock shows the same."""
    return clock.replace(hour=(clock.hour + 12) % 24)


def answered_clock(text: str, language: str = SOURCE_LANGUAGE) -> time | None:
    """The one time of day in an answer, read as on a 24-hour clock; None when it is unclear."""
    clock = parse_clock(text, language)
    if clock is not None:
        return clock
    found = {clock for said in times_said(text, language) if (clock := clock_of(said)) is not None}
    return found.pop() if len(found) == 1 else None


def answered_times(text: str, language: str = SOURCE_LANGUAGE) -> list[time]:
    """Several times of day in an answer, sorted; [] when any of it is unclear."""
    times = parse_times(text, language)
    if times:
        return times
    read = (times_of(said) for said in times_said(text, language))
    return next((times for times in read if times), [])


def is_shown_twice(text: str, language: str = SOURCE_LANGUAGE) -> bool:
    """Whether an answer is one time that a clock shows twice a day: "9", "half past ten"."""
    return any(_OPEN.fullmatch(said) for said in times_said(text, language))


def times_said(text: str, language: str) -> Iterator[str]:
    """The concepts of an answer without those beside its times, in each language that fits."""
    for spoken in dict.fromkeys((language, SOURCE_LANGUAGE)):
        tokens = lex(text, spoken, 4 * LONGEST_TEXT)
        if not all(token.is_known for token in tokens):
            guess = guessed(tokens, spoken)
            if guess is None or guess.unknown:
                continue
            tokens = guess.tokens
        said = " ".join(token.kind for token in tokens if token.kind not in _BESIDE)
        if said:
            yield said
