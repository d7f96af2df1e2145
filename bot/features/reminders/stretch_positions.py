"""The positions of the stretches: what to do, in words that need no picture. Pure.

``learn/sources.py`` has the numbered sources, ``bot/drawing/stretches.py`` the drawings. The lying
ways are the seated ones with a towel, done on the back.
"""

# TRANSLATORS, ALL: Steps of a stretch, read while lying or standing: one short order for each step.

from collections.abc import Collection
from dataclasses import dataclass

from bot.i18n.translator import N_

STANDING, SEATED, LYING = "standing", "seated", "lying"
WAYS = (STANDING, SEATED, LYING)
"""Ways to stretch, in the order in which they are offered."""
CALF, THIGH = "calf", "thigh"


@dataclass(frozen=True)
class Position:
    """How to stretch one muscle in one way. Texts are message ids."""

    title: str
    lines: tuple[str, str, str]
    sources: tuple[int, ...]


POSITIONS: dict[str, Position] = {
    "calf_standing": Position(
        N_("Calf, standing"),
        (
            N_("Face a wall, arms straight, palms on it at chest height."),
            N_("Leg to stretch behind you, knee straight. Front knee bent, both heels down."),
            N_("Lean in until the back calf feels tight, never painful. Hold 10 seconds."),
        ),
        (8, 9),
    ),
    "calf_seated": Position(
        N_("Calf, seated"),
        (
            N_("Sit on the bed, back against the wall, leg straight out."),
            N_("Loop a towel or sheet round the front of the foot."),
            N_("Pull gently until the calf feels tight, never painful. Hold 10 seconds."),
        ),
        (67, 8),
    ),
    "calf_lying": Position(
        N_("Calf, lying down"),
        (
            N_("Lie on your back, other knee bent. Lift the straight leg a little."),
            N_("Loop a towel round the front of the foot, one end in each hand."),
            N_(
                "Pull the toes toward you until the calf feels tight, never painful. Hold 10 "
                "seconds."
            ),
        ),
        (67, 8),
    ),
    "thigh_standing": Position(
        N_("Back of the thigh, standing"),
        (
            N_("Hold on to a railing or a wall. Heel on a low step, leg straight."),
            N_("Bend the other knee a little. Keep your back long."),
            N_(
                "Lean forward from the hips until the thigh feels tight, never painful. Hold 10 "
                "seconds."
            ),
        ),
        (68, 8),
    ),
    "thigh_seated": Position(
        N_("Back of the thigh, seated"),
        (
            N_("Sit on the edge of a firm chair, leg straight out, heel down."),
            N_("Hands on the other thigh, or on a towel round the foot."),
            N_(
                "Lean forward from the hips until the thigh feels tight, never painful. Hold 10 "
                "seconds."
            ),
        ),
        (68, 8),
    ),
    "thigh_lying": Position(
        N_("Back of the thigh, lying down"),
        (
            N_("Lie on your back, other knee bent. Loop a towel round the foot."),
            N_("Knee straight, raise the leg slowly with the towel."),
            N_("Stop when the back of the thigh feels tight, never painful. Hold 10 seconds."),
        ),
        (67, 8),
    ),
}
"""By the name of the position, ``muscle_way``: its drawing and its card have the same name."""

NEVER_SWOLLEN = N_("Do not stretch or rub a leg that is swollen, hot or red.")
ASK_FIRST = N_("Ask whoever treated you first.")
QUESTIONS_FIRST = N_("First a question about your health: tap below.")


def open_ways(shut: Collection[str]) -> tuple[str, ...]:
    """The ways to stretch that the gates leave open.

    Args:
        shut: codes of the gates that are shut; ``stretch?`` is one whose questions are open.
    """
    if "seated" in shut:
        return ()
    if {"standing", "stretch", "stretch?"} & set(shut):
        return (SEATED, LYING)
    return WAYS
