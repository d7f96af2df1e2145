"""What somebody says that they did about a cramp, and whether it helped: "walking did it". Pure.

The phrases are in the table ``helped`` of a language's file, by the codes of the entry's fields
that they stand for. "helped" says that something helped, and not how much; "nothing" that nothing
did; "tried" that it was done, where it is not said whether it helped; the empty code stands for
what only leads to a cause: "it comes from". "helps" says the same as "helped" at the end of a text,
if it is not a question: "standing on it helps". All other words of the text must be ones that
change nothing.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache

from bot.i18n.vocabulary.distances import with_thousands
from bot.i18n.vocabulary.lexer import lex
from bot.i18n.vocabulary.lexicon import split, table
from bot.i18n.vocabulary.plainer_words import without_first_parts

HELPED, NOTHING, HELPS, TRIED = "helped", "nothing", "helps", "tried"
HOW_FAR = frozenset({"a_lot", "a_bit", "not_at_all"})
OF_THE_DAY = frozenset({"long_standing", "hard_exercise"})
"""Codes of statements about the day before a cramp: "I was on my feet all day"."""
_UNSAID = frozenset(
    {
        *("FILLER", "AND", ",", ";", ".", "NOW", "THANKS", "FINE", "HOW_BAD", "LEG", "AFTER"),
        *("BAREFOOT", "ON"),
    }
)
_RUBBED = frozenset({"CAREGIVER", "SOMEONE"})
"""Who may have rubbed the leg: "my mum massaged it and it went"."""
_OF_CAUSES = frozenset({"YESTERDAY", "TODAY", "MAYBE", "DISTANCE"})
"""Concepts that may be said with what the day was like: "maybe because I ran 10k yesterday"."""
_LET_GO = "LET_GO"
_SPEAKS_AGAINST = frozenset({"NOT", "WHEN", "UNREAL", "MAYBE", "OR", "?", "ASKING", "HELPING"})
"""Concepts beside which it is not sure that something was done against the cramp."""


def helped(text: str, language: str, longest: int) -> frozenset[str] | None:
    """Return what was tried, and how far it helped.

    Args:
        text: what was typed.
        language: the language whose phrases are looked for.
        longest: how many characters are read at most.

    Returns:
        The codes of what was tried, with one of ``HOW_FAR`` where that is said; None when the text
        says something else.
    """
    if len(text) > longest:
        return None
    codes, rest = _taken(_pieces(text, language), language)
    others = (
        {token.kind for token in lex(with_thousands(" ".join(rest)), language, longest)}
        if rest
        else set()
    )
    if codes == {"walked"} and "DISTANCE" in others:
        codes = {"hard_exercise"}  # "I walked 12 km yesterday": before the cramp, not about it
    if codes and codes <= OF_THE_DAY:
        others -= _OF_CAUSES
    if "massaged" in codes:
        others -= _RUBBED
    if not others <= _UNSAID | {_LET_GO}:
        return None
    if codes and codes <= OF_THE_DAY:
        return frozenset(codes)
    return _meant(codes | ({HELPED} if _LET_GO in others else set()))


def fields_of(codes: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Return codes as pairs of an entry's field and the code, ordered by field."""
    return tuple(sorted((_field(code), code) for code in codes))


def _field(code: str) -> str:
    if code in OF_THE_DAY:
        return "trigger"
    return "helped" if code in HOW_FAR else "relief"


def _meant(codes: set[str]) -> frozenset[str] | None:
    """What was tried, and how far it helped; None when that is not said, or two ways."""
    tried = codes - HOW_FAR - {HELPED, NOTHING, TRIED}
    how_far = codes & HOW_FAR
    if NOTHING in codes:
        return frozenset({"not_at_all"}) if codes == {NOTHING} else None
    is_mixed = len(how_far) > 1 or {"not_at_all", HELPED} <= codes
    if not tried or not (how_far or codes & {HELPED, TRIED}) or is_mixed:
        return None
    return frozenset(tried | how_far)


def helped_after(
    text: str, language: str, longest: int, names_cramp: Callable[[str], bool]
) -> tuple[frozenset[str], str] | None:
    """Split a text into what helped and all other words: "cramp at 3, walked it off".

    Args:
        text: what was typed.
        language: the language whose phrases are looked for.
        longest: how many characters are read at most.
        names_cramp: whether words name a cramp, or where it was.

    Returns:
        None when nothing is told so. What was done before the cramp, or when it came, is no relief.
    """
    pieces = _pieces(text, language) if len(text) <= longest else []
    if not pieces or not _taken(pieces, language)[0]:
        return None
    lengths = range(1, len(pieces))
    named = next((one for one in lengths if names_cramp(" ".join(pieces[:one]))), len(pieces))
    codes, rest = _taken(pieces[named:], language)
    others = {token.kind for token in lex(" ".join(rest), language, longest)} if rest else set()
    if not _SPEAKS_AGAINST.isdisjoint(others) or not codes.isdisjoint(OF_THE_DAY):
        return None
    found = _meant(codes | ({HELPED} if _LET_GO in others else set()))
    return None if found is None else (found, " ".join((*pieces[:named], *rest)))


def helped_besides(text: str, language: str, longest: int) -> tuple[frozenset[str], str] | None:
    """Return what was tried, and the other words of the text, such as "after ten minutes it went".

    Returns:
        None when nothing was tried, or it helped a bit or not at all. "It went" helped a lot.
    """
    if len(text) > longest:
        return None
    codes, rest = _taken(_pieces(text, language), language)
    tried = codes - {HELPED, TRIED}
    is_plain = bool(tried - HOW_FAR and rest)
    is_plain &= tried.isdisjoint({*(HOW_FAR - {"a_lot"}), NOTHING, *OF_THE_DAY})
    return (frozenset(tried), " ".join(rest)) if is_plain else None


def _pieces(text: str, language: str) -> list[str]:
    return without_first_parts(split(text), (), language)


def _taken(pieces: list[str], language: str) -> tuple[set[str], list[str]]:
    """The codes of all phrases in a text, the longest first, and the pieces that are in none."""
    phrases, most = _phrases(language)
    codes, rest, at = set[str](), list[str](), 0
    while at < len(pieces):
        lengths = range(min(most, len(pieces) - at), 0, -1)
        found = next((one for one in lengths if tuple(pieces[at : at + one]) in phrases), 0)
        said = phrases[tuple(pieces[at : at + found])] if found else ()
        is_question = HELPS in said and at + found < len(pieces)  # "hilft dehnen"
        if found and not is_question:
            codes.update(HELPED if one == HELPS else one for one in said)
        else:
            rest += pieces[at : at + (found or 1)]
        at += found or 1
    return codes, rest


@lru_cache(maxsize=16)
def _phrases(language: str) -> tuple[dict[tuple[str, ...], tuple[str, ...]], int]:
    """The phrases of a language, split into pieces, with their codes, and the longest length."""
    known: dict[tuple[str, ...], tuple[str, ...]] = {}
    for codes, phrases in table(language, "helped").items():
        for phrase in _with_and_without_apostrophes(phrases):
            known[tuple(split(phrase))] = tuple(codes.split())
    return known, max(map(len, known), default=0)


def _with_and_without_apostrophes(phrases: Iterable[str]) -> Iterable[str]:
    for phrase in phrases:
        yield phrase
        if "'" in phrase:
            yield phrase.replace("'", "")
