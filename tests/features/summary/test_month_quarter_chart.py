"""The pictures of a month and of 13 weeks: positions, and what must look different."""

import io
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from PIL import Image, ImageChops

from bot.drawing.canvas import MARGIN, WIDTH
from bot.drawing.themes import DARK
from bot.features.diary.facts import Facts
from bot.features.summary import month_quarter_messages
from bot.features.summary.month_quarter import (
    MonthFigures,
    QuarterFigures,
    month_figures,
    quarter_figures,
)
from bot.features.summary.month_quarter_chart import (
    BARS_BOTTOM,
    BARS_LEFT,
    BARS_TOP,
    CELL_HEIGHT,
    CELL_WIDTH,
    GRID_TOP,
    QuarterDrawing,
    draw_month,
    draw_quarter,
)
from bot.i18n.translator import translator
from tests.features.summary.test_periods import FIRST, cramp, diary, night, none, week

TR = translator("en")
Pixel = tuple[int, int, int]
JANUARY_ENDS = datetime(2027, 2, 1, 13)


def month(facts: Facts, now: datetime = JANUARY_ENDS, started_on: date = FIRST) -> MonthFigures:
    return month_figures(facts, 2027, 1, started_on=started_on, local_now=now)


def drawn(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png)).convert("RGB")


def month_picture(figures: MonthFigures, first_weekday: int = 0) -> Image.Image:
    return drawn(
        draw_month(
            figures,
            month_quarter_messages.month_labels(TR, figures, first_weekday),
            first_weekday,
        )
    )


def pixel(image: Image.Image, x: float, y: float) -> Pixel:
    found = image.getpixel((round(x), round(y)))
    assert isinstance(found, tuple)
    return found[0], found[1], found[2]


def is_near(one: Pixel, other: Pixel) -> bool:
    """The palette has 256 colours, so a colour may be a shade off."""
    return all(abs(a - b) <= 8 for a, b in zip(one, other, strict=True))


def corner(image: Image.Image, row: int, column: int) -> Pixel:
    """A night's colour, away from its number and its mark."""
    return pixel(image, MARGIN + CELL_WIDTH * (column + 0.85), GRID_TOP + CELL_HEIGHT * (row + 0.8))


def has_dashes(image: Image.Image, column: int) -> bool:
    """Whether a night in the first row has the dashed border of a night without an entry."""
    x = MARGIN + CELL_WIDTH * (column + 0.5)
    return any(pixel(image, x, GRID_TOP + y)[0] > 100 for y in range(12))


# Month -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first_weekday", "row", "column"),
    [(0, 0, 0), (6, 0, 1), (5, 0, 2)],
    ids=["weeks from Monday", "from Sunday", "from Saturday"],
)
def test_a_night_stands_below_its_weekday(first_weekday: int, row: int, column: int) -> None:
    """January 4th 2027 is a Monday; the week before it has no night of the diary."""
    image = month_picture(month(Facts((cramp(0, intensity=10),))), first_weekday)
    assert is_near(corner(image, row, column), DARK.strength(10))


@pytest.mark.parametrize("strength", range(11))
def test_a_night_has_the_colour_of_its_strongest_cramp(strength: int) -> None:
    facts = Facts((cramp(0, intensity=strength), cramp(0, intensity=0), cramp(0)))
    assert is_near(corner(month_picture(month(facts)), 0, 0), DARK.strength(strength))


def test_cramps_of_unknown_strength_are_neither_weak_nor_absent() -> None:
    image = month_picture(month(Facts((cramp(0),))))
    assert is_near(corner(image, 0, 0), DARK.unknown)


def test_free_missing_and_future_nights_look_different() -> None:
    image = month_picture(
        month(Facts(checks=(none(0),)), now=datetime(2027, 1, 6, 13), started_on=FIRST)
    )
    free, unsaid, coming = (corner(image, 0, column) for column in (0, 1, 2))
    assert is_near(free, DARK.panel)
    assert is_near(unsaid, DARK.ground)
    assert is_near(coming, DARK.ground)
    assert [has_dashes(image, column) for column in (0, 1, 2)] == [False, True, False]


def test_a_quiet_night_and_no_entry_never_look_alike() -> None:
    told = month_picture(month(Facts(checks=(none(0),))))
    unsaid = month_picture(month(Facts()))
    assert ImageChops.difference(told, unsaid).getbbox() is not None


@pytest.mark.parametrize(
    ("started_on", "today", "rows"),
    [
        (date(2026, 1, 1), datetime(2027, 2, 1, 13), 5),
        (date(2027, 1, 20), datetime(2027, 2, 1, 13), 2),
        (date(2026, 1, 1), datetime(2027, 1, 6, 13), 2),
        (date(2027, 1, 12), datetime(2027, 1, 13, 13), 1),
    ],
    ids=["all of it", "begun on the 20th", "up to the 5th", "one night"],
)
def test_a_month_goes_from_the_diarys_first_week_to_the_newest_night(
    started_on: date, today: datetime, rows: int
) -> None:
    image = month_picture(month(Facts(), today, started_on))
    assert image.width == WIDTH
    assert GRID_TOP + rows * CELL_HEIGHT < image.height < GRID_TOP + (rows + 1) * CELL_HEIGHT + 60


# Three months ------------------------------------------------------------------------------------


def quarter(letters: str, begun: int = 0) -> QuarterFigures:
    """Thirteen weeks that end with the last letter's night."""
    plain = letters.replace(" ", "")
    return quarter_figures(diary(plain), night(len(plain) - 1), night(begun))


def quarter_picture(figures: QuarterFigures) -> Image.Image:
    return drawn(draw_quarter(figures, month_quarter_messages.quarter_labels(TR, figures)))


def cell(image: Image.Image, column: int, height: int) -> Pixel:
    """The center of a night's cell: columns from the left, nights from the bottom, both from 0."""
    step = (WIDTH - MARGIN - BARS_LEFT) / 13
    tall = (BARS_BOTTOM - BARS_TOP) / 7
    return pixel(image, BARS_LEFT + step * (column + 0.5), BARS_BOTTOM - tall * (height + 0.5))


def has_cream(image: Image.Image, box: tuple[int, int, int, int]) -> bool:
    """Whether any pixel in a part of a picture has the colour of the baseline's mark."""
    part = image.crop(box)
    places = ((x, y) for x in range(0, part.width, 2) for y in range(part.height))
    return any(is_near(pixel(part, *place), DARK.text) for place in places)


def mark_at(image: Image.Image, column: int, nights: float) -> Pixel:
    """The left end of a mark: its middle may be below a dot."""
    step = (WIDTH - MARGIN - BARS_LEFT) / 13
    y = BARS_BOTTOM - (BARS_BOTTOM - BARS_TOP) * nights / 7
    return pixel(image, BARS_LEFT + step * (column + 0.5) - step / 2 + 8, y)


def dashed_at(nights: float) -> tuple[int, int, int, int]:
    """Where the dashed mark of the last column stands at a number of nights."""
    step = (WIDTH - MARGIN - BARS_LEFT) / 13
    y = round(BARS_BOTTOM - (BARS_BOTTOM - BARS_TOP) * nights / 7)
    return round(WIDTH - MARGIN - step) + 4, y - 2, WIDTH - MARGIN - 4, y + 2


FREE_WEEKS = week(0) * 12
"""Enough weeks without cramps that the baseline is zero, so that no mark covers a column."""


def test_a_column_counts_cramp_nights_then_free_ones_then_those_without_entry() -> None:
    image = quarter_picture(quarter(FREE_WEEKS + week(2, 5)))
    assert [is_near(cell(image, 12, one), DARK.cramp) for one in range(7)] == [True] * 2 + [
        False
    ] * 5
    assert all(is_near(cell(image, 12, one), DARK.free) for one in (2, 3, 4))
    assert all(is_near(cell(image, 12, one), DARK.ground) for one in (5, 6))


@pytest.mark.parametrize(("covered", "is_hollow"), [(4, True), (5, False)])
def test_a_partial_week_is_hollow(covered: int, is_hollow: bool) -> None:
    image = quarter_picture(quarter(FREE_WEEKS + week(covered, covered)))
    for height in range(covered):
        assert is_near(cell(image, 12, height), DARK.ground if is_hollow else DARK.cramp)


@pytest.mark.parametrize(("covered", "is_told"), [(0, True), (4, True), (5, False), (7, False)])
def test_a_partial_week_has_its_logged_nights_above_it(covered: int, is_told: bool) -> None:
    image = quarter_picture(quarter(FREE_WEEKS + week(0, covered)))
    step = (WIDTH - MARGIN - BARS_LEFT) / 13
    above = image.crop((round(WIDTH - MARGIN - step), BARS_TOP - 44, WIDTH - MARGIN, BARS_TOP - 6))
    is_empty = len(above.getcolors() or []) == 1
    assert is_empty is not is_told


def test_weeks_before_the_diary_are_left_out() -> None:
    figures = quarter("." * 70 + week(0) * 3, begun=70)
    labels = month_quarter_messages.quarter_labels(TR, figures)
    drawing = QuarterDrawing(figures, labels)
    assert [column.week_on for column, _words in drawing.columns] == [
        night(70),
        night(77),
        night(84),
    ]
    assert {text.text for text in drawing.drawn().texts} >= {labels.weeks[10]}


@pytest.mark.parametrize("covered", [5, 6, 7])
def test_the_marks_stand_for_as_many_nights_as_were_logged(covered: int) -> None:
    """Seven cramps in the first 14 nights: one night of two."""
    figures = quarter(week(7) + week(0) * 11 + week(0, covered))
    image = quarter_picture(figures)
    assert is_near(mark_at(image, 12, covered / 2), DARK.text)
    assert has_cream(image, dashed_at(covered * 3 / 8))


def test_no_mark_cuts_the_dot_of_a_night_without_cramps() -> None:
    image = quarter_picture(quarter(week(7) + week(0) * 11 + week(0, 7)))
    step, night = (WIDTH - MARGIN - BARS_LEFT) / 13, (BARS_BOTTOM - BARS_TOP) / 7
    x, y = BARS_LEFT + step * 12.5, BARS_BOTTOM - night * 3.5  # the baseline is there, too
    assert is_near(mark_at(image, 12, 3.5), DARK.text)
    for across, down in ((0, 0), (0, -9), (0, 9), (-9, 0), (9, 0)):
        assert is_near(pixel(image, x + across, y + down), DARK.free)


@pytest.mark.parametrize("covered", [0, 1, 4])
def test_a_partial_week_has_no_marks(covered: int) -> None:
    image = quarter_picture(quarter(week(7) + week(0) * 11 + week(0, covered)))
    step = (WIDTH - MARGIN - BARS_LEFT) / 13
    assert not has_cream(image, (round(WIDTH - MARGIN - step), BARS_TOP, WIDTH, BARS_BOTTOM))


@pytest.mark.parametrize(
    "letters",
    [FREE_WEEKS + week(3), "." * 78 + "C" * 13, week(3, 4) * 13],
    ids=["a baseline without cramps", "no baseline yet", "partial weeks only"],
)
def test_without_anything_to_compare_there_are_no_marks(letters: str) -> None:
    figures = quarter(letters)
    labels = month_quarter_messages.quarter_labels(TR, figures)
    assert (labels.baseline, labels.quarter_fewer) == (None, None)
    image = quarter_picture(figures)
    assert not has_cream(image, (BARS_LEFT, BARS_TOP - 8, WIDTH, BARS_BOTTOM + 12))


# Both --------------------------------------------------------------------------------------------


def _many_month() -> bytes:
    figures = month(diary("Cn." * 20))
    return draw_month(figures, month_quarter_messages.month_labels(TR, figures, 0))


def _empty_month() -> bytes:
    figures = month(Facts())
    return draw_month(figures, month_quarter_messages.month_labels(TR, figures, 0))


def _many_quarter() -> bytes:
    figures = quarter("Cnn" * 31)
    return draw_quarter(figures, month_quarter_messages.quarter_labels(TR, figures))


def _empty_quarter() -> bytes:
    figures = quarter_figures(Facts(), FIRST, FIRST + timedelta(days=1))
    return draw_quarter(figures, month_quarter_messages.quarter_labels(TR, figures))


PICTURES = (_many_month, _empty_month, _many_quarter, _empty_quarter)


@pytest.mark.parametrize("draw", PICTURES)
def test_it_is_a_small_png_as_wide_as_a_phone(draw: Callable[[], bytes]) -> None:
    png = draw()
    image = Image.open(io.BytesIO(png))
    assert image.format == "PNG"
    assert image.width == WIDTH
    assert len(png) < 60_000
    assert draw() == png
