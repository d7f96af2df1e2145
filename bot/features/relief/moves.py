"""The moves against a cramp, in the order in which they are tried. Pure.

Health reference, section (f); each has about five words that are drawn in large letters.
"""

# TRANSLATORS, ALL: Steps against a cramp: orders in large letters on a drawing, and lines below it.

from collections.abc import Collection
from dataclasses import dataclass

from bot.features.cramps.relief import (
    ASK_WHO_TREATED,
    FOOT_UP,
    LEG_UNSEEN,
    RUB,
    SIT_UP,
    TOWEL,
    WARM,
)
from bot.features.health_profile.gates import LEG
from bot.i18n.translator import N_

SEATED, LYING = "seated", "lying"
WAYS = (SEATED, LYING)
"""How somebody may be while they do a move. Nobody is sent to a wall in the dark."""
LIE_DOWN = N_("Lie on your back, other knee bent. Lift the straight leg a little.")
TOWEL_IN_HANDS = N_("Loop a towel round the front of the foot, one end in each hand.")


@dataclass(frozen=True)
class Move:
    """One move. Texts are message ids."""

    code: str
    words: str
    lines: tuple[str, ...]
    drawing: str | None = None
    """Its name in ``bot/drawing/stretches.py``; None: the words alone."""


_FOOT = {
    SEATED: Move("foot", N_("Pull your foot toward you"), (SIT_UP, FOOT_UP), "foot_seated"),
    LYING: Move("foot", N_("Pull your foot toward you"), (FOOT_UP,), "foot_lying"),
}
_TOWEL = {
    SEATED: Move("towel", N_("Loop a towel, then pull"), (TOWEL,), "calf_seated"),
    LYING: Move("towel", N_("Loop a towel, then pull"), (LIE_DOWN, TOWEL_IN_HANDS), "calf_lying"),
}
_RUB = Move("rub", N_("Rub the hard muscle firmly"), (RUB,), "rub")
_WARM = Move("warm", N_("Put something warm on it"), (WARM,), "warm")
_STILL = Move("still", N_("Sit up. Do not stretch."), (SIT_UP, ASK_WHO_TREATED))
_LEG = Move("leg", N_("Have the leg checked today"), (LEG_UNSEEN, SIT_UP))


def moves_of(shut: Collection[str], way: str, *, is_leg: bool = True) -> tuple[Move, ...]:
    """The moves that the gates leave open, at least one.

    Args:
        shut: codes of the gates that are shut for this person.
        way: seated or lying.
        is_leg: whether the cramp is in a leg or foot, as far as it was told.
    """
    if LEG in shut:
        return (_LEG,)
    moves = [_WARM] if "warmth" not in shut else []
    if "seated" in shut:
        return (_STILL, *moves)
    moves.insert(0, _RUB)
    return (_FOOT[way], _TOWEL[way], *moves) if is_leg else tuple(moves)


def ways_of(shut: Collection[str], *, is_leg: bool = True) -> tuple[str, ...]:
    """The ways to choose from; none where all moves are the same."""
    return WAYS if is_leg and "seated" not in shut else ()


def shown(moves: tuple[Move, ...], code: str) -> Move:
    """The move with a code, or the first one when it is not among them (any more)."""
    return next((move for move in moves if move.code == code), moves[0])


def following(moves: tuple[Move, ...], move: Move) -> Move | None:
    """The move after another one, the first one after the last; None when there is no other."""
    after = moves[(moves.index(move) + 1) % len(moves)]
    return None if after is move else after
