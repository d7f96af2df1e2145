"""Nights in a row with cramps, or without them: a night without an entry ends a row."""

from datetime import date, timedelta

import pytest

from bot.features.free_text.acts.further_messages import in_a_row
from bot.features.summary.nights_in_a_row import NightsInARow, Row, nights_in_a_row
from bot.i18n.translator import translator
from tests.support.wording import visible_text

MONDAY = date(2027, 1, 4)
TR = translator("en")


def rows_of(nights: str) -> NightsInARow | None:
    """The rows of a diary that begins on a Monday: x is a cramp, o none, and a dot no entry."""
    on = {MONDAY + timedelta(days=at): sign for at, sign in enumerate(nights)}
    covered = {night_on for night_on, sign in on.items() if sign in "xo"}
    return nights_in_a_row(covered, {night_on for night_on in covered if on[night_on] == "x"})


@pytest.mark.parametrize(
    ("nights", "newest", "last_free", "longest_free"),
    [
        ("o", "o", 0, (0, 0)),
        ("x", "x", None, None),
        ("ooxoo", "oo", 4, (3, 4)),
        ("ooo.oo", "oo", 5, (0, 2)),
        ("oox.xx", "xx", 1, (0, 1)),
        ("xxo..", "o", 2, (2, 2)),
        ("oo.ooo.x", "x", 5, (3, 5)),
    ],
)
def test_rows(
    nights: str, newest: str, last_free: int | None, longest_free: tuple[int, int] | None
) -> None:
    found = rows_of(nights)
    assert found is not None
    assert (found.newest.nights, found.newest.has_cramps) == (len(newest), newest[0] == "x")
    assert found.newest.last_on == MONDAY + timedelta(days=len(nights.rstrip(".")) - 1)
    free_on = None if last_free is None else MONDAY + timedelta(days=last_free)
    assert found.last_free_on == free_on
    longest = None
    if longest_free is not None:
        first_on, last_on = (MONDAY + timedelta(days=at) for at in longest_free)
        longest = Row(first_on, last_on, has_cramps=False)
    assert found.longest_free == longest


@pytest.mark.parametrize(
    ("nights", "lines"),
    [
        ("...", ["No entries so far, and that is fine."]),
        ("ooo", ["Without cramps: 3 nights in a row. The last one: Wed 6 Jan"]),
        (
            "ooxx",
            [
                "With cramps: 2 nights in a row. The last one: Thu 7 Jan",
                "Your last night without cramps: Tue 5 Jan",
                "Longest time without cramps: 2 nights in a row, 4–5 Jan",
            ],
        ),
        (
            "x",
            [
                "With cramps: 1 night. The last one: Mon 4 Jan",
                "No night is marked as free of cramps so far.",
            ],
        ),
        (
            "ooxo",
            [
                "Without cramps: 1 night. The last one: Thu 7 Jan",
                "Longest time without cramps: 2 nights in a row, 4–5 Jan",
            ],
        ),
    ],
)
def test_what_is_said_of_them(nights: str, lines: list[str]) -> None:
    head, *said, empty, caveat = visible_text(in_a_row(TR, rows_of(nights))).splitlines()
    assert (head, empty, caveat[:20]) == ("Nights in a row", "", "This counts what you")
    assert [line.replace("\u2009", " ") for line in said] == lines
