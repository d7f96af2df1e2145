"""Words of a language become concepts, which are the same in every language.

``lex("cramp left calf, 10 min", "en")`` is CRAMP LEFT CALF , 10 MIN. A concept is written in
capitals; what stays in small letters is a word that nobody knows, and then nothing is understood.
So the rules in ``typed_times.py`` and ``free_text/rules.py`` are written once, for concepts.

To add a language, copy ``en.py`` under the language's name and say each concept's words in it.
Days of the week and months come from CLDR; a file adds only what CLDR lacks, such as cases.
Accents, capitals and hyphens make no difference, so each word is written once.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib import import_module
from pkgutil import iter_modules
from typing import NamedTuple

from babel import Locale

import bot.i18n.vocabulary as folder

SOURCE_LANGUAGE = "en"
LONGEST_TEXT = 64
"""Characters of a time or a day. It also bounds the work that a stranger's text can cause."""
SHORTEST_NAME = 3
"""Letters of the name of a day or month that are enough, where no other begins with them."""

CONCEPTS: Mapping[str, str] = {
    # Times and days
    "AT": "before a clock time",
    "ON": "before a day",
    "UNTIL": "before the day on which something ends",
    "AFTER": "before the time from which on something is not",
    "AGO": "before or after a span of time that has gone by",
    "FOR": "before a span of time that something lasts",
    "NOW": "this very moment",
    "ABOUT": "not exactly",
    "AND": "between two things",
    "OF": "between a day and its month",
    "ORDINAL": "what makes the first of a one: st, nd",
    "SEC": "second",
    "MIN": "minute",
    "HOUR": "hour, as a length only",
    "HRS": "hour, as a length and as a clock time",
    "H": "hour in one letter, as a length and as a clock time to the 24-hour clock",
    "OCLOCK": "after an hour, as a clock time only",
    "DAYS": "day, as a length",
    "WEEK": "week, as a length",
    "AM": "before noon",
    "PM": "after noon",
    "MORNING": "an hour in the morning",
    "SMALL_HOURS": "an hour after midnight",
    "AFTERNOON": "an hour in the afternoon",
    "EVENING": "an hour in the evening",
    "NIGHT": "an hour at night; after a day: the night that follows it",
    "NOON": "12:00",
    "MIDNIGHT": "00:00",
    "TODAY": "this day",
    "YESTERDAY": "a day ago",
    "DAY_BEFORE_YESTERDAY": "two days ago",
    "TOMORROW": "the next day",
    "DAY_AFTER_TOMORROW": "the day after the next",
    "THIS_MORNING": "the morning of this day",
    "LAST_NIGHT": "the night before this day",
    "TONIGHT": "the night to come, or the present one",
    "THIS_NIGHT": "a word that may mean last night and tonight",
    "LAST": "before a day that is past",
    "NEXT": "before a day to come",
    "DAILY": "every day, every evening",
    # A cramp
    "CRAMP": "a cramp",
    "CRAMPS": "cramps",
    "TWITCH": "a twitch",
    "NO_CRAMP": "no cramp at all",
    "NOT": "not; nothing that holds it is understood",
    "WOKE": "it woke me",
    "AWAKE": "I was awake",
    "LEFT": "of the left side",
    "RIGHT": "of the right side",
    "BOTH": "of both sides",
    "STRENGTH": "before or after a number from 0 to 10",
    "OUT_OF": "between a strength and the highest possible, 10",
    "OVER": "longer than",
    "UNDER": "shorter than",
    "CALF": "calf",
    "FOOT": "foot, which may be its sole or the toes",
    "SOLE": "sole of the foot",
    "TOES": "toes",
    "SHIN": "shin",
    "THIGH": "thigh, of which there are three sides",
    "THIGH_FRONT": "front of the thigh",
    "THIGH_BACK": "back of the thigh",
    "THIGH_INNER": "inside of the thigh",
    "HIP": "hip, buttock",
    "HAND": "hand, forearm, fingers",
    "ARM": "arm",
    "BELLY": "belly",
    "CHEST": "chest",
    "BACK": "back",
    "NECK": "neck, shoulder",
    "EYELID": "eyelid, face",
    # Reminders
    "REMIND": "remind me",
    "DONT_REMIND": "do not remind me",
    "REMINDER": "a reminder, reminders",
    "ALL": "all of them",
    "MOVE": "set, change, move",
    "TURN_ON": "switch on",
    "TURN_OFF": "switch off; the end of it",
    "STRETCH": "to stretch",
    "CAFFEINE": "caffeine, coffee",
    "LAST_CAFFEINE": "the last coffee",
    "NO_CAFFEINE": "no caffeine",
    "DINNER_CAFFEINE": "caffeine with dinner",
    "DRINK": "to drink, water",
    "MEAL": "the idea for a meal",
    "CHECK_IN": "the question in the morning",
    "SUMMARY": "the weekly summary",
    "PAUSE": "let the reminders rest",
    "OPEN_END": "until further notice",
    "RESUME": "let the reminders go on",
    # Looking at something
    "SHOW": "show me",
    "HISTORY": "the nights as a list",
    "HELP": "what the bot can do",
    # The rest
    "FILLER": "words that change nothing",
}
"""Concept → what it stands for. ``DAY0`` (Monday) to ``DAY6``, ``MONTH1`` to ``MONTH12``, and
numbers and several concepts in a row (``1 HOUR``) can be said too."""

_MERIDIEM_DOTS = re.compile(r"\b([ap])\.\s?m\b\.?")
_BETWEEN_LETTERS = re.compile(r"(?<=[^\W\d_])['’ʼ`´\-‐‑](?=[^\W\d_])")
_PIECE = re.compile(r"[0-9]+|[^\W\d_]+|\S")
_SIGNS = {"~": "ABOUT", "≈": "ABOUT", "&": "AND", "!": "FILLER"}


class Token(NamedTuple):
    """A concept, a number, a sign or an unknown word, and how it was written."""

    kind: str
    source: str

    @property
    def is_known(self) -> bool:
        """Whether it is a concept, a number or a sign."""
        return self.kind.isupper() or not self.kind.isalpha()


def languages() -> tuple[str, ...]:
    """The languages that have a file here, by the names of their files."""
    own = {"lexicon"}
    return tuple(sorted({one.name for one in iter_modules(folder.__path__)} - own))


def _known(language: str) -> str:
    """The file of a language: ``pt_br`` for ``pt_BR``; the English one where there is none."""
    name = language.casefold()
    return name if name in languages() else SOURCE_LANGUAGE


def fold(text: str) -> str:
    """Text without capitals, accents, hyphens within words, odd spaces and invisible signs."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    visible = "".join(
        " " if unicodedata.category(character) in ("Cc", "Zs", "Zl", "Zp") else character
        for character in folded
        # Format characters such as direction marks are invisible; the person did not mean them.
        if unicodedata.category(character) != "Cf"
    )
    dotless = _MERIDIEM_DOTS.sub(r"\1m", " ".join(visible.split()))
    bare = "".join(
        character
        for character in unicodedata.normalize("NFD", dotless)
        if unicodedata.category(character) != "Mn"
    )
    return _BETWEEN_LETTERS.sub(" ", bare)


def lex(text: str, language: str, longest: int = LONGEST_TEXT) -> list[Token]:
    """The concepts of a text in a language; [] when the text is too long."""
    if len(text) > longest:
        return []
    pieces = _pieces(text)
    phrases = _phrases(_known(language))
    most = max(map(len, phrases))
    tokens: list[Token] = []
    at = 0
    while at < len(pieces):
        for length in range(min(most, len(pieces) - at), 0, -1):
            found = phrases.get(tuple(pieces[at : at + length]))
            if found is not None:
                source = " ".join(pieces[at : at + length])
                tokens += [Token(kind, "" if n else source) for n, kind in enumerate(found)]
                at += length
                break
        else:
            tokens.append(Token(_SIGNS.get(pieces[at], pieces[at]), pieces[at]))
            at += 1
    return tokens


def _pieces(text: str) -> list[str]:
    """Numbers, words and signs. A full stop counts only after a number."""
    pieces: list[str] = []
    for piece in _PIECE.findall(fold(text)):
        if piece != "." or (pieces and pieces[-1].isdigit()):
            pieces.append(piece)
    return pieces


@lru_cache(maxsize=16)
def _phrases(language: str) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Every phrase of a language, in pieces, and the concepts that it stands for."""
    known: dict[tuple[str, ...], tuple[str, ...]] = {}
    for name, concept in _names(language):
        known[(name,)] = (concept,)
    module = import_module(f"{folder.__name__}.{language}")
    words: Mapping[str, tuple[str, ...]] = module.WORDS
    for concepts, phrases in words.items():
        for phrase in phrases:
            known[tuple(_pieces(phrase))] = tuple(concepts.split())
    return known


def _names(language: str) -> Iterator[tuple[str, str]]:
    """Names of days and months by CLDR, in full, short, and cut off where that is clear."""
    locale = Locale.parse(language)
    exact: dict[str, list[str]] = defaultdict(list)
    begun: dict[str, set[str]] = defaultdict(set)
    for table, prefix in ((locale.days, "DAY"), (locale.months, "MONTH")):
        for context in ("format", "stand-alone"):
            for width in ("abbreviated", "wide"):
                for number, name in table[context][width].items():
                    concept, word = f"{prefix}{number}", fold(name).rstrip(".")
                    if not word.isalpha():
                        continue  # "segunda-feira": its file says it
                    exact[word].append(concept)
                    for length in range(SHORTEST_NAME, len(word)):
                        begun[word[:length]].add(concept)
    for word, candidates in begun.items():
        if len(candidates) == 1:
            yield word, min(candidates)
    for word, concepts in exact.items():
        yield word, concepts[-1]  # a month where a day has the same short name: "12 mar"


@lru_cache(maxsize=16)
def examples(language: str) -> tuple[str, ...]:
    """What can be typed, in a few sentences; in English where the language has no file."""
    found: tuple[str, ...] = import_module(f"{folder.__name__}.{_known(language)}").EXAMPLES
    return found
