"""A lexer: it turns the words that people type into concepts, which are equal in all languages.

``lex("cramp left calf, 10 min", "en")`` gives CRAMP LEFT CALF , 10 MIN. A concept is written in
capitals; a word in small letters is unknown, and whoever reads the tokens must then reject the
text. The rules in ``typed_times.py`` and ``free_text/rules.py`` are written once, for concepts.

To add a language, copy ``en.toml``, name the copy after the language and translate the words of
each concept. ``concepts.toml`` explains the concepts. Names of days and months come from CLDR; a
file adds only what CLDR lacks, such as grammatical cases. Accents, capitals and hyphens make no
difference, so each word is listed once.
"""

import re
import tomllib
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from babel import Locale

FOLDER = Path(__file__).parent
SOURCE_LANGUAGE = "en"
LONGEST_TEXT = 64
"""Characters of a typed time or day. The limit bounds the work that a stranger can cause."""
SHORTEST_NAME = 3
"""Letters of the name of a day or month that are enough, where no other begins with them."""

_MERIDIEM_DOTS = re.compile(r"\b([ap])\.\s?m\b\.?")
_BETWEEN_LETTERS = re.compile(r"(?<=[^\W\d_])['’ʼ`´\-‐‑](?=[^\W\d_])")
_PIECE = re.compile(r"[0-9]+|[^\W\d_]+|\S")
_SIGNS = {"~": "ABOUT", "≈": "ABOUT", "&": "AND", "!": "FILLER"}


class Token(NamedTuple):
    """A concept, a number, a sign or an unknown word, and the source text it was read from."""

    kind: str
    source: str

    @property
    def is_known(self) -> bool:
        """Whether this is a concept, a number or a sign, not an unknown word."""
        return self.kind.isupper() or not self.kind.isalpha()


@lru_cache(maxsize=1)
def concepts() -> dict[str, str]:
    """Return every concept with an explanation; days, months and numbers are not among them."""
    return tomllib.loads((FOLDER / "concepts.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def languages() -> tuple[str, ...]:
    """Return the languages that have a vocabulary, named as their files are, such as "pt_br"."""
    return tuple(sorted({path.stem for path in FOLDER.glob("*.toml")} - {"concepts"}))


def words(language: str) -> dict[str, list[str]]:
    """Return the phrases of a language by the concepts that they stand for."""
    found: dict[str, list[str]] = _file(_nearest(language))["words"]
    return found


def examples(language: str) -> list[str]:
    """Return a few sentences that can be typed; in English when the language has no file."""
    found: list[str] = _file(_nearest(language))["examples"]
    return found


@lru_cache(maxsize=16)
def _file(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def phrases_of(language: str) -> tuple[tuple[str, ...], ...]:
    """Return every phrase of a language, split into pieces."""
    return tuple(_phrases(_nearest(language)))


def _nearest(language: str) -> str:
    """Return the name of a language's file: ``pt_br`` for ``pt_BR``; English as a fallback."""
    name = language.casefold()
    return name if name in languages() else SOURCE_LANGUAGE


def fold(text: str) -> str:
    """Normalize text: no capitals, accents, hyphens within words, odd spaces or invisible signs."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    visible = "".join(
        " " if unicodedata.category(character) in ("Cc", "Zs", "Zl", "Zp") else character
        for character in folded
        # Format characters such as direction marks are invisible: nobody types them on purpose.
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
    """Split a text into tokens, longest phrase first; [] when it has over `longest` characters.

    A phrase that stands for several concepts gives a token for each; the first has the source text.
    """
    if len(text) > longest:
        return []
    pieces = _pieces(text)
    phrases = _phrases(_nearest(language))
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
    """Split a text into numbers, words and signs; full stops are kept only after a number."""
    pieces: list[str] = []
    for piece in _PIECE.findall(fold(text)):
        if piece != "." or (pieces and pieces[-1].isdigit()):
            pieces.append(piece)
    return pieces


@lru_cache(maxsize=16)
def _phrases(language: str) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Return every phrase of a language, split into pieces, with the concepts it stands for."""
    known: dict[tuple[str, ...], tuple[str, ...]] = {}
    for name, concept in _names(language):
        known[(name,)] = (concept,)
    for meant, phrases in words(language).items():
        for phrase in phrases:
            known[tuple(_pieces(phrase))] = tuple(meant.split())
    return known


def _names(language: str) -> Iterator[tuple[str, str]]:
    """Yield CLDR's names of days and months: in full, short, and every unambiguous beginning."""
    locale = Locale.parse(language)
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
