"""The words of each language, and the concepts that they stand for; ``lexer.py`` reads by them.

To add a language, copy ``en.toml``, name the copy after the language and translate the words of
each concept. ``concepts.toml`` explains the concepts. Names of days, months and languages come
from CLDR; a file adds only what CLDR lacks, such as grammatical cases. Accents, capitals and
hyphens make no difference, so each word is listed once. A phrase after ``^`` counts only where a
text begins: German "hatte ich" is a question there, and tells of something elsewhere.

Besides, a file may list ``particles``, which change nothing within a phrase ("lösch das bitte
wieder"), ``variants``: words of dialects and of fast typing, by the usual words, ``helped``: what
people do about a cramp (see ``helped.py``), ``ordinary`` words, which look like misspelt ones but
are not, ``degrees``: words of HOW_BAD that say nothing alone, such as "quite" and curses, and
``alone``: what has a meaning only where nothing else is said, such as "better".
"""

import json
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import lru_cache
from html import unescape
from pathlib import Path
from sys import intern
from typing import Any

from babel import Locale

from bot.i18n.vocabulary.folding import fold
from bot.i18n.vocabulary.language_names import language_names
from bot.i18n.vocabulary.numbers import read_number

FOLDER = Path(__file__).parent
FORMS = FOLDER / "forms.json"
"""Written by ``tools/word_forms.py``."""
SOURCE_LANGUAGE = "en"
Phrases = Mapping[tuple[str, ...], tuple[str, ...]]
"""The pieces of a phrase → its concepts."""
SHORTEST_NAME = 3
"""The fewest first letters that stand for the name of a day or month, if no other begins with
them."""

_PIECE = re.compile(r"[0-9]+|[^\W\d_]+|\S")
_ZERO = re.compile(r"(?<=[0-9][h:.][0-9])o(?![^\W_])")
"""A letter that looks like the figure, after an hour: "2h3O"."""
_TAG = re.compile(
    r"</?(?:a|b|br|code|div|em|font|h[1-6]|i|li|ol|p|pre|s|span|strong|td|tr|u|ul)"
    r"(?:\s[^<>]{0,100})?/?>"
)
BEGINNING = "^"
"""The sign before a phrase that counts only at the beginning of a text."""
_ISH = "ish"
_THUMBS = frozenset("👍👎👌")
"""Signs that answer a question when nothing else is typed; beside words they say nothing."""
_SKIN_OR_SPACE = re.compile(r"[\U0001F3FB-\U0001F3FF\uFE0F\s]+")


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
    found: dict[str, list[str]] = _parsed(file_of(language))["words"]
    return found


def phrases_for(concept: str, language: str) -> frozenset[str]:
    """Return the phrases that stand for a concept alone; their pieces have a space between."""
    listed = phrase_table(file_of(language)).items()
    return frozenset(" ".join(phrase) for phrase, meant in listed if meant == (concept,))


def table(language: str, name: str) -> dict[str, list[str]]:
    """Return a further table of a language's file, such as ``helped``; {} where it has none."""
    found: dict[str, list[str]] = _file(file_of(language)).get(name, {})
    return found


def examples(language: str) -> list[str]:
    """Return a few sentences that can be typed; in English when the language has no file."""
    found: list[str] = _file(file_of(language))["examples"]
    return found


def is_answer(text: str, answer: str, language: str) -> bool:
    """Return whether a text only gives an answer, in a language or in English.

    Args:
        text: what was typed.
        answer: a list of answers, such as ``yes``, ``unsure`` or ``another``.
        language: the person's.
    """
    said = split(text.strip().rstrip("!.)"))
    return any(
        said == split(phrase)
        for spoken in dict.fromkeys((file_of(language), SOURCE_LANGUAGE))
        for phrase in _file(spoken)[answer]
    )


def without_the_cramp(text: str, language: str) -> str | None:
    """Return what a text says after "the cramp"; None when it does not begin with such words."""
    said = fold(text)
    for spoken in dict.fromkeys((file_of(language), SOURCE_LANGUAGE)):
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

    The listed words are not among them but in ``phrase_table``: both would take twice the memory.
    """
    tables = _parsed(name)
    del tables["words"]
    return tables


def phrases_of(language: str) -> tuple[tuple[str, ...], ...]:
    """Return every phrase of a language, split into pieces."""
    return tuple(phrase_table(file_of(language)))


def file_of(language: str) -> str:
    """Return the name of a language's file: ``pt_br`` for ``pt_BR``; English as a fallback."""
    name = language.casefold()
    return name if name in languages() else SOURCE_LANGUAGE


@lru_cache(maxsize=16)
def variants(language: str) -> dict[str, str]:
    """Return words of dialects and of fast typing with the usual words: "ned" with "nicht"."""
    listed: dict[str, list[str]] = _file(language).get("variants", {})
    return {fold(one): fold(usual) for usual, typed in listed.items() for one in typed}


@lru_cache(maxsize=16)
def ordinary(language: str) -> frozenset[str]:
    """Return words that a language's file does not explain, and that are not misspelt."""
    return frozenset(map(fold, _file(file_of(language)).get("ordinary", ())))


@lru_cache(maxsize=16)
def degrees(language: str) -> frozenset[str]:
    """Return words for how bad it was that say nothing alone, such as "quite" and curses."""
    return frozenset(map(fold, _file(file_of(language)).get("degrees", ())))


@lru_cache(maxsize=16)
def particles(language: str) -> frozenset[str]:
    """Return small words that change nothing within a phrase: "lösch das bitte wieder"."""
    return frozenset(map(fold, _file(language).get("particles", ())))


@lru_cache(maxsize=16)
def alone(language: str) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Return the phrases that stand for concepts only as the whole text: German "weg"."""
    listed = table(language, "alone").items()
    return {
        _key(written): tuple(map(intern, meant.split()))
        for meant, phrases in listed
        for phrase in phrases
        for written in (phrase, phrase.replace("'", ""))
    }


@lru_cache(maxsize=16)
def pieces_of(language: str) -> frozenset[str]:
    """Return every piece of a language's phrases."""
    return frozenset(piece for phrase in phrases_of(language) for piece in phrase)


def split(text: str) -> list[str]:
    """Split a text into folded words, numbers and signs, as phrases are compared.

    Full stops are kept only after a number.
    """
    pieces: list[str] = []
    if "<" in text or "&" in text:  # pasted markup is not words
        text = _TAG.sub(" ", unescape(text))
    for piece in _PIECE.findall(_ZERO.sub("0", fold(text))):
        if piece.endswith(_ISH) and read_number([piece.removesuffix(_ISH)], 0, SOURCE_LANGUAGE):
            pieces += [piece.removesuffix(_ISH), _ISH]  # "threeish"
        elif piece != "." or (pieces and pieces[-1].isdigit()):
            pieces.append(piece)
    return pieces or _thumb(text)


def _thumb(text: str) -> list[str]:
    """Return the sign that a text has instead of words, once, whatever its skin colour."""
    bare = set(_SKIN_OR_SPACE.sub("", text))
    return list(bare) if len(bare) == 1 and bare <= _THUMBS else []


@lru_cache(maxsize=16)
def phrase_table(language: str) -> dict[tuple[str, ...], tuple[str, ...]]:
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
    return (word,) in phrase_table(language) or read_number([word], 0, language) is not None


@lru_cache(maxsize=16)
def forms(language: str) -> dict[str, str]:
    """Return grammatical forms of listed words by the concepts of those."""
    listed = json.loads(FORMS.read_text(encoding="utf-8")).get(language, {})
    return {form: concept for concept, found in listed.items() for form in found}


@lru_cache(maxsize=16)
def longest_phrase(language: str) -> int:
    """Return the number of pieces of a language's longest phrase."""
    return max(map(len, phrase_table(language)))


def _key(phrase: str) -> tuple[str, ...]:
    """Return the pieces of a phrase in a file; folding would drop the sign of a beginning."""
    bare = phrase.removeprefix(BEGINNING)
    pieces = map(intern, split(bare))  # each word is held once, however many phrases have it
    return (*((BEGINNING,) if bare != phrase else ()), *pieces)


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
