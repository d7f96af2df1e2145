"""A number of cramps, with words for how bad they were between: "two terrible cramps". Pure."""

from collections.abc import Sequence

from bot.i18n.vocabulary.tokens import Token

_HOW_BAD = frozenset({"HOW_BAD", "WORST", "RATHER"})
_BEFORE_NO_COUNT = frozenset({"AT", "ABOUT", ":", ".", "/", "H", "DIAL"})
"""Before a number that is an hour, its minutes or a strength: "at 2 bad cramps"."""


def beside_counts(tokens: Sequence[Token]) -> list[Token]:
    """The tokens without words for how bad between a number and its cramps: "2 bad cramps"."""
    found: list[Token] = []
    for at, token in enumerate(tokens):
        following = (one.kind for one in tokens[at:] if one.kind not in _HOW_BAD)
        is_between = token.kind in _HOW_BAD and next(following, "") == "CRAMPS"
        is_counted = bool(found) and found[-1].kind.isdigit()
        before = found[-2].kind if len(found) > 1 else ""
        if not (is_between and is_counted and before not in _BEFORE_NO_COUNT):
            found.append(token)
    return found
