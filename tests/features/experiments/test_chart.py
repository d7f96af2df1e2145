"""The picture of a fair test: valid, deterministic, and correct."""

import io
from datetime import date, timedelta

import pytest
from PIL import Image

from bot.drawing.themes import DARK, Colour
from bot.drawing.typesetting import WIDTH
from bot.features.experiments import chart, ended_messages
from bot.features.experiments.chart import draw_test
from bot.features.experiments.design import WITH, Adherence, Course, compare, tallies
from bot.features.experiments.ended_messages import EndedTest
from bot.features.experiments.rules import Subject, Topic
from bot.i18n.translator import translator

MONDAY = date(2027, 1, 11)
NEAR = 12
SHORT = Course("abbabaab", 7, MONDAY)
LONG = Course("abbabaababbabaab", 7, MONDAY)
DOUBLE = Course("abbabaab", 14, MONDAY)


def draw(
    course: Course, cramps: frozenset[date], covered: frozenset[date], last_on: date | None = None
) -> bytes:
    counts = tallies(course, cramps, covered)
    result = compare(course.order, course.block_days, counts)
    kept = {letter: Adherence(0, 0) for letter in "ab"}
    test = EndedTest(1, Topic(Subject.OTHER, "warm bed socks"), course, result, kept)
    arms = {"a": result.with_it, "b": result.without_it}
    labels = ended_messages.labels(translator("en"), test)
    return draw_test(course, cramps, covered, last_on or course.last_on, arms, labels)


def every(course: Course, step: int = 1) -> frozenset[date]:
    return frozenset(MONDAY + timedelta(days=day) for day in range(0, course.nights, step))


def pixel(png: bytes, at: tuple[float, float]) -> Colour:
    found = Image.open(io.BytesIO(png)).convert("RGB").getpixel((round(at[0]), round(at[1])))
    assert isinstance(found, tuple)
    return int(found[0]), int(found[1]), int(found[2])


def near(one: Colour, other: Colour) -> bool:
    return max(abs(a - b) for a, b in zip(one, other, strict=True)) <= NEAR


def place(course: Course, day: int) -> tuple[float, float]:
    night_on = MONDAY + timedelta(days=day)
    return (
        chart.cell_x(course.arm_of(night_on) or WITH, day % 7),
        chart.row_y(course, day // 7),
    )


@pytest.mark.parametrize("course", [SHORT, LONG, DOUBLE])
def test_it_is_a_small_png_that_an_upright_phone_shows(course: Course) -> None:
    png = draw(course, every(course, 2), every(course))
    image = Image.open(io.BytesIO(png))
    image.load()
    assert image.format == "PNG"
    assert image.width == WIDTH
    assert 0.8 * image.width < image.height < 1.6 * image.width
    assert len(png) < 90_000
    assert png == draw(course, every(course, 2), every(course))


@pytest.mark.parametrize("course", [SHORT, LONG, DOUBLE])
def test_every_night_is_drawn_in_its_week_and_lane(course: Course) -> None:
    cramps, covered = every(course, 3), every(course) - every(course, 5)
    png = draw(course, cramps & covered, covered)
    for day in range(course.nights):
        night_on = MONDAY + timedelta(days=day)
        x, y = place(course, day)
        beside_the_tick = (x - 17, y + 14)
        if night_on in cramps & covered:
            assert near(pixel(png, (x, y)), DARK.cramp), day
        elif night_on in covered:
            assert near(pixel(png, beside_the_tick), DARK.panel), day
        else:
            assert near(pixel(png, (x, y)), DARK.ground), day


def test_the_bars_are_as_long_as_the_shares() -> None:
    cramps = frozenset(n for n in every(SHORT) if SHORT.arm_of(n) == WITH)
    png = draw(SHORT, cramps, every(SHORT))
    y = chart.TOP - 70 + chart.BAR_HEIGHT / 2
    for share in (0.1, 0.5, 0.9):
        assert near(pixel(png, (chart.LANES["a"] + chart.LANE * share, y)), DARK.cramp)
        assert near(pixel(png, (chart.LANES["b"] + chart.LANE * share, y)), DARK.ground)


def test_a_stopped_test_shows_the_weeks_that_were_begun() -> None:
    whole = Image.open(io.BytesIO(draw(SHORT, frozenset(), every(SHORT))))
    begun = Image.open(
        io.BytesIO(draw(SHORT, frozenset(), every(SHORT), MONDAY + timedelta(days=15)))
    )
    assert begun.height < whole.height
    nothing = draw(SHORT, frozenset(), frozenset(), MONDAY - timedelta(days=1))
    assert Image.open(io.BytesIO(nothing)).height < begun.height
