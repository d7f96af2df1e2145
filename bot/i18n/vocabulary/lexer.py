"""A lexer: it turns the words that people type into concepts, which are equal in all languages.

``lex("cramp left calf, 10 min", "en")`` gives CRAMP LEFT CALF , 10 MIN. A concept is written in
capitals; a word in small letters is unknown, and whoever reads the tokens must then reject the
text. The rules in ``local_time/typed_times.py`` and ``features/free_text/rules/`` are written once,
for concepts. The words are in ``lexicon.py``.
"""

from functools import lru_cache
from itertools import product

from bot.i18n.vocabulary.bed_spans import with_bed_spans
from bot.i18n.vocabulary.distances import with_distances
from bot.i18n.vocabulary.lexicon import (
    BEGINNING,
    Phrases,
    alone,
    file_of,
    forms,
    longest_phrase,
    particles,
    phrase_table,
    pieces_of,
    split,
    variants,
)
from bot.i18n.vocabulary.numbers import read_number
from bot.i18n.vocabulary.plainer_words import less_adorned, less_stretched, without_first_parts
from bot.i18n.vocabulary.spoken_lengths import with_lengths
from bot.i18n.vocabulary.spoken_strengths import with_strengths
from bot.i18n.vocabulary.spoken_times import with_times
from bot.i18n.vocabulary.tokens import Token

LONGEST_TEXT = 64
"""Characters of a typed time or day. The limit bounds the work that a stranger can cause."""
_MOST_PARTICLES = 2
"""Particles that may stand inside a phrase."""
_OF_DAYS = frozenset(
    {
        *("TODAY", "TONIGHT", "TOMORROW", "DAY_AFTER_TOMORROW", "NEXT", "THIS", "SUMMARY"),
        *("WEEK", "MONTHS", "WEEKEND", "DAYS", "ORDINAL"),
        *("MORNING", "AFTERNOON", "EVENING", "NIGHT"),
    }
)
"""Concepts that may stand inside a phrase for a journey: "I fly on saturday to"."""
_AROUND_DAYS = frozenset({"FILLER", "IN", "ON", "OF", "AFTER", "FOR", "TO", "LESS", "."})
_JOURNEYS = (("GOING_TO",), ("I_AM_IN",))
_LONGEST_GAP = 4
"""Pieces of the day within such a phrase."""
_OF_CLOCKS = frozenset({":", "OCLOCK", "AM", "PM"})
"""Units of clocks: a number before one of them is a time of day."""
_ZERO_BETWEEN_NUMBERS = "oh"
"""A word for zero between two numbers, as in "three oh five"; elsewhere it is a cry."""
_ZERO_OF_CLOCKS = "o"
"""English for zero between two numbers, and elsewhere short for "of": "one o them"."""
_NO_BETWEEN_HOURS = "ne"
"""German for "a", and between two hours for "no": "um 3 ne um 4"."""
_STRESSING = frozenset("!.")
_AFTER_DAYS = (["."], ["de"])
TEXTS_KEPT = 32
"""The size of the cache of tokens: the rules split each part of a sentence several times."""
_SIGNS = {"~": "ABOUT", "≈": "ABOUT", "&": "AND", "!": "FILLER", "¡": "FILLER", "¿": "FILLER"}


def lex(text: str, language: str, longest: int = LONGEST_TEXT) -> list[Token]:
    """Split a text into tokens, longest phrase first; [] when it has over ``longest`` characters.

    A phrase that stands for several concepts gives a token for each; the first has the source text.
    """
    return [] if len(text) > longest else list(_lexed(text, file_of(language)))


@lru_cache(maxsize=TEXTS_KEPT)
def _lexed(text: str, name: str) -> tuple[Token, ...]:
    pieces = split(text)
    if (whole := _said_alone(pieces, name)) is not None:
        return tuple(whole)
    words = with_distances(_tokens(pieces, name), text)
    tokens = with_strengths(_sign_first(words), name)
    return tuple(with_bed_spans(with_times(with_lengths(tokens), name)))


def _sign_first(tokens: list[Token]) -> list[Token]:
    """Give signs a meaning by their neighbors: "h 4", "cramp for 1:45", "*right", "2 oh 5"."""
    kinds = ["", *(token.kind for token in tokens), "", ""]
    found: list[Token] = []
    for before, token, after, then in zip(kinds, tokens, kinds[2:], kinds[3:], strict=False):
        kind = token.kind
        if not before.isdigit() and kind == "H" and after.isdigit():
            kind = "AT"
        if kind == "FOR" and after.isdigit() and then in _OF_CLOCKS:
            kind = "AT"
        if kind == "H" and before.isdigit() and len(found) > 1 and found[-2].kind == "IN":
            kind = "HOUR"  # "in 1h" is a length
        if kind == "*" and not (before and after):
            kind = "MEANT"
        if not before.isdigit() and kind == ":":
            kind = "FILLER"
        is_between = before.isdigit() and after.isdigit()
        if token.source == _ZERO_BETWEEN_NUMBERS and is_between:
            kind = "0"
        if token.source == _ZERO_OF_CLOCKS and kind == "0" and not is_between:
            kind = "FILLER"
        if token.source == _NO_BETWEEN_HOURS and before.isdigit() and after == "AT":
            kind = "NO"
        found.append(Token(kind, token.source))
    return found


def _tokens(pieces: list[str], language: str) -> list[Token]:
    """Turn pieces into tokens, from left to right, taking the longest phrase at each place."""
    phrases = phrase_table(language)
    most = longest_phrase(language)
    tokens: list[Token] = []
    at = 0
    known = pieces_of(language)
    typed, pieces = pieces, less_adorned(less_stretched(pieces, known), known, language)
    pieces = without_first_parts(pieces, known, language)
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


def _said_alone(pieces: list[str], language: str) -> list[Token] | None:
    """The tokens of pieces that have a meaning only where nothing else is said: "better!"."""
    said = [piece for piece in pieces if piece not in _STRESSING]
    meant = alone(language).get(tuple(_standard(said, language)))
    if meant is None:
        return None
    source = " ".join(pieces)
    return [Token(kind, "" if n else source) for n, kind in enumerate(meant)]


def _standard(pieces: list[str], language: str) -> list[str]:
    """Replace words of dialects and of fast typing by the usual ones: "ned" by "nicht"."""
    usual = variants(language)
    return [usual.get(piece, piece) for piece in pieces]


def _around_particles(
    pieces: list[str], at: int, phrases: Phrases, most: int, language: str
) -> list[tuple[tuple[str, ...], int]]:
    """The longest phrase that begins at a piece and has particles within: "lösch das bitte wieder".

    Returns:
        Its concepts and its length with the particles, or nothing.
    """
    small = particles(language)
    ahead = range(at + 1, min(len(pieces), at + most + _MOST_PARTICLES))
    kept = [at, *(n for n in ahead if pieces[n] not in small)][:most]
    for length in range(len(kept), 1, -1):
        consumed = kept[length - 1] - at + 1
        if not length < consumed <= length + _MOST_PARTICLES:
            continue
        phrase = tuple(pieces[n] for n in kept[:length])
        first = phrases.get((BEGINNING, *phrase)) if at == 0 else None
        found = first or phrases.get(phrase)
        if found is not None:
            return [(found, consumed)]
    return []


def _around_day(pieces: list[str], at: int, language: str) -> tuple[list[Token], int]:
    """A phrase for a journey that has its day within ("I fly on saturday to"), and its length."""
    phrases, after = phrase_table(language), pieces[at:]
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
    """Return the words with which phrases for a journey begin."""
    listed = phrase_table(language).items()
    return frozenset(phrase[0] for phrase, meant in listed if meant in _JOURNEYS)


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
        first = phrases.get((BEGINNING, *phrase)) if at == 0 else None
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
    form = forms(language).get(piece)
    if form is not None:
        return (form,), 1
    return (_SIGNS.get(piece, piece),), 1


def _is_after_day(before: list[str]) -> bool:
    """Whether pieces end with the day of a month: "12", "12.", "12 de"."""
    last = before[-1:]
    return any(piece.isdigit() for piece in (before[-2:-1] if last in _AFTER_DAYS else last))
