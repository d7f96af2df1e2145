"""What a typed text says of the entry that it follows: "left calf, 7, woke me". Pure."""

import re
from dataclasses import dataclass

from bot.features.cramps.told_codes import Told
from bot.features.cramps.values import STRONGEST
from bot.features.free_text.rules.count_words import count_told
from bot.features.free_text.rules.cramp_fields import (
    SIDES,
    SITES,
    duration_code,
    is_unambiguous,
    known_of,
    stated_fields,
    stated_sites,
)
from bot.features.free_text.rules.cramp_rules import BAD_ONE
from bot.features.free_text.understanding.patterns import (
    AHEAD,
    BROKEN_NUMBER,
    DECIMAL_COMMA,
    GONE_AFTER,
    LENGTH,
    NUMBER,
)
from bot.features.free_text.understanding.sentence import Remainder
from bot.features.free_text.understanding.whole_sentence import LONGEST_SENTENCE
from bot.i18n.vocabulary.bed_spans import counts_from_bed
from bot.i18n.vocabulary.folding import fold
from bot.i18n.vocabulary.lexer import lex
from bot.i18n.vocabulary.lexicon import SOURCE_LANGUAGE
from bot.i18n.vocabulary.slavic_times import without_last_on

_AT_STRENGTH = re.compile("AT(?= [0-9]{1,2} (?:OUT_OF|/) 10(?!\\S))")
""" "ça faisait mal à 7 sur 10"."""
_AT_PLACE = re.compile(rf"AT(?= (?:{'|'.join((*SIDES, *SITES))})(?!\S))")
""" "в правой икре": where it was, in languages with one word for "at" and "in"."""
_UNREAD = frozenset({"FILLER", "LEG", "TOOK", "(", ")"})
_TIME_OF_DAY = re.compile(r"\b(?:(?:WOKE|AWAKE)(?: ABOUT)?|IN) [0-9]")
"""A number that is not a strength: "woke up 6", "woke around 6", "back asleep in ten"."""
_AWAKE_NOW = frozenset(
    {
        *("cant sleep", "can t sleep", "cannot sleep", "still awake", "not asleep yet"),
        *("je suis reveille", "je suis reveillee", "chu reveille", "chu reveillee"),
        *("chuis reveille", "chuis reveillee"),
        *("sono sveglia", "sono sveglio", "ancora sveglia", "ancora sveglio", "non dormo"),
        *("non riesco a dormire", "non prendo sonno"),
        *("nao consigo dormir", "nao durmo", "ainda acordada", "ainda acordado", "sem sono"),
    }
)
"""Folded words of somebody who lies awake now, which is not the detail "was awake already"."""
_NEGATIVE = re.compile(r"[-–−]\s*[0-9]")


@dataclass(frozen=True)
class Details:
    """Details of a cramp, without its time."""

    fields: Told
    """Fields and codes that are clear."""
    sites: tuple[str, ...] = ()
    """The sites that can be meant; one alone is among the fields."""
    has_let_go: bool = False
    """Whether it is said, besides the length, that the cramp is over."""


def details(text: str, language: str) -> Details | None:
    """The details that a text states, in the person's language or in English.

    A number alone is the strength, but never after "at". The text must say nothing else: a word
    that is not explained, above all a NOT, is never ignored.

    Returns:
        None when it states no details, or other ones in each of the two languages.
    """
    if count_told(text, language) is not None:
        return None  # "two of them" is how many there were
    found = {
        read
        for one in dict.fromkeys((language, SOURCE_LANGUAGE))
        if (read := _read(text, one)) is not None
    }
    return found.pop() if len(found) == 1 else None


def _read(text: str, language: str) -> Details | None:
    said = lex(text, language, LONGEST_SENTENCE)
    tokens = [one for one in said if one.kind not in _UNREAD]
    if not tokens or not all(token.is_known for token in tokens):
        return None
    if counts_from_bed(said) or any(token.source in _AWAKE_NOW for token in tokens):
        return None
    rest = Remainder(without_last_on(tokens))
    gone = tuple(duration_code(piece) for piece in rest.pull(GONE_AFTER))  # "gone in 5 minutes"
    if gone:
        rest.take("FINE")  # "ok, it's gone, two minutes"
    if LENGTH.search(str(rest)):
        rest.take("MAYBE")  # "it lasted maybe three minutes"
        rest = Remainder(rest.tokens)
    list(rest.pull(_AT_STRENGTH))
    list(rest.pull(_AT_PLACE))
    rest = Remainder(rest.tokens)
    if _has_other_number(rest, text):
        return None
    if rest.take("ALSO") and rest.has(*SIDES, *SITES):
        return None  # "also the right calf" is besides what the entry says
    return _stated(rest, gone, is_alone=len(said) == 1)


def _has_other_number(rest: Remainder, text: str) -> bool:
    """Whether a number is a time, or none that a cramp can have."""
    is_broken = BROKEN_NUMBER.search(str(rest)) or DECIMAL_COMMA.search(fold(text))
    is_ahead = AHEAD.search(str(rest)) is not None
    is_time = rest.has("AT") or _TIME_OF_DAY.search(str(rest))
    return bool(is_broken or is_ahead or is_time or _NEGATIVE.search(text))


def _stated(rest: Remainder, gone: tuple[str, ...], *, is_alone: bool) -> Details | None:
    """The details that concepts state; None when they say something else, too.

    Args:
        rest: the concepts.
        gone: codes of how long it took until the cramp was gone, which were in the text.
        is_alone: whether the text is one word; "one" is a number then.
    """
    rest.take_spelt_ones(BAD_ONE)
    rest.take("HOW_BAD", "WORST")
    stated, sites = stated_fields(rest), stated_sites(rest)
    if stated["duration"]:
        rest.take("SHORT", "LONG", "FOR", "EVER")  # "not long, half a minute in all"
    has_let_go = bool(gone or (stated["duration"] and rest.take("LET_GO")))  # "gone, it took 2 min"
    stated["duration"] += gone
    found = [  # but not of "that one woke me" and "it was the first one"
        piece for piece in rest.pull(NUMBER) if is_alone or not piece.is_spelt_one
    ]
    numbers = [piece.match[0] for piece in found]
    if numbers or stated["strength"]:
        rest.take("HURTS")  # "it hurt badly, 9"
    if stated["strength"]:
        rest.take("ABOUT")  # "strength 6 or so"
    if not is_unambiguous(stated) or sites is None or not rest.is_accounted_for:
        return None
    known = known_of(stated)
    if numbers:
        if len(numbers) > 1 or "strength" in known or int(numbers[0]) > STRONGEST:
            return None
        known["strength"] = str(int(numbers[0]))
    if len(sites) == 1:
        known["site"] = sites[0]
    if not (known or sites):
        return None
    return Details(tuple(sorted(known.items())), sites, has_let_go)
