"""A lexer: it turns the words that people type into concepts, which are equal in all languages.

``lex("cramp left calf, 10 min", "en")`` gives CRAMP LEFT CALF , 10 MIN. A concept is written in
capitals; a word in small letters is unknown, and whoever reads the tokens must then reject the
text. The rules in ``typed_times.py`` and ``free_text/rules.py`` are written once, for concepts.

To add a language, copy ``en.toml``, name the copy after the language and translate the words of
each concept. ``concepts.toml`` explains the concepts. Names of days, months and languages come
from CLDR; a file adds only what CLDR lacks, such as grammatical cases. Accents, capitals and
hyphens make no difference, so each word is listed once. A phrase after ``^`` counts only where a
text begins: German "hatte ich" is a question there, and tells of something elsewhere.

Besides, a file may list ``particles``, which change nothing within a phrase ("lösch das bitte
wieder"), ``variants``: words of dialects and of fast typing, by the usual words, ``helped``: what
people do about a cramp (see ``helped.py``), ``ordinary`` words, which look like misspelt ones and
are none, and ``degrees``: words of HOW_BAD that say nothing alone, such as "quite" and curses.
"""

import json
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import lru_cache
from html import unescape
from itertools import product
from pathlib import Path
from sys import intern
from typing import Any

from babel import Locale

from bot.i18n.vocabulary.distances import with_distances
from bot.i18n.vocabulary.folding import fold
from bot.i18n.vocabulary.language_names import language_names
from bot.i18n.vocabulary.numbers import read_number
from bot.i18n.vocabulary.plainer_words import less_polite, less_stretched
from bot.i18n.vocabulary.spoken_lengths import with_lengths
from bot.i18n.vocabulary.spoken_strengths import with_strengths
from bot.i18n.vocabulary.spoken_times import with_times
from bot.i18n.vocabulary.tokens import Token

FOLDER = Path(__file__).parent
FORMS = FOLDER / "forms.json"
"""Written by ``tools/word_forms.py``."""
SOURCE_LANGUAGE = "en"
LONGEST_TEXT = 64
"""Characters of a typed time or day. The limit bounds the work that a stranger can cause."""
Phrases = Mapping[tuple[str, ...], tuple[str, ...]]
"""From the pieces of a phrase to its concepts."""
SHORTEST_NAME = 3
"""Letters of the name of a day or month that are enough, where no other begins with them."""

_PIECE = re.compile(r"[0-9]+|[^\W\d_]+|\S")
_ZERO = re.compile(r"(?<=[0-9][h:.][0-9])o(?![^\W_])")
"""A letter that looks like the figure, after an hour: "2h3O"."""
_TAG = re.compile(
    r"</?(?:a|b|br|code|div|em|font|h[1-6]|i|li|ol|p|pre|s|span|strong|td|tr|u|ul)"
    r"(?:\s[^<>]{0,100})?/?>"
)
_BEGINNING = "^"
"""Before a phrase: it counts only at the beginning of a text."""
_ISH = "ish"
_MOST_PARTICLES = 2
"""Particles that a phrase may have within."""
_OF_DAYS = frozenset(
    {
        *("TODAY", "TONIGHT", "TOMORROW", "DAY_AFTER_TOMORROW", "NEXT", "THIS", "SUMMARY"),
        *("WEEK", "MONTHS", "WEEKEND", "DAYS", "ORDINAL"),
        *("MORNING", "AFTERNOON", "EVENING", "NIGHT"),
    }
)
"""Concepts that may stand within a phrase for a journey: "I fly on saturday to"."""
_AROUND_DAYS = frozenset({"FILLER", "IN", "ON", "OF", "AFTER", "TO", "LESS", "."})
_JOURNEYS = (("GOING_TO",), ("I_AM_IN",))
_LONGEST_GAP = 4
"""Pieces of the day within such a phrase."""
_OF_CLOCKS = frozenset({":", "OCLOCK", "AM", "PM"})
"""After a number: it is a time of day."""
_AFTER_DAYS = (["."], ["de"])
_SIGNS = {"~": "ABOUT", "≈": "ABOUT", "&": "AND", "!": "FILLER", "¡": "FILLER", "¿": "FILLER"}


@lru_cache(maxsize=1)
def concepts() -> dict[str, str]:
    """Return every concept with an explanation; days, months and numbers are not among them."""
    return tomllib.loads((FOLDER / "concepts.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def languages() -> tuple[str, ...]:
    """Return the languages that have a vocabulary, named as their files are, such as "pt_br"."""
    return tuple(sorted({path.stem for path in FOLDER.glob("*.toml")} - {"concepts"}))


def words(language: str) -> dict[str, list[str]]:
    """Read the phrases of a language, as listed, by the concepts that they stand for."""
    found: dict[str, list[str]] = _parsed(_nearest(language))["words"]
    return found


def phrases_for(concept: str, language: str) -> frozenset[str]:
    """Return the phrases that stand for a concept alone; their pieces have a space between."""
    listed = _phrases(_nearest(language)).items()
    return frozenset(" ".join(phrase) for phrase, meant in listed if meant == (concept,))


def table(language: str, name: str) -> dict[str, list[str]]:
    """Return a further table of a language's file, such as ``helped``; {} where it has none."""
    found: dict[str, list[str]] = _file(_nearest(language)).get(name, {})
    return found


def examples(language: str) -> list[str]:
    """Return a few sentences that can be typed; in English when the language has no file."""
    found: list[str] = _file(_nearest(language))["examples"]
    return found


def is_answer(text: str, answer: str, language: str) -> bool:
    """Return whether a text only says "yes", "no" or "unsure", in a language or in English."""
    said = _pieces(text.strip().rstrip("!.)"))
    return any(
        said == _pieces(phrase)
        for spoken in dict.fromkeys((_nearest(language), SOURCE_LANGUAGE))
        for phrase in _file(spoken)[answer]
    )


def without_the_cramp(text: str, language: str) -> str | None:
    """Return what a text says after "the cramp"; None when it does not begin with such words."""
    said = fold(text)
    for spoken in dict.fromkeys((_nearest(language), SOURCE_LANGUAGE)):
        for phrase in _file(spoken)["the_cramp"]:
            begins = fold(phrase)
            if said.startswith(f"{begins} "):
                return said[len(begins) :].strip()
    return None


def _parsed(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=16)
def _file(name: str) -> dict[str, Any]:
    """Return the tables of a language's file.

    The listed words are not among them but in ``_phrases``: both would take twice the memory.
    """
    tables = _parsed(name)
    del tables["words"]
    return tables


def phrases_of(language: str) -> tuple[tuple[str, ...], ...]:
    """Return every phrase of a language, split into pieces."""
    return tuple(_phrases(_nearest(language)))


def _nearest(language: str) -> str:
    """Return the name of a language's file: ``pt_br`` for ``pt_BR``; English as a fallback."""
    name = language.casefold()
    return name if name in languages() else SOURCE_LANGUAGE


def lex(text: str, language: str, longest: int = LONGEST_TEXT) -> list[Token]:
    """Split a text into tokens, longest phrase first; [] when it has over `longest` characters.

    A phrase that stands for several concepts gives a token for each; the first has the source text.
    """
    if len(text) > longest:
        return []
    name = _nearest(language)
    words = with_distances(_tokens(_pieces(text), name), text)
    tokens = with_strengths(_sign_first(words), name)
    return with_times(with_lengths(tokens), name)


def _sign_first(tokens: list[Token]) -> list[Token]:
    """Read signs by what is beside them: "h 4", "a cramp for 1:45", "*right", "forgot: a cramp"."""
    kinds = ["", *(token.kind for token in tokens), "", ""]
    found: list[Token] = []
    for before, token, after, then in zip(kinds, tokens, kinds[2:], kinds[3:], strict=False):
        kind = token.kind
        if not before.isdigit() and kind == "H" and after.isdigit():
            kind = "AT"
        if kind == "FOR" and after.isdigit() and then in _OF_CLOCKS:
            kind = "AT"
        if kind == "*" and not (before and after):
            kind = "MEANT"
        if not before.isdigit() and kind == ":":
            kind = "FILLER"
        found.append(Token(kind, token.source))
    return found


def _tokens(pieces: list[str], language: str) -> list[Token]:
    phrases = _phrases(language)
    most = _longest_phrase(language)
    tokens: list[Token] = []
    at = 0
    known = pieces_of(language)
    typed, pieces = pieces, less_polite(less_stretched(pieces, known), known, language)
    standard = _standard(pieces, language)
    while at < len(pieces):
        found = [_longest(one, at, phrases, most, language) for one in (pieces, standard)]
        found += _around_particles(standard, at, phrases, most, language)
        meant, length = max(found, key=lambda one: (one[1], not one[0][0].islower()))
        journey, consumed = _around_day(pieces, at, language)
        if consumed > length:
            tokens += journey
            at += consumed
            continue
        source = " ".join(typed[at : at + length])
        tokens += [Token(kind, "" if n else source) for n, kind in enumerate(meant)]
        at += length
    return tokens


def _standard(pieces: list[str], language: str) -> list[str]:
    """Replace words of dialects and of fast typing by the usual ones: "ned" by "nicht"."""
    usual = _variants(language)
    return [usual.get(piece, piece) for piece in pieces]


@lru_cache(maxsize=16)
def _variants(language: str) -> dict[str, str]:
    listed: dict[str, list[str]] = _file(language).get("variants", {})
    return {fold(one): fold(usual) for usual, typed in listed.items() for one in typed}


@lru_cache(maxsize=16)
def ordinary(language: str) -> frozenset[str]:
    """Return words that a language's file does not explain, and that are no misspelt ones."""
    return frozenset(map(fold, _file(_nearest(language)).get("ordinary", ())))


@lru_cache(maxsize=16)
def degrees(language: str) -> frozenset[str]:
    """Return words for how bad it was that say nothing alone, such as "quite" and curses."""
    return frozenset(map(fold, _file(_nearest(language)).get("degrees", ())))


@lru_cache(maxsize=16)
def _particles(language: str) -> frozenset[str]:
    return frozenset(map(fold, _file(language).get("particles", ())))


def _around_particles(
    pieces: list[str], at: int, phrases: Phrases, most: int, language: str
) -> list[tuple[tuple[str, ...], int]]:
    """The longest phrase that begins at a piece and has particles within: "lösch das bitte wieder".

    Returns:
        Its concepts and its length with the particles, or nothing.
    """
    particles = _particles(language)
    ahead = range(at + 1, min(len(pieces), at + most + _MOST_PARTICLES))
    kept = [at, *(n for n in ahead if pieces[n] not in particles)][:most]
    for length in range(len(kept), 1, -1):
        consumed = kept[length - 1] - at + 1
        if not length < consumed <= length + _MOST_PARTICLES:
            continue
        phrase = tuple(pieces[n] for n in kept[:length])
        first = phrases.get((_BEGINNING, *phrase)) if at == 0 else None
        found = first or phrases.get(phrase)
        if found is not None:
            return [(found, consumed)]
    return []


def _around_day(pieces: list[str], at: int, language: str) -> tuple[list[Token], int]:
    """A phrase for a journey that has its day within ("I fly on saturday to"), and its length."""
    phrases, after = _phrases(language), pieces[at:]
    if after[0] not in _begins_journey(language):
        return [], 0
    for head, gap, tail in product((3, 2, 1), range(1, _LONGEST_GAP + 1), (2, 1)):
        day, last = after[head : head + gap], after[head + gap : head + gap + tail]
        meant = phrases.get((*after[:head], *last)) if len(last) == tail else None
        if meant is None or meant not in _JOURNEYS:
            continue
        within = _tokens(day, language)
        if _is_day(within):
            first = Token(meant[0], " ".join(after[:head]))
            return [first, *within, Token(meant[0], " ".join(last))], head + gap + tail
    return [], 0


def _is_day(tokens: list[Token]) -> bool:
    """Whether tokens name a day, with small words."""
    days = [one for one in tokens if one.kind not in _AROUND_DAYS]
    return bool(days) and all(one.kind in _OF_DAYS or one.kind[-1:].isdigit() for one in days)


@lru_cache(maxsize=16)
def _begins_journey(language: str) -> frozenset[str]:
    listed = _phrases(language).items()
    return frozenset(phrase[0] for phrase, meant in listed if meant in _JOURNEYS)


def split(text: str) -> list[str]:
    """Split a text into folded words, numbers and signs, as phrases are compared."""
    return _pieces(text)


@lru_cache(maxsize=16)
def pieces_of(language: str) -> frozenset[str]:
    """Return every piece of a language's phrases."""
    return frozenset(piece for phrase in phrases_of(language) for piece in phrase)


def _longest(
    pieces: list[str], at: int, phrases: Phrases, most: int, language: str
) -> tuple[tuple[str, ...], int]:
    """Return the concepts of the longest phrase or number that begins at a piece, and its length.

    A phrase comes before a number of the same length, because the word for "one" is an article,
    too, in many languages.
    """
    number = read_number(pieces, at, language)
    for length in range(min(most, len(pieces) - at), 0, -1):
        if number is not None and length < number[1]:
            break
        phrase = tuple(pieces[at : at + length])
        first = phrases.get((_BEGINNING, *phrase)) if at == 0 else None
        found = first or phrases.get(phrase)
        is_month = found is not None and found[0].startswith("MONTH")
        if is_month and number is not None and not _is_after_day(pieces[:at]):
            break  # "dez" and "sept" are numbers, except after the day of a month
        if found is not None:
            return found, length
    if number is not None:
        value, length, is_ordinal = number
        return (str(value), "ORDINAL") if is_ordinal else (str(value),), length
    piece = pieces[at]
    form = _forms(language).get(piece)
    if form is not None:
        return (form,), 1
    return (_SIGNS.get(piece, piece),), 1


def _is_after_day(before: list[str]) -> bool:
    """Whether pieces end with the day of a month: "12", "12.", "12 de"."""
    last = before[-1:]
    return any(piece.isdigit() for piece in (before[-2:-1] if last in _AFTER_DAYS else last))


def _pieces(text: str) -> list[str]:
    """Split a text into numbers, words and signs; full stops are kept only after a number."""
    pieces: list[str] = []
    if "<" in text or "&" in text:  # pasted markup is no words
        text = _TAG.sub(" ", unescape(text))
    for piece in _PIECE.findall(_ZERO.sub("0", fold(text))):
        if piece.endswith(_ISH) and read_number([piece.removesuffix(_ISH)], 0, SOURCE_LANGUAGE):
            pieces += [piece.removesuffix(_ISH), _ISH]  # "threeish"
        elif piece != "." or (pieces and pieces[-1].isdigit()):
            pieces.append(piece)
    return pieces


@lru_cache(maxsize=16)
def _phrases(language: str) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Return every phrase of a language, split into pieces, with the concepts it stands for."""
    known: dict[tuple[str, ...], tuple[str, ...]] = {}
    for name, concept in _names(language):
        known[(name,)] = (concept,)
    listed = words(language)
    concepts_of = {meant: tuple(map(intern, meant.split())) for meant in listed}
    for meant, phrases in listed.items():
        for phrase in phrases:
            known[_key(phrase)] = concepts_of[meant]
    for meant, phrases in listed.items():
        for phrase in (one for one in phrases if "'" in one):
            # "dont", "whats": few people type the apostrophe.
            known.setdefault(_key(phrase.replace("'", "")), concepts_of[meant])
    return known


def is_listed(word: str, language: str) -> bool:
    """Return whether a language's file has a word, as a phrase of its own or a number."""
    return (word,) in _phrases(language) or read_number([word], 0, language) is not None


@lru_cache(maxsize=16)
def _forms(language: str) -> dict[str, str]:
    """Return grammatical forms of listed words by the concepts of those."""
    listed = json.loads(FORMS.read_text(encoding="utf-8")).get(language, {})
    return {form: concept for concept, found in listed.items() for form in found}


@lru_cache(maxsize=16)
def _longest_phrase(language: str) -> int:
    return max(map(len, _phrases(language)))


def _key(phrase: str) -> tuple[str, ...]:
    """Return the pieces of a phrase in a file; folding would drop the sign of a beginning."""
    bare = phrase.removeprefix(_BEGINNING)
    pieces = map(intern, _pieces(bare))  # each word is held once, however many phrases have it
    return (*((_BEGINNING,) if bare != phrase else ()), *pieces)


def _names(language: str) -> Iterator[tuple[str, str]]:
    """Yield CLDR's names of languages, and of days and months: in full, short, and every
    unambiguous beginning."""
    locale = Locale.parse(language)
    yield from language_names(locale)
    exact: dict[str, list[str]] = defaultdict(list)
    begun: dict[str, set[str]] = defaultdict(set)
    for table, prefix in ((locale.days, "DAY"), (locale.months, "MONTH")):
        for context in ("format", "stand-alone"):
            for width in ("abbreviated", "wide"):
                for number, name in table[context][width].items():
                    concept, word = f"{prefix}{number}", fold(name).rstrip(".")
                    if not word.isalpha():
                        continue  # "segunda-feira" is two pieces: the language's file lists it
                    exact[word].append(concept)
                    for length in range(SHORTEST_NAME, len(word)):
                        begun[word[:length]].add(concept)
    for word, candidates in begun.items():
        if len(candidates) == 1:
            yield word, min(candidates)
    for word, meanings in exact.items():
        yield word, meanings[-1]  # the month, where a day has the same short name: "12 mar"
