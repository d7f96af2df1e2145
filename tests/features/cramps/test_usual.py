"""Which place the chip of the first answer offers: a table of diaries."""

import pytest

from bot.database.cramp_values import Side, Site
from bot.features.cramps.usual import (
    MOST_COMMON,
    OFFERED,
    Place,
    offered_places,
    told_places,
    usual_place,
)

L, R, B, UNSURE = Side.LEFT, Side.RIGHT, Side.BOTH, Side.UNSURE
CALF, TOES, SHIN = Site.CALF, Site.TOES, Site.SHIN
Told = list[tuple[Side | None, Site | None]]
CASES: list[tuple[str, Told, Place | None]] = [
    ("an empty diary", [], None),
    ("told once", [(L, CALF)], None),
    ("told twice", [(L, CALF), (L, CALF)], (L, CALF)),
    ("twice, with something between", [(L, CALF), (R, TOES), (L, CALF)], (L, CALF)),
    ("a different place each time", [(L, CALF), (R, CALF), (L, TOES), (R, TOES)], None),
    ("a new habit beside an old one", [(R, CALF), (R, CALF), (L, CALF), (L, CALF)], (R, CALF)),
    ("the old habit still prevails", [(R, CALF), *[(L, CALF)] * 3, (R, CALF)], (L, CALF)),
    (
        "only the newest five count",
        [*[(R, CALF)] * 2, *[(L, TOES)] * 3, *[(R, CALF)] * 9],
        (L, TOES),
    ),
    ("a leg before five of the other", [*[(R, CALF)] * 5, *[(L, CALF)] * 20], (R, CALF)),
    ("entries without a place are passed over", [(None, None), (L, CALF), (L, CALF)], (L, CALF)),
    ("a site without a side is no place", [(None, CALF), (None, CALF)], None),
    ("a side without a site is no place", [(L, None), (L, None)], None),
    ("an unsure side is no place", [(UNSURE, CALF), (UNSURE, CALF)], None),
    ("both legs are a place", [(B, SHIN), (B, SHIN)], (B, SHIN)),
    ("a chest is never a habit", [(L, Site.CHEST), (L, Site.CHEST)], None),
    ("an arm is passed over", [(L, Site.ARM), (R, CALF), (R, CALF)], (R, CALF)),
]


@pytest.mark.parametrize(("told", "usual"), [case[1:] for case in CASES], ids=[c[0] for c in CASES])
def test_the_usual_place(told: Told, usual: Place | None) -> None:
    assert usual_place(told_places(told)) == usual


@pytest.mark.parametrize(
    ("told", "offered"),
    [
        ([], MOST_COMMON),
        ([(B, SHIN)], ((L, CALF), (B, SHIN), (L, Site.FOOT_SOLE), (R, CALF))),
        ([(R, CALF)], MOST_COMMON),
        ([(R, TOES), (R, TOES), (R, SHIN)], ((R, TOES), (R, SHIN), *MOST_COMMON[:2])),
        ([(L, TOES), (B, SHIN), (B, SHIN)], ((L, TOES), (B, SHIN), *MOST_COMMON[:2])),
    ],
)
def test_the_own_places_come_first_and_in_each_row_left_is_on_the_left(
    told: list[Place], offered: tuple[Place, ...]
) -> None:
    assert offered_places(told) == offered
    assert len(offered) == OFFERED
