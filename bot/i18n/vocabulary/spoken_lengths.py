"""Durations that people say as a range: "2-3 min", "минуты две-три". Pure.

The diary stores durations in ranges. If both ends of what was said are in one of them, the longer
end stands for both.
"""

from collections.abc import Sequence

from bot.i18n.vocabulary.tokens import Token

_SECONDS = {"SEC": 1, "MIN": 60}
_ENDS = (59, 300, 600)
"""The most seconds of each range of lengths that the diary keeps."""
_DASHES = frozenset({"-", "–", "—"})
_NO_LENGTH_AFTER = frozenset({"IN", "AFTER", "UNTIL", "BETWEEN", ".", ":", "-", "/"})
_NO_LENGTH_BEFORE = frozenset({"AGO", "LATER", "SOONER", "BEFORE"})
_MOST_MINUTES_AND_HALF = 15
"""The most minutes for which "and a half" matters; longer durations are in the same range without
it."""


def with_lengths(tokens: Sequence[Token]) -> list[Token]:
    """Replace ranges of a length by their longer ends, and minutes and a half by seconds."""
    found = _with_halves(tokens)
    for at in range(len(found) - 3, -1, -1):
        size = _size(found, at)
        if size is None:
            continue
        before = found[at - 1].kind if at else ""
        after = found[at + size].kind if at + size < len(found) else ""
        is_length = not (before.isdigit() or before in _NO_LENGTH_AFTER)
        if is_length and not (after.isdigit() or after in _NO_LENGTH_BEFORE):
            piece = found[at : at + size]
            unit = next(one for one in piece if one.kind in _SECONDS)
            longer = [one for one in piece if one.kind.isdigit()][-1]
            found[at : at + size] = [longer, unit]
    return found


def _with_halves(tokens: Sequence[Token]) -> list[Token]:
    """ "dos minutos y medio": two and a half are 150 seconds."""
    found = list(tokens)
    for at in range(len(found) - 3, -1, -1):
        number, unit, half = found[at : at + 3]
        before = found[at - 1].kind if at else ""
        after = found[at + 3].kind if at + 3 < len(found) else ""
        is_length = unit.kind == "MIN" and half.kind == "AND_HALF" and number.kind.isdigit()
        is_other = before in {*_NO_LENGTH_AFTER, "AGO"} or after in _NO_LENGTH_BEFORE
        if is_length and not is_other and int(number.kind) <= _MOST_MINUTES_AND_HALF:
            seconds = 60 * int(number.kind) + 30
            source = f"{number.source} {unit.source} {half.source}"
            found[at : at + 3] = [Token(str(seconds), source), Token("SEC", "")]
    return found


def _size(tokens: Sequence[Token], at: int) -> int | None:
    """How many tokens at a place are a range of a length; None when they are not."""
    for size in (3, 4):
        piece = tokens[at : at + size]
        kinds = [one.kind for one in piece if one.kind not in _DASHES]
        units = [kind for kind in kinds if kind in _SECONDS]
        numbers = [int(kind) for kind in kinds if kind.isdigit()]
        is_at_end = bool(kinds) and (kinds[0] in _SECONDS or kinds[-1] in _SECONDS)
        is_range = len(piece) == size and len(kinds) == 3 and len(units) == 1
        if not is_range or not is_at_end or len(numbers) != 2:
            continue
        is_dashed = size == 4
        in_words = all(not one.source.isdigit() for one in piece if one.kind.isdigit())
        shorter, longer = numbers
        if not (is_dashed or in_words) or not 0 < shorter < longer:
            continue
        seconds = _SECONDS[units[0]]
        if _range_of(shorter * seconds) == _range_of(longer * seconds):
            return size
    return None


def _range_of(seconds: int) -> int:
    return sum(seconds > end for end in _ENDS)
