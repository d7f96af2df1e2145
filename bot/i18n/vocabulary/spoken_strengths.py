"""Strengths that people say with an article or a noun: "like a 6", "eine 8", "восьмёрка". Pure.

A number after an article is not a time, so it needs no other word to be a strength.
"""

from collections.abc import Mapping, Sequence

from bot.i18n.vocabulary.tokens import Token

_ARTICLES: Mapping[str, frozenset[str]] = {
    "en": frozenset({"a", "an"}),
    "de": frozenset({"eine", "ne", "a"}),
    "es": frozenset({"un"}),
    "fr": frozenset({"un"}),
    "it": frozenset({"un"}),
    "pt_br": frozenset({"um"}),
}
_WITH_NOUNS = frozenset({"ru", "uk"})
_NOUNS = ("ка", "ку", "кой", "кои", "кою")
"""Endings, after folding, of nouns for numbers such as school marks: "восьмёрка". They are never
used for times of day."""
_STRONGEST = 10
_NOTHING_BETWEEN = frozenset({"FILLER", "1"})
"""The concepts that stand for an article."""
_MAY_FOLLOW = frozenset(
    {
        *(
            ",",
            ";",
            "FILLER",
            "AND",
            "OR",
            "LEFT",
            "RIGHT",
            "BOTH",
            "CRAMP",
            "AGAIN",
            "NOW",
            "THANKS",
        ),
        *("CALF", "FOOT", "SOLE", "TOES", "SHIN", "THIGH", "THIGH_FRONT", "THIGH_BACK", "MAYBE"),
        *("RATHER", "MEANT", "NOT", "WOKE", "IN", "ON", "AT", "HOW_BAD", "THIS", "LAST_NIGHT"),
    }
)
"""Concepts that may come after a strength; all others may make another number of it."""


def with_strengths(tokens: Sequence[Token], language: str) -> list[Token]:
    """Put a STRENGTH before each number from 0 to 10 that follows an article, and each noun."""
    articles = _ARTICLES.get(language, frozenset())
    found: list[Token] = []
    for at, token in enumerate(tokens):
        if language in _WITH_NOUNS and _is_noun(token, tokens[at + 1 : at + 2]):
            found += [Token("STRENGTH", ""), token]
            continue
        article = found[-1] if found else None
        if (
            article is not None
            and article.kind != "STRENGTH"
            and article.source.split(" ")[-1] in articles
            and _is_strength(token)
            and (at + 1 == len(tokens) or tokens[at + 1].kind in _MAY_FOLLOW)
        ):
            is_bare = article.kind in _NOTHING_BETWEEN
            found[-1 if is_bare else len(found) :] = [
                Token("STRENGTH", article.source if is_bare else "")
            ]
        found.append(token)
    return found


def _is_noun(token: Token, following: Sequence[Token]) -> bool:
    """Whether a number is a noun, and not the first concept of a longer phrase: "часик"."""
    is_number = token.kind.isdigit() and int(token.kind) <= _STRONGEST
    is_whole = not following or following[0].source != ""
    return is_number and is_whole and token.source.endswith(_NOUNS)


def _is_strength(token: Token) -> bool:
    """Whether a number after an article is a strength; "one" in words may be the cramp."""
    if not token.kind.isdigit() or int(token.kind) > _STRONGEST:
        return False
    return len(token.source) < 3 if token.source.isdigit() else int(token.kind) > 1
